import type { BambuddyClient } from '../../clients/bambuddy/client';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { AuthError } from '../../http/errors';
import type { Outcome } from '../../store/ledger/records';
import { isArchiveOf } from './archive-of-print';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { Pass, Print } from '../../print/print';
import type { BambuddyContext } from './context';
import { BAMBUDDY_PRINTS } from './print-kind';

/** The archive's column. */
const MAX_URL = 500;

/**
 * `msg.link`; reason: `written`, `known` (it is there), `kept` (another link is there), `refused` (the key may not write),
 * `unfit` (not http or https, or too long), `gone` (the archive is), `none` (not a print of this Bambuddy).
 */
export interface LinkResult {
    written: boolean;
    url: string;
    reason: 'written' | 'known' | 'kept' | 'refused' | 'unfit' | 'gone' | 'none';
}

const OUTCOMES: Record<LinkResult['reason'], Outcome> = {
    written: 'done',
    known: 'done',
    kept: 'kept',
    refused: 'failed',
    unfit: 'failed',
    gone: 'none',
    none: 'none',
};

/**
 * Writes the Part's page into the archive's `external_url`. An own link of before is renewed; another link stays.
 * @param url the Part's page
 * @param overwrite replace any link that is there
 * @throws RejectedError, ConfigError, PoisonedError, AuthError for 401; ClosedError when `signal` ends it
 */
export async function linkStep(
    sync: BambuddyContext,
    print: Print,
    url: string,
    { overwrite }: { overwrite: boolean },
    pass: Pass,
    signal: AbortSignal,
): Promise<LinkResult> {
    sync.delivery.take(print, 'link');
    const reason = await write(sync, print, url, overwrite, pass, signal);
    await sync.delivery.answer(print, 'link', { link: OUTCOMES[reason] });
    return { written: reason === 'written', url, reason };
}

async function write(
    sync: BambuddyContext,
    print: Print,
    url: string,
    overwrite: boolean,
    pass: Pass,
    signal: AbortSignal,
): Promise<LinkResult['reason']> {
    const { bambuddy, bambuddyBreaker } = sync;
    const { archiveId } = print;
    if (bambuddy === null || bambuddyBreaker === null || archiveId === null || print.source !== BAMBUDDY_PRINTS.kind)
        return 'none';
    if (url.length > MAX_URL || !/^https?:\/\//i.test(url)) return 'unfit';
    const before = sync.delivery.ledger.print(print.batch)?.link;
    if (!pass.force && before === 'done') return 'known';
    return sync.destination.mutex.run(`link:${archiveId}`, () =>
        retryWhileUnavailable(
            bambuddyBreaker,
            async (attempt) => {
                let there = print.externalUrl;
                if (attempt > 0 || pass.force || print.archive === null) {
                    const archive = await bambuddy.archive(archiveId, signal);
                    if (archive === null || !(await isArchiveOf(bambuddy, archive, print.startedAt, signal)))
                        return 'gone';
                    there = archive.external_url;
                }
                if (there === url) return 'known';
                if (there !== null && there.trim() !== '' && !overwrite && !sync.destination.isOwnPartPage(there))
                    return 'kept';
                try {
                    return (await bambuddy.setExternalUrl(archiveId, url, signal)) ? 'written' : 'gone';
                } catch (error) {
                    if (!(error instanceof AuthError) || error.status !== 403) throw error;
                    sync.delivery.warnOnce(
                        `${error.message} Tick "Manage Archives" for the key in Bambuddy to write links back. Everything else works without it.`,
                        'the key may not write links',
                    );
                    return 'refused';
                }
            },
            signal,
        ),
    );
}

/** Whether the key may write links. @throws AuthError for 401, ConfigError; ClosedError */
export function mayWriteLinks(
    bambuddy: BambuddyClient,
    breaker: CircuitBreaker,
    signal: AbortSignal,
): Promise<boolean> {
    return retryWhileUnavailable(breaker, () => bambuddy.mayWrite(signal), signal);
}
