import assert from 'node:assert/strict';
import type { BackfillOptions, BackfillReport } from '../../lib/sources/bambuddy/commands/backfill';
import type { Clock } from '../../lib/concurrency/clock';
import type { Pass, Print } from '../../lib/print/print';
import { Source, type SourceSettings } from '../../lib/sources/bambuddy/source';
import type { Step } from '../../lib/store/ledger/records';
import { FakeClock } from './fake-clock';
import { FILTER, RULE, type Fixture } from './fixture';

/** A source whose prints go through the Part and stock steps, as when the nodes are wired. */
export class Flow {
    readonly sent: string[] = [];
    readonly failures: string[] = [];
    /** what backfills told on the way */
    readonly progress: BackfillReport[] = [];
    readonly source: Source;
    /** messages at the same time, at most */
    together = 0;
    /** what the nodes do with a print in place of Part and stock */
    handle: (print: Print, pass: Pass) => Promise<void>;
    private now = 0;
    private readonly work = new Set<Promise<void>>();

    constructor(
        private readonly fixture: Fixture,
        settings: Partial<SourceSettings> = {},
        steps: Step[] = ['part', 'stock'],
        clock: Clock = new FakeClock(true),
    ) {
        this.handle = async (print, pass) => {
            const part = await fixture.part(print, {}, pass);
            await fixture.stock(print, part.pk, {}, pass);
        };
        this.source = new Source(
            fixture.sync,
            {
                id: 'source',
                interval: 0,
                pollOnDeploy: false,
                startWith: 'all',
                rule: RULE,
                filter: FILTER,
                pageSize: 5,
                window: 4,
                passAfter: 60,
                settle: 0,
                ipnPrefix: 'BMB',
                ...settings,
            },
            () => steps,
            {
                send: (print, pass) => this.receive(print, pass),
                failed: (error) => void this.failures.push(error.message),
                progress: (report) => void this.progress.push({ ...report }),
                changed: () => undefined,
            },
            clock,
        );
    }

    backfill(options: Partial<BackfillOptions> = {}): Promise<BackfillReport> {
        return this.source.runBackfill({ mode: 'all', ...options }, (report) => void this.progress.push({ ...report }));
    }

    async poll(): Promise<void> {
        await this.source.poll();
        await this.idle();
    }

    async idle(): Promise<void> {
        while (this.work.size > 0) await Promise.all(this.work);
    }

    /** Ends the test: all that is under way is done, and InvenTree was asked nothing that it would not understand. */
    async end(): Promise<void> {
        await this.idle();
        await this.source.close();
        assert.deepEqual(this.fixture.inventree.state.violations, []);
        await this.fixture.close();
    }

    private receive(print: Print, pass: Pass): void {
        this.sent.push(print.batch);
        this.together = Math.max(this.together, ++this.now);
        const work = this.handle(print, pass)
            .catch(() => undefined)
            .finally(() => {
                this.now--;
                this.work.delete(work);
            });
        this.work.add(work);
    }
}

/** Waits for what comes in its own time. */
export async function until(what: string, holds: () => boolean): Promise<void> {
    for (let tries = 0; tries < 2000; tries++) {
        if (holds()) return;
        await pause(5);
    }
    throw new Error(`waited in vain for ${what}`);
}

export function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}
