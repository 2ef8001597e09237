import { ClosedError } from '../../http/errors';
import type { BackfillReport } from '../../sync/backfill';
import type { Source } from '../../sync/source';
import { ServiceError } from '../service-error';
import { Errands, type Errand } from './errands';

/** What the sidebar shows of a source. */
export interface SourceOverview {
    id: string;
    name: string;
    ready: boolean;
    /** why it does not work */
    problem: string | null;
    paused: boolean;
    underWay: number;
    /** sent since midnight */
    today: number;
    lastPoll: string | null;
    lastError: string | null;
    backfill: BackfillReport | null;
    errands: Errand[];
}

const READY_MS = 10_000;

/** A source node as the sidebar works with it: there from the start, though its source opens later. */
export class StaffedSource {
    private source: Source | null = null;
    private errands: Errands | null = null;
    private problem: string | null = null;
    private unwatch: () => void = () => undefined;
    private closed = false;

    constructor(
        readonly id: string,
        private readonly name: string,
        private readonly opened: Promise<Source>,
        private readonly changed: () => void,
    ) {
        opened.then(
            (source) => this.take(source),
            (error: unknown) => {
                this.problem = error instanceof Error ? error.message : String(error);
                changed();
            },
        );
    }

    close(): void {
        this.closed = true;
        this.unwatch();
    }

    overview(): SourceOverview {
        const { id, name, source, problem } = this;
        const status = source?.status();
        const backfill = status?.backfill ?? null;
        return {
            id,
            name,
            ready: source !== null,
            problem,
            paused: status?.paused ?? false,
            underWay: status?.underWay ?? 0,
            today: status?.today ?? 0,
            lastPoll: status?.lastPoll ?? null,
            lastError: status?.lastError ?? null,
            // how each print fares is told when it is over
            backfill: backfill === null ? null : { ...backfill, prints: undefined },
            errands: this.errands?.reports() ?? [],
        };
    }

    /** @throws ServiceError 503 where it cannot work, or not yet */
    async ready(): Promise<{ source: Source; errands: Errands }> {
        if (this.source === null) {
            let timer: NodeJS.Timeout | undefined;
            const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, READY_MS)));
            await Promise.race([this.opened.catch(() => undefined), late]).finally(() => clearTimeout(timer));
        }
        if (this.closed) throw new ClosedError();
        if (this.source === null || this.errands === null)
            throw new ServiceError(503, this.problem ?? 'The source is not ready yet');
        return { source: this.source, errands: this.errands };
    }

    private take(source: Source): void {
        if (this.closed) return;
        this.source = source;
        this.errands = new Errands(source, this.changed);
        this.unwatch = source.watch(this.changed);
        this.changed();
    }
}
