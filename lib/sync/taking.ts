import type { Clock } from './clock';
import type { Dispatch } from './dispatch';
import type { Candidate, Intake, Judgement } from './intake';
import type { Keyed } from './keyed';
import type { Sync } from './sync';

export const KEYLESS = 'no key: none of the key fields has a value';

/** Takes what the feed finds: judges each candidate once, however many ways it comes by, and sends what is a print. */
export class Taking {
    /** end of the newest run when this process began to look, by Bambuddy's clock */
    session: { since: string | null } | null = null;

    constructor(
        private readonly sync: Sync,
        private readonly intake: Intake,
        private readonly dispatch: Dispatch,
        private readonly doors: Keyed,
        private readonly settings: { settle: number },
        private readonly keyless: (archiveId: number) => void,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {}

    /** To the point where it is sent, or known not to be. @throws as `persist` */
    async consider(candidate: Candidate): Promise<void> {
        if (this.intake.glance(candidate) !== null) return;
        await this.letSettle(candidate);
        await this.dispatch.inSlot('live', () =>
            this.doors.run(`${candidate.archiveId}`, async () => {
                const judged = await this.intake.judge(candidate, this.signal);
                if (judged.kind === 'print') {
                    this.noteFresh(judged);
                    return this.dispatch.acceptAndSend(judged, { force: false, mode: 'all' });
                }
                if (judged.kind !== 'known') await this.intake.remember(judged);
                if (judged.kind === 'keyless') this.keyless(candidate.archiveId);
                return { sent: false };
            }),
        );
    }

    /** An archive whose row never came into the print log: by its own start. */
    async takeArchive(archiveId: number): Promise<void> {
        const archive = await this.intake.archive(archiveId, this.signal);
        if (archive === null || archive.status === 'printing' || archive.completed_at === null) return;
        await this.consider({ archiveId, run: null, archive });
    }

    /** A print that ended after we began to look can be nobody else's; if its code was never used either, no look-up is needed. */
    private noteFresh({ print }: Extract<Judgement, { kind: 'print' }>): void {
        const { ledger } = this.sync;
        const since = this.session?.since ?? null;
        if (since === null || print.completedAt === null || print.completedAt <= since) return;
        if (ledger.print(print.batch) !== undefined || ledger.code(print.batch) !== undefined) return;
        this.sync.fresh.add(print.batch);
    }

    private async letSettle(candidate: Candidate): Promise<void> {
        const ended = candidate.run?.completedAt;
        if (ended === undefined || ended === null || this.settings.settle <= 0) return;
        const limit = this.settings.settle * 1000;
        // by two clocks: never longer than the setting, whatever they say
        const wait = Math.min(limit, Date.parse(ended) + limit - this.clock.now());
        if (wait > 0) await this.clock.sleep(wait, this.signal);
    }
}
