import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClosedError } from '../../concurrency/closed-error';
import { within } from '../../concurrency/within';
import { NewerFormat, OtherStore } from '../engine/format-errors';
import type { Connection } from './connection';
import type { Tables } from './tables';

export interface LeadershipOptions {
    /** name of the store in the database */
    store: string;
    /** what is kept in it, e.g. `ledger`: a store of another kind is refused */
    kind: string;
    /** newest format that is known here: a store of a later one is refused */
    format: number;
    /** of this Node-RED, for people */
    name: string;
    /** told once that another leads: from then on nothing is written */
    lost: (why: LeadershipLost) => void;
    times?: Partial<LeaseTimes>;
}

export interface LeaseTimes {
    /** so long after the last renewal nobody else may lead; ms, by the database's clock */
    leaseMs: number;
    /** between two renewals, and between two attempts to lead */
    renewMs: number;
    /** the time of day, and a monotonic clock; some of them stop while the machine sleeps. ms */
    clocks: () => readonly number[];
}

/** So long a close waits for the database. */
const LET_GO_MS = 2000;

const TIMES: LeaseTimes = { leaseMs: 9000, renewMs: 3000, clocks: () => [Date.now(), performance.now()] };

/** Another one leads: what was not written by then is not written at all. */
export class LeadershipLost extends Error {
    readonly code = 'LEADERSHIP_LOST';
    constructor(server: string, store: string, leader: string | null) {
        super(
            `${store} in PostgreSQL ${server} is led by ${leader ?? 'another Node-RED'} now: this one was asleep or cut off for longer than its lease. Nothing more is written from here until it leads again.`,
        );
        this.name = 'LeadershipLost';
    }
}

/** Who writes a store at present, as the database has it. */
export interface Leader {
    name: string;
    /** ms until it has to have renewed; negative: nobody leads */
    leftMs: number;
}

/**
 * Who may write a store: a row with its owner, a fence that rises with every leader, and a time until which it holds, by
 * the database's clock. Every write names owner and fence, so that a leader that was asleep changes nothing.
 */
export class Leadership {
    readonly owner = randomUUID();
    /** of the last time that this one led; never repeats, also after the database was restored. '0': not yet */
    fence = '0';
    /** format of the store when this one began to lead */
    format = 1;
    private readonly times: LeaseTimes;
    private state: 'waits' | 'leads' | 'closed' = 'waits';
    /** by each clock, when the request was sent that the lease counts from */
    private renewed: readonly number[] = [];
    private renewing: Promise<void> | null = null;
    private statements = 0;
    private readonly ending = new AbortController();

    /** @param connection of its own: a renewal must not wait behind a long write */
    constructor(
        private readonly connection: Connection,
        private readonly tables: Tables,
        readonly options: LeadershipOptions,
    ) {
        this.times = { ...TIMES, ...options.times };
    }

    get leads(): boolean {
        return this.state === 'leads';
    }

    /** It leads, and by no clock can another one. */
    get isCertain(): boolean {
        const { clocks, leaseMs } = this.times;
        if (!this.leads) return false;
        return clocks().every((now, i) => now >= this.renewed[i]! && now - this.renewed[i]! < leaseMs);
    }

    /**
     * Leads from now on, unless another one does.
     * @returns whether it leads. @throws NewerFormat, OtherStore; PostgresError; ClosedError
     */
    async tryLead(): Promise<boolean> {
        this.mustBeOpen();
        if (this.leads) return true;
        const { store, kind, format, name } = this.options;
        const asked = this.times.clocks();
        // by the clock as well: a restored database has a fence that was used already
        const [row] = await this.connection.query(
            `insert into ${this.tables.leaders} as present (store, kind, format, owner, name, fence, until)
             values ($1, $2, 1, $3, $4, greatest($5::bigint + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint),
                     clock_timestamp() + $6 * interval '1 ms')
             on conflict (store) do update set owner = excluded.owner, name = excluded.name, until = excluded.until,
                 fence = greatest(present.fence + 1, excluded.fence)
             where (present.until <= clock_timestamp() or present.owner = excluded.owner)
                 and present.kind = excluded.kind and present.format <= $7
             returning fence, format`,
            [store, kind, this.owner, name, this.fence, this.times.leaseMs, format],
        );
        if (row === undefined) {
            await this.mustFit();
            return false;
        }
        this.fence = row['fence'] as string;
        this.format = row['format'] as number;
        this.renewed = asked;
        this.state = 'leads';
        void this.keepRenewing(this.fence);
        return true;
    }

