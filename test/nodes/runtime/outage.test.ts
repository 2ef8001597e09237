import assert from 'node:assert/strict';
import { NodeFixture, pause, until } from '../fixture';
import { ALL, line, manualPrint, STEPS } from '../flow';

const OFF = /^red ring InvenTree unreachable since \d\d:\d\d$/;

describe('a server that does not answer', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    it('InvenTree: the message is held, the nodes say so, and when it is back the message is done', async () => {
        await fixture.deploy(line(fixture, STEPS));
        fixture.inventree.down = true;
        const msg = fixture.send('part', { payload: manualPrint() });
        await fixture.showing('part', OFF);
        await fixture.showing('stock', OFF);
        assert.equal(fixture.at('out').length, 0);
        assert.equal(fixture.at('caught').length, 0);
        fixture.inventree.down = false;
        await until('the message at the end', () => fixture.at('out').includes(msg), 8000);
        assert.equal(fixture.status('part'), 'green dot new #1');
        assert.equal(fixture.status('stock'), 'green dot +1');
        assert.equal(fixture.at('caught').length, 0);
        assert.equal(fixture.inventree.state.stock.size, 1);
        assert.equal((msg['stock'] as { created: boolean }).created, true);
    });

    it("an outage that many messages meet at once is told once, and ends as soon as one message's would", async () => {
        await fixture.deploy(line(fixture, ALL));
        fixture.inventree.down = true;
        for (let n = 0; n < 8; n++) fixture.send('part', { payload: manualPrint() });
        await fixture.showing('source', OFF);
        await pause(600);
        const warnings = ['source', ...STEPS, 'store', 'inventree', 'bambuddy'].flatMap((id) => fixture.warnings(id));
        assert.equal(warnings.length, 1, warnings.join('\n'));
        assert.match(warnings[0]!, /InvenTree \(http:/);
        fixture.inventree.down = false;
        await fixture.messages('out', 8, 8000);
        await fixture.showing('source', /^green dot watching/);
    });

    it('Bambuddy: a poll waits for it, and is answered when it is back', async () => {
        await fixture.deploy(line(fixture, ALL, { source: { startWith: 'all' } }));
        fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        fixture.bambuddy.down = true;
        const msg = fixture.send('source', { payload: 'poll' });
        await fixture.showing('source', /^red ring Bambuddy unreachable since \d\d:\d\d$/);
        await fixture.showing('link', /^red ring Bambuddy unreachable/);
        assert.equal(fixture.status('part'), '', 'a node that does not need it shows nothing of it');
        fixture.bambuddy.down = false;
        await until('the answer', () => fixture.at('answers').includes(msg), 8000);
        await fixture.messages('out', 1);
        assert.equal(fixture.at('caught').length, 0);
    });

    it('a lost answer to the POST of the stock makes no second item', async () => {
        let faults = 2;
        fixture.inventree.interfere = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/stock/') && faults-- > 0
                ? { at: 'after', kind: faults === 1 ? 'reset' : 'cut' }
                : undefined;
        await fixture.deploy(line(fixture, ['part', 'stock']));
        const msg = fixture.send('part', { payload: manualPrint() });
        await until('the message at the end', () => fixture.at('out').includes(msg), 8000);
        assert.equal(fixture.inventree.state.stock.size, 1);
        assert.equal(fixture.inventree.count('POST', /^\/api\/stock\/$/), 1);
        assert.equal(fixture.at('caught').length, 0);
    });

    for (const kind of [500, 503, 429, 'cut', 'reset'] as const) {
        it(`an answer spoilt once (${kind}) costs a moment and nothing else`, async () => {
            const spoilt = new Set<string>();
            fixture.inventree.interfere = ({ method, url }) => {
                const what = `${method} ${url.split('?')[0]!}`;
                if (spoilt.has(what) || !/POST.*\/(part|stock)\/$/.test(what)) return undefined;
                spoilt.add(what);
                // done all the same: it is found, and not sent again
                return { at: 'after', kind };
            };
            await fixture.deploy(line(fixture, ['part', 'stock']));
            const msg = fixture.send('part', { payload: manualPrint() });
            await until('the message at the end', () => fixture.at('out').includes(msg), 8000);
            assert.equal(spoilt.size, 2);
            assert.equal(fixture.inventree.state.parts.size, 1);
            assert.equal(fixture.inventree.state.stock.size, 1);
            assert.equal(fixture.at('caught').length, 0);
        });
    }
});

describe('closing a node while a message waits', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    it('ends at once, and what the ledger knows is offered again after the restart', async () => {
        const flow = line(fixture, ALL, { source: { startWith: 'all' } });
        await fixture.deploy(flow);
        fixture.bambuddy.print({ name: 'Vase', startedAt: '2026-11-01T10:00:00Z' });
        fixture.readOnly = true;
        fixture.send('source', { payload: 'poll' });
        await fixture.showing('part', OFF);
        assert.equal(fixture.ledger().print('bambuddy-1')?.state, 'accepted');
        await fixture.undeploy();
        assert.equal(fixture.at('caught').length, 0, 'a close is no failure');
        assert.equal(fixture.at('completed').filter((msg) => msg['topic'] === 'bambuddy/print').length, 0);

        fixture.readOnly = false;
        await fixture.deploy(flow);
        await fixture.messages('out', 1);
        await until('the print to be done', () => fixture.ledger().print('bambuddy-1')?.state === 'done');
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('ends within ten seconds while a server never answers', async () => {
        await fixture.deploy(line(fixture, ALL));
        fixture.inventree.interfere = () => ({ at: 'before', kind: 'hang' });
        fixture.send('part', { payload: manualPrint() });
        await until('a request', () => fixture.inventree.requestCount > 0);
        fixture.bambuddy.interfere = () => ({ at: 'before', kind: 'hang' });
        fixture.send('source', { payload: 'poll' });
        await until('a request', () => fixture.bambuddy.requestCount > 0);
        await fixture.undeploy();
        assert.equal(fixture.at('caught').length, 0);
    });

    it('waits for no answer to an action that runs long', async () => {
        await fixture.deploy(line(fixture, ALL, { source: { startWith: 'all', window: 1 } }));
        for (let n = 1; n <= 3; n++) fixture.bambuddy.print({ startedAt: `2026-11-0${n}T10:00:00Z` });
        fixture.readOnly = true;
        fixture.send('source', { payload: { action: 'backfill', mode: 'all' } });
        await fixture.showing('part', OFF);
        await fixture.undeploy();
        assert.equal(fixture.at('caught').length, 0);
    });
});
