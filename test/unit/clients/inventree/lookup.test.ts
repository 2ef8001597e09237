import assert from 'node:assert/strict';
import { RejectedError } from '../../../../lib/http/errors';
import type { InvenTreeClient } from '../../../../lib/clients/inventree/client';
import { askInPacks, escaped, lookupPatterns, same } from '../../../../lib/clients/inventree/lookup';
import { partsByIpn, partsByIpns } from '../../../../lib/clients/inventree/parts';
import { stockByBatch, stockByBatches } from '../../../../lib/clients/inventree/stock';
import { inventreeClient } from '../../../fixtures/inventree-client';
import { InvenTreeSimulator } from '../../../simulators/inventree';

describe('look-ups of many at once', () => {
    it('ask for exactly what was wanted, each once, in any case', () => {
        const [pack, ...others] = lookupPatterns(['b-1', 'b-2', 'b-1']);
        assert.equal(others.length, 0);
        assert.equal(pack!.pattern, '^(b-1|b-2)$');
        assert.deepEqual(pack!.values, ['b-1', 'b-2']);
    });

    it('never ask for the empty value: the server would give everything', () => {
        assert.deepEqual(lookupPatterns(['', '']), []);
        assert.deepEqual(lookupPatterns([]), []);
        assert.equal(lookupPatterns(['', 'b'])[0]!.pattern, '^(b)$');
    });

    for (const status of [414, 431])
        it(`are asked in halves where a proxy takes shorter addresses (${status}), and none is left out`, async () => {
            const values = Array.from({ length: 60 }, (_, n) => `bambuddy-${n}`);
            const asked: string[] = [];
            let most = 0;
            await askInPacks(values, (pattern, of) => {
                if (pattern.length > 200)
                    return Promise.reject(new RejectedError('too long', { server: 'InvenTree', status }));
                most = Math.max(most, of.length);
                asked.push(...of);
                return Promise.resolve();
            });
            assert.deepEqual(asked, values);
            assert.ok(most > 1);
            // one alone cannot be halved, and another failure is nobody's length
            const refuse = (with_: number) => (): Promise<void> =>
                Promise.reject(new RejectedError('no', { server: 'InvenTree', status: with_ }));
            await assert.rejects(askInPacks(['b'], refuse(status)), { status });
            await assert.rejects(askInPacks(['b', 'c'], refuse(400)), { status: 400 });
        });

    it('take every character for itself', () => {
        const nasty = 'a.b*c+d?(e)[f]{g}|h^i$j\\k-l';
        assert.ok(new RegExp(`^${escaped(nasty)}$`).test(nasty));
        assert.ok(!new RegExp(`^${escaped('b.1')}$`).test('bx1'));
    });

    for (const [what, value] of [
        ['short codes', (n: number) => `bambuddy-${n}`],
        ['codes of many bytes', (n: number) => `龍🐉-${n}`],
        ['codes of special characters', (n: number) => `((((${n}))))`],
    ] as const)
        it(`of ${what} fit into URLs of 3,500 bytes, and none is left out`, () => {
            const values = Array.from({ length: 1000 }, (_, n) => value(n));
            const packs = lookupPatterns(values);
            assert.deepEqual(
                packs.flatMap((pack) => pack.values),
                values,
            );
            for (const { pattern } of packs)
                assert.ok(`/api/stock/?batch_regex=${encodeURIComponent(pattern)}&limit=500&offset=0`.length <= 3500);
        });

    it('compare as the server does, without case', () => {
        assert.ok(same('BMB-A', 'bmb-a'));
        assert.ok(!same(null, ''));
        assert.ok(!same('a', 'b'));
    });
});

describe('look-ups on a server', () => {
    let server: InvenTreeSimulator;
    let client: InvenTreeClient;

    beforeEach(async () => {
        server = new InvenTreeSimulator();
        await server.listen();
        client = inventreeClient(server);
    });

    afterEach(async () => {
        client.close();
        await server.close();
    });

    it('find many batches in few requests, the oldest item first, and no others', async () => {
        const part = server.addPart({ name: 'p' }).pk;
        for (let n = 0; n < 300; n++) server.addStock({ part, quantity: 1, batch: `Bambuddy-${n}` });
        const again = server.addStock({ part, quantity: 1, batch: 'bambuddy-7' });
        server.addStock({ part, quantity: 1, batch: 'bambuddy-1000' });
        const found = await stockByBatches(
            client,
            Array.from({ length: 600 }, (_, n) => `bambuddy-${n}`),
        );
        assert.equal(found.size, 600);
        assert.deepEqual(found.get('bambuddy-299')?.length, 1);
        assert.deepEqual(found.get('bambuddy-300'), []);
        assert.deepEqual(
            found.get('bambuddy-7')?.map(({ pk }) => pk),
            [8, again.pk],
        );
        assert.ok(server.requestCount < 20);
    });

    it('find IPNs with special characters, and not what only resembles them', async () => {
        for (const IPN of ['A.1+(x)', 'A-1', 'AX1+(x)']) server.addPart({ name: IPN, IPN });
        const found = await partsByIpns(client, ['a.1+(x)', 'A-1', 'B|C']);
        assert.deepEqual(
            [...found].map(([ipn, parts]) => [ipn, parts.map(({ name }) => name)]),
            [
                ['a.1+(x)', ['A.1+(x)']],
                ['a-1', ['A-1']],
                ['b|c', []],
            ],
        );
    });

    it('of nothing ask nobody: an empty filter gives everything', async () => {
        server.addStock({ part: server.addPart({ name: 'p' }).pk, quantity: 1 });
        assert.deepEqual(await stockByBatch(client, ''), []);
        assert.deepEqual(await partsByIpn(client, ''), []);
        assert.equal((await stockByBatches(client, [''])).get('')?.length ?? 0, 0);
        assert.equal(server.requestCount, 0);
    });
});