    /** Resolves when this one leads. @param waits told who leads, before each wait */
    async lead(waits: (leader: Leader | null) => void = () => undefined): Promise<void> {
        while (!(await this.tryLead())) {
            waits(await this.leader());
            await sleep(this.times.renewMs / 3, undefined, { signal: this.ending.signal }).catch(() => {
                throw new ClosedError();
            });
        }
    }

    /** @returns null where nobody has led yet. @throws PostgresError */
    async leader(): Promise<Leader | null> {
        const [row] = await this.connection.query(
            `select name, extract(epoch from until - clock_timestamp())::float8 * 1000 as left_ms
             from ${this.tables.leaders} where store = $1`,
            [this.options.store],
        );
        return row === undefined ? null : { name: row['name'] as string, leftMs: row['left_ms'] as number };
    }

    /**
     * Resolves when this one leads without a doubt.
     * @param fence under which what is to be written was read: another one may have led since, and this one again
     * @throws LeadershipLost; PostgresError; ClosedError
     */
    async certain(fence: string): Promise<void> {
        for (;;) {
            this.mustBeOpen();
            if (!this.leads || this.fence !== fence) throw this.lossTo(null);
            if (this.isCertain) return;
            await this.renew();
        }
    }

    /** Number of the next fenced statement: it rises as long as the fence stays. */
    nextStatement(): number {
        return ++this.statements;
    }

    /** Asks the database, also where there is no doubt. One at a time. @throws LeadershipLost; PostgresError */
    renew(): Promise<void> {
        this.renewing ??= this.renewOnce().finally(() => (this.renewing = null));
        return this.renewing;
    }

    /** Lets the next one lead at once. What is written has to be written before. */
    async close(): Promise<void> {
        const led = this.leads;
        this.state = 'closed';
        this.ending.abort();
        if (this.renewing !== null) await within(this.renewing, LET_GO_MS).catch(() => undefined);
        if (!led) return;
        const letGo = this.connection.query(
            `update ${this.tables.leaders} set until = clock_timestamp() where store = $1 and owner = $2 and fence = $3`,
            [this.options.store, this.owner, this.fence],
        );
        // where the database is away, the lease ends by itself
        await within(letGo, LET_GO_MS).catch(() => undefined);
    }

    private async keepRenewing(fence: string): Promise<void> {
        const { renewMs } = this.times;
        const goesOn = (): boolean => this.leads && this.fence === fence;
        let pause = renewMs;
        while (goesOn()) {
            await sleep(pause, undefined, { signal: this.ending.signal, ref: false }).catch(() => undefined);
            if (!goesOn()) return;
            // the database is away: the row says whose it is when it is back
            pause = await this.renew().then(
                () => renewMs,
                () => renewMs / 3,
            );
        }
    }

    private async renewOnce(): Promise<void> {
        const asked = this.times.clocks();
        const { fence } = this;
        // also after the time was up: while the row names us, nobody else wrote
        const rows = await this.connection.query(
            `update ${this.tables.leaders} set until = clock_timestamp() + $4 * interval '1 ms'
             where store = $1 and owner = $2 and fence = $3 returning fence`,
            [this.options.store, this.owner, fence, this.times.leaseMs],
        );
        if (rows.length === 0) throw await this.lose(fence);
        this.renewed = asked;
    }

    /** @param fence that is not ours any more. @returns what to throw */
    private async lose(fence: string): Promise<LeadershipLost> {
        const leader = await this.leader().catch(() => null);
        const why = this.lossTo(leader?.name ?? null);
        if (this.leads && this.fence === fence) {
            this.state = 'waits';
            this.options.lost(why);
        }
        return why;
    }

    /** @throws NewerFormat, OtherStore */
    private async mustFit(): Promise<void> {
        const { store, kind, format } = this.options;
        const [row] = await this.connection.query(`select kind, format from ${this.tables.leaders} where store = $1`, [
            store,
        ]);
        if (row === undefined) return;
        const place = `${store} in PostgreSQL ${this.connection.server}`;
        if (row['kind'] !== kind) throw new OtherStore(place, row['kind'] as string);
        if ((row['format'] as number) > format) throw new NewerFormat(place, row['format'] as number, format);
    }

    private lossTo(leader: string | null): LeadershipLost {
        return new LeadershipLost(this.connection.server, this.options.store, leader);
    }

    private mustBeOpen(): void {
        if (this.state === 'closed') throw new ClosedError();
    }
}
