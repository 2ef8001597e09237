import assert from 'node:assert/strict';
import { readRows, runSchema, type LogRow, type RunPage } from '../../../../lib/clients/bambuddy/answers';
import type { PrintLogQuery } from '../../../../lib/clients/bambuddy/client';
import { isReadable } from '../../../../lib/http/checked';
import { runsNewestFirst, runsOldestFirst } from '../../../../lib/clients/bambuddy/pages';

/** A print log that lists newest first, and in which things happen between two pages. */
class Log {
    rows: number[];
    requests: PrintLogQuery[] = [];
    /** called before each page but the first */
    meanwhile: () => void = () => undefined;

    constructor(count: number) {
        this.rows = Array.from({ length: count }, (_, i) => count - i);
    }

    arrive(): void {
        this.rows.unshift((this.rows[0] ?? 0) + 1);
    }

    readonly page = (query: PrintLogQuery): Promise<RunPage | null> => {
        if (this.requests.length > 0) this.meanwhile();
        this.requests.push(query);
        const { offset = 0, limit } = query;
        const items = this.rows
            .slice(offset, offset + limit)
            .map((id) => ({ id, status: 'completed', created_at: '2026-11-22T04:33:35' }));
        return Promise.resolve({ items: readRows(runSchema, items, 'a test'), total: this.rows.length });
    };
}

async function walk(log: Log, pageSize: number): Promise<number[]> {
    const seen: number[] = [];
    for await (const page of runsOldestFirst(log.page, {}, pageSize)) seen.push(...ids(page!.rows));
    return seen;
}

const ids = (rows: LogRow[]): number[] => rows.filter(isReadable).map(({ id }) => id);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('the feed of finished runs', () => {
    for (const [count, pageSize] of [
        [0, 5],
        [1, 5],
        [5, 5],
        [6, 5],
        [10, 5],
        [23, 5],
        [7, 1],
    ] as const)
        it(`of ${count} runs in pages of ${pageSize} is walked oldest first, each once`, async () => {
            assert.deepEqual(await walk(new Log(count), pageSize), upTo(count));
        });

    it('that fits into a page is one request', async () => {
        const log = new Log(5);
        await walk(log, 50);
        assert.equal(log.requests.length, 1);
    });

    for (const often of [1, 2, 3])
        it(`loses none where a run arrives with every ${often}. page`, async () => {
            const log = new Log(23);
            let n = 0;
            log.meanwhile = () => {
                if (++n % often === 0 && n < 20) log.arrive();
            };
            const seen = await walk(log, 5);
            for (const id of upTo(23)) assert.ok(seen.includes(id), String(id));
            assert.ok(seen.indexOf(1) < seen.indexOf(10) && seen.indexOf(10) < seen.indexOf(23));
        });

    it('loses none where many arrive at once, more than a page', async () => {
        const log = new Log(12);
        let once = true;
        log.meanwhile = () => {
            if (!once) return;
            once = false;
            for (let i = 0; i < 17; i++) log.arrive();
        };
        const seen = await walk(log, 5);
        for (const id of upTo(29)) assert.ok(seen.includes(id), String(id));
    });

    it('loses none where a person deletes rows meanwhile', async () => {
        for (const gone of [1, 12, 23]) {
            const log = new Log(23);
            let n = 0;
            log.meanwhile = () => {
                if (++n === 2) log.rows = log.rows.filter((id) => id !== gone);
            };
            const seen = await walk(log, 5);
            for (const id of upTo(23).filter((each) => each !== gone)) assert.ok(seen.includes(id), `${id} of ${gone}`);
        }
    });

    it('comes to an end where the log is cleared meanwhile', async () => {
        const log = new Log(23);
        log.meanwhile = () => (log.rows = []);
        assert.deepEqual(await walk(log, 5), []);
    });

    it('newest first loses none where runs arrive', async () => {
        const log = new Log(12);
        log.meanwhile = () => log.arrive();
        const seen = new Set<number>();
        for await (const rows of runsNewestFirst(log.page, {}, 5)) for (const id of ids(rows!)) seen.add(id);
        for (const id of upTo(12)) assert.ok(seen.has(id), String(id));
    });

    it('on servers without a print log says so', async () => {
        const none = (): Promise<null> => Promise.resolve(null);
        for (const walkOf of [runsOldestFirst, runsNewestFirst]) {
            const pages: unknown[] = [];
            for await (const page of walkOf(none, {}, 5)) pages.push(page);
            assert.deepEqual(pages, [null]);
        }
    });
});
