import { within } from '../../concurrency/within';
import { ClosedError } from '../../http/errors';
import type { Action } from '../../sources/bambuddy/commands/action';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { printKind } from '../../print/print-kind';
import { ServiceError } from '../http-api/service-error';
import { LongJobs } from './long-jobs';
import type { Printers, SourceAdapter } from './source-adapter';
import type { SourceOverview } from './wire';

const READY_MS = 10_000;

/** A source node as the sidebar works with it: there from the start, though its source opens later. */
export class SourceHandle {
    private adapter: SourceAdapter | null = null;
    private longJobs: LongJobs | null = null;
    private problem: string | null = null;
    private readonly unwatch: (() => void)[] = [];
    private closed = false;

    constructor(
        readonly id: string,
        private readonly name: string,
        readonly kind: string,
        /** whether its server has a history to import; prints of no registered source are in the care of such a source */
        readonly hasHistory: boolean,
        private readonly opened: Promise<SourceAdapter>,
        private readonly changed: () => void,
        /** what its printers do has changed */
        private readonly printingChanged: () => void = () => undefined,
    ) {
        opened.then(
            (adapter) => this.take(adapter),
            (error: unknown) => {
                this.problem = error instanceof Error ? error.message : String(error);
                changed();
            },
        );
    }

    close(): void {
        this.closed = true;
        for (const end of this.unwatch) end();
    }

    overview(): SourceOverview {
        const { id, name, kind, adapter, problem } = this;
        const status = adapter?.status();
        const backfill = status?.backfill ?? null;
        return {
            id,
            name,
            kind,
            kindLabel: printKind(kind).label,
            history: adapter?.can.has('backfill') ?? this.hasHistory,
            ready: adapter !== null,
            problem,
            paused: status?.paused ?? false,
            underWay: status?.underWay ?? 0,
            today: status?.today ?? 0,
            lastPoll: status?.lastPoll ?? null,
            lastError: status?.lastError ?? null,
            // how each print fares is told when it is over
            backfill: backfill === null ? null : { ...backfill, prints: undefined },
            longJobs: this.longJobs?.reports() ?? [],
            imports: adapter?.imports?.() ?? [],
        };
    }

    /** The line to its own server, where the store has not got it already. */
    breaker(): CircuitBreaker | null {
        return this.adapter?.breaker ?? null;
    }

    /** What its printers do; null: it does not tell, or not yet. */
    get printers(): Printers | null {
        return this.adapter?.printers ?? null;
    }

    can(action: Action['action']): boolean {
        return this.adapter?.can.has(action) ?? false;
    }

    /** @throws ServiceError 503 where it cannot work, or not yet */
    async ready(): Promise<{ adapter: SourceAdapter; longJobs: LongJobs }> {
        if (this.adapter === null)
            await within(
                this.opened.catch(() => undefined),
                READY_MS,
            );
        if (this.closed) throw new ClosedError();
        if (this.adapter === null || this.longJobs === null)
            throw new ServiceError(503, this.problem ?? 'The source is not ready yet');
        return { adapter: this.adapter, longJobs: this.longJobs };
    }

    private take(adapter: SourceAdapter): void {
        if (this.closed) return;
        this.adapter = adapter;
        this.longJobs = new LongJobs(adapter, this.changed);
        this.unwatch.push(adapter.watch(this.changed));
        if (adapter.printers) this.unwatch.push(adapter.printers.now.watch(this.printingChanged));
        this.changed();
    }
}
