import assert from 'node:assert/strict';
import { Bench, pause, until } from '../bench';
import { ALL, line, manualPrint, STEPS } from '../flow';

const OFF = /^red ring InvenTree unreachable since \d\d:\d\d$/;

describe('a server that does not answer', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    it('InvenTree: the message is held, the nodes say so, and when it is back the message is done', async () => {
        await bench.deploy(line(bench, STEPS));
        bench.inventree.down = true;
        const msg = bench.send('part', { payload: manualPrint() });
        await bench.showing('part', OFF);
        await bench.showing('stock', OFF);
        assert.equal(bench.at('out').length, 0);
        assert.equal(bench.at('caught').length, 0);
        bench.inventree.down = false;
        await until('the message at the end', () => bench.at('out').includes(msg), 8000);
        assert.equal(bench.status('part'), 'green dot new #1');
        assert.equal(bench.status('stock'), 'green dot +1');
        assert.equal(bench.at('caught').length, 0);
        assert.equal(bench.inventree.state.stock.size, 1);
        assert.equal((msg['stock'] as { created: boolean }).created, true);
    });

    it("an outage that many messages meet at once is told once, and ends as soon as one message's would", async () => {
        await bench.deploy(line(bench, ALL));
        bench.inventree.down = true;
        for (let n = 0; n < 8; n++) bench.send('part', { payload: manualPrint() });
        await bench.showing('source', OFF);
        await pause(600);
        const warnings = ['source', ...STEPS, 'store', 'inventree', 'bambuddy'].flatMap((id) => bench.warnings(id));
        assert.equal(warnings.length, 1, warnings.join('\n'));
        assert.match(warnings[0]!, /InvenTree \(http:/);
        bench.inventree.down = false;
        await bench.messages('out', 8, 8000);
        await bench.showing('source', /^green dot watching/);
    });

    it('Bambuddy: a poll waits for it, and is answered when it is back', async () => {
        await bench.deploy(line(bench, ALL, { source: { startWith: 'all' } }));
        bench.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        bench.bambuddy.down = true;
        const msg = bench.send('source', { payload: 'poll' });
        await bench.showing('source', /^red ring Bambuddy unreachable since \d\d:\d\d$/);
        await bench.showing('link', /^red ring Bambuddy unreachable/);
        assert.equal(bench.status('part'), '', 'a node that does not need it shows nothing of it');
        bench.bambuddy.down = false;
        await until('the answer', () => bench.at('answers').includes(msg), 8000);
        await bench.messages('out', 1);
        assert.equal(bench.at('caught').length, 0);
    });

    it('a lost answer to the POST of the stock makes no second item', async () => {
        let faults = 2;
        bench.inventree.interfere = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/stock/') && faults-- > 0
                ? { at: 'after', kind: faults === 1 ? 'reset' : 'cut' }
                : undefined;
        await bench.deploy(line(bench, ['part', 'stock']));
        const msg = bench.send('part', { payload: manualPrint() });
        await until('the message at the end', () => bench.at('out').includes(msg), 8000);
        assert.equal(bench.inventree.state.stock.size, 1);
        assert.equal(bench.inventree.count('POST', /^\/api\/stock\/$/), 1);
        assert.equal(bench.at('caught').length, 0);
    });

    for (const kind of [500, 503, 429, 'cut', 'reset'] as const) {
        it(`an answer spoilt once (${kind}) costs a moment and nothing else`, async () => {
            const spoilt = new Set<string>();
            bench.inventree.interfere = ({ method, url }) => {
                const what = `${method} ${url.split('?')[0]!}`;
                if (spoilt.has(what) || !/POST.*\/(part|stock)\/$/.test(what)) return undefined;
                spoilt.add(what);
                // done all the same: it is found, and not sent again
                return { at: 'after', kind };
            };
            await bench.deploy(line(bench, ['part', 'stock']));
            const msg = bench.send('part', { payload: manualPrint() });
            await until('the message at the end', () => bench.at('out').includes(msg), 8000);
            assert.equal(spoilt.size, 2);
            assert.equal(bench.inventree.state.parts.size, 1);
            assert.equal(bench.inventree.state.stock.size, 1);
            assert.equal(bench.at('caught').length, 0);
        });
    }
});

describe('closing a node while a message waits', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    it('ends at once, and what the ledger knows is offered again after the restart', async () => {
        const flow = line(bench, ALL, { source: { startWith: 'all' } });
        await bench.deploy(flow);
        bench.bambuddy.print({ name: 'Vase', startedAt: '2026-11-01T10:00:00Z' });
        bench.readOnly = true;
        bench.send('source', { payload: 'poll' });
        await bench.showing('part', OFF);
        assert.equal(bench.ledger().print('bambuddy-1')?.state, 'accepted');
        await bench.undeploy();
        assert.equal(bench.at('caught').length, 0, 'a close is no failure');
        assert.equal(bench.at('completed').filter((msg) => msg['topic'] === 'bambuddy/print').length, 0);

        bench.readOnly = false;
        await bench.deploy(flow);
        await bench.messages('out', 1);
        await until('the print to be done', () => bench.ledger().print('bambuddy-1')?.state === 'done');
        assert.deepEqual(bench.batches(), ['bambuddy-1']);
    });

    it('ends within ten seconds while a server never answers', async () => {
        await bench.deploy(line(bench, ALL));
        bench.inventree.interfere = () => ({ at: 'before', kind: 'hang' });
        bench.send('part', { payload: manualPrint() });
        await until('a request', () => bench.inventree.requestCount > 0);
        bench.bambuddy.interfere = () => ({ at: 'before', kind: 'hang' });
        bench.send('source', { payload: 'poll' });
        await until('a request', () => bench.bambuddy.requestCount > 0);
        await bench.undeploy();
        assert.equal(bench.at('caught').length, 0);
    });

    it('waits for no answer to an action that runs long', async () => {
        await bench.deploy(line(bench, ALL, { source: { startWith: 'all', window: 1 } }));
        for (let n = 1; n <= 3; n++) bench.bambuddy.print({ startedAt: `2026-11-0${n}T10:00:00Z` });
        bench.readOnly = true;
        bench.send('source', { payload: { action: 'backfill', mode: 'all' } });
        await bench.showing('part', OFF);
        await bench.undeploy();
        assert.equal(bench.at('caught').length, 0);
    });
});
