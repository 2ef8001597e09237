import { GONE, UNANSWERED, type PrintRecord } from '../../../store/ledger/records';
import { OUTCOME_AWAITED, PIECES_AWAITED, type Ruling } from '../admission-rules';
import type { Dispatcher } from '../../../delivery/dispatcher';
import { NO_IDENTITY } from './classifier';
import type { Intake } from './intake';
import type { SourceContext } from '../../source';
import { reasonOfDouble } from '../../../print/duplicate-report';

export interface Readmitted {
    sent: boolean;
    /** why it was not sent; missing: its archive is gone */
    reason?: string;
}

/**
 * Sends a print that the ledger knows once more. One that is not in stock yet is admitted by the same rules as one that the
 * feed finds: a person who says "retry" asks for the print to be tried, and not for stock of which nothing came.
 */
export class Readmission {
    constructor(
        private readonly sync: SourceContext,
        private readonly intake: Intake,
        private readonly dispatcher: Dispatcher,
        private readonly signal: AbortSignal,
    ) {}

    /** @param force also refresh what is in InvenTree already. @throws as `retryWhileUnavailable` */
    async send(record: Readonly<PrintRecord>, force: boolean): Promise<Readmitted> {
        if (!this.isUndecided(record)) return this.dispatcher.sendAgain(record, force);
        const ruling = await this.intake.classifier.readmit(record, this.signal);
        // what was kept of it may go on without its archive
        if (ruling === null) return record.identity === '' ? { sent: false } : this.dispatcher.sendAgain(record, force);
        const now = this.sync.delivery.ledger.print(record.batch) ?? record;
        if (!this.isUndecided(now)) return this.dispatcher.sendAgain(now, force);
        if (ruling.kind === 'noIdentity') return { sent: false, reason: NO_IDENTITY };
        if (ruling.kind === 'print') {
            const { identity, verdict, stockStatus } = ruling.print;
            const asAdmitted = {
                identity,
                ...(verdict === undefined ? {} : { verdict }),
                ...(stockStatus === undefined ? {} : { stockStatus }),
            };
            return this.dispatcher.sendAgain(now, force, asAdmitted);
        }
        return { sent: false, reason: await this.keep(now, ruling) };
    }

    /** Whether the rules have a word in it: it is not in stock, nor on its way there. */
    private isUndecided({ batch, state, hold, stockPk, reason }: Readonly<PrintRecord>): boolean {
        if (stockPk !== undefined || reason === GONE || this.sync.delivery.inFlight.has(batch)) return false;
        return state === 'parked' || state === 'skipped' || state === 'passed' || hold !== undefined;
    }

    /** Writes down why it is not sent. @returns the reason */
    private async keep(record: Readonly<PrintRecord>, ruling: Exclude<Ruling, { kind: 'print' }>): Promise<string> {
        const { ledger } = this.sync.delivery;
        const { kind, print } = ruling;
        const { want: _want, hold, holdSince: _since, holdUntil: _until, doubleOf: _double, ...rest } = record;
        const kept = {
            ...rest,
            identity: print.identity,
            ...(print.verdict === undefined ? {} : { verdict: print.verdict }),
        };
        switch (kind) {
            case 'skipped': {
                const { print: _print, ...shown } = kept;
                await ledger.setPrintDurable({ ...shown, state: 'skipped', reason: ruling.reason });
                return ruling.reason;
            }
            case 'double': {
                const reason = reasonOfDouble(ruling.of, ledger.print(ruling.of));
                await ledger.setPrintDurable({ ...kept, state: 'parked', reason, doubleOf: ruling.of });
                return reason;
            }
            case 'held': {
                const awaited = ruling.hold === 'number' ? PIECES_AWAITED : OUTCOME_AWAITED;
                if (hold === ruling.hold) return awaited;
                const now = new Date(this.sync.delivery.now()).toISOString();
                if (ruling.hold === 'verdict' && ruling.until <= now) {
                    await ledger.setPrintDurable({ ...kept, state: 'parked', reason: UNANSWERED });
                    return UNANSWERED;
                }
                await this.intake.acceptance.hold(kept, ruling);
                return awaited;
            }
        }
    }
}
