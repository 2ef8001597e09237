import assert from 'node:assert/strict';
import { readCsv } from '../../../lib/text/csv';
import { until } from '../fixture';
import { ServiceFixture } from './service-fixture';

interface Print {
    name: string;
    part: { pk: number } | null;
    stock: { pk: number; url: string } | null;
}

describe('sync-api: prints, their table and their figures', () => {
    const fixture = new ServiceFixture();
    beforeEach(async () => {
        await fixture.open();
        await fixture.serve();
        const printers = ['P1S left', 'X1C'].map((name) => fixture.bambuddy.addPrinter({ name, model: 'P1S' }).id);
        for (let n = 1; n <= 6; n++) {
            fixture.bambuddy.print({
                name: `Hook ${n}`,
                filamentType: n % 3 === 0 ? 'PETG' : 'PLA',
                startedAt: `2026-11-0${n}T10:00:00Z`,
                estimate: { grams: 10 * n, seconds: 3600 },
                printer: printers[n % 2]!,
            });
        }
        await fixture.ask('backfill');
        await until('all done', () => fixture.ledger().counts().done === 6);
    });
    afterEach(() => fixture.close());

    it('come page by page, of what is filtered, without a request to any server', async () => {
        const asked = fixture.bambuddy.requestCount + fixture.inventree.requestCount;
        const names: string[] = [];
        for (let after: string | null = null; ;) {
            const next: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
            const { status, body } = await fixture.api('GET', `/sync/prints?limit=2${next}`);
            assert.equal(status, 200);
            assert.equal(body['total'], 6);
            const prints = body['prints'] as Print[];
            names.push(...prints.map(({ name }) => name));
            assert.match(prints[0]!.stock!.url, /\/stock\/item\/\d+/);
            after = body['next'] as string | null;
            if (after === null) break;
        }
        assert.deepEqual(
            names,
            [6, 5, 4, 3, 2, 1].map((n) => `Hook ${n}`),
        );
        for (const [query, wanted] of [
            ['material=PETG', [6, 3]],
            ['printer=P1S%20left&states=done', [6, 4, 2]],
            ['from=2026-11-02&to=2026-11-04T00:00:00Z', [3, 2]],
            ['search=hook%204&material=PLA', [4]],
            ['states=parked', []],
            ['only=held', []],
        ] as const) {
            const { body } = await fixture.api('GET', `/sync/prints?${query}`);
            const found = (body['prints'] as Print[]).map(({ name }) => name);
            assert.deepEqual(
                found,
                wanted.map((n) => `Hook ${n}`),
                query,
            );
        }
        assert.equal(fixture.bambuddy.requestCount + fixture.inventree.requestCount, asked);
    });

    it('are those of one import, by its id', async () => {
        const { body } = await fixture.api('GET', '/sync/imports');
        const [one, ...rest] = body['imports'] as { id: string; endedAt: string | null; created: number }[];
        assert.deepEqual([one!.created, rest], [6, []]);
        const of = async (id: string): Promise<unknown[]> =>
            (await fixture.api('GET', `/sync/prints?imported=${encodeURIComponent(id)}`)).body['prints'] as Print[];
        assert.equal((await of(one!.id)).length, 6);
        assert.equal((await of('2026-01-01T00:00:00Z')).length, 0);
    });

    it('are a table of what is filtered', async () => {
        const { status, headers, body } = await fixture.api('GET', '/sync/prints.csv?material=PETG');
        assert.equal(status, 200);
        assert.match(headers['content-disposition'] ?? '', /prints\.csv/);
        const [head, ...rows] = readCsv(body['text'] as string);
        const column = (name: string): (string | undefined)[] => rows.map((row) => row[head!.indexOf(name)]);
        assert.deepEqual(column('name'), ['Hook 6', 'Hook 3']);
        assert.deepEqual(column('grams'), ['60', '30']);
    });

    it('add up, in all, by printer and material, and by the days that are asked for', async () => {
        const days = 'days=2026-11-01,2026-11-02,2026-11-05';
        const { status, body } = await fixture.api('GET', `/sync/figures?${days}`);
        assert.equal(status, 200);
        const sums = (of: unknown): unknown[] => {
            const { prints, grams, seconds } = of as { prints: number; grams: number; seconds: number };
            return [prints, grams, seconds];
        };
        assert.deepEqual(sums(body['total']), [6, 210, 21_600]);
        assert.deepEqual((body['days'] as object[]).map(sums), [
            [1, 10, 3600],
            [3, 90, 10_800],
        ]);
        const byName = (of: unknown): unknown[] =>
            (of as { name: string; prints: number }[]).map(({ name, prints }) => [name, prints]);
        assert.deepEqual(byName(body['printers']), [
            ['P1S left', 3],
            ['X1C', 3],
        ]);
        assert.deepEqual(byName(body['materials']), [
            ['PLA', 4],
            ['PETG', 2],
        ]);
    });

    it('want the token, and values that mean something', async () => {
        for (const path of ['/sync/prints', '/sync/prints.csv', '/sync/figures'])
            assert.equal((await fixture.api('GET', path, { 'X-Service-Token': 'wrong' })).status, 401, path);
        for (const query of [
            'prints?states=lost',
            'prints?only=some',
            'prints?from=2026-11-01T10:00:00',
            'prints?to=tomorrow',
            'prints?printer=',
            'prints?limit=501',
            'prints?after=nowhere',
            'prints.csv?limit=5',
            'prints.csv?from=x',
            'figures?days=2026-11-01',
            'figures?days=2026-11-02,2026-11-01',
            'figures?by=printer',
        ])
            assert.equal((await fixture.api('GET', `/sync/${query}`)).status, 400, query);
    });
});
