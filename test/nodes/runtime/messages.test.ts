import assert from 'node:assert/strict';
import { NodeFixture } from '../fixture';
import { line, manualPrint, STEPS, type Member } from '../flow';

const NO_PRINTS: [string, unknown][] = [
    ['no payload', undefined],
    ['null', null],
    ['a text', 'print'],
    ['a number', 7],
    ['a list', [manualPrint()]],
    ['no batch', { identity: 'file:x' }],
    ['no identity', { batch: 'x-1' }],
    ['a batch that is a number', { batch: 1, identity: 'file:x' }],
    ['an empty identity', { batch: 'x-1', identity: ' ' }],
];
const PART = { pk: 1 };

describe('messages through our nodes', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    for (const member of STEPS) {
        it(`${member}: a message without a print is one clear error on it, and the next goes on`, async () => {
            fixture.inventree.addPart({ name: 'Hook', IPN: 'HOOK', category: fixture.category });
            await fixture.deploy(line(fixture, [member]));
            for (const [what, payload] of NO_PRINTS) {
                const error = await fixture.failing(member, { payload, part: PART });
                assert.match(error.message, /print in msg\.payload.*\{ batch, identity \}/, what);
                assert.equal(error['code'], 'NO_PRINT', what);
                assert.equal(fixture.status(member), 'red ring no print in msg', what);
            }
            await fixture.through(member, { payload: manualPrint(), part: PART });
            assert.equal(fixture.at('caught').length, NO_PRINTS.length, 'each error once');
            assert.equal(fixture.at('completed').length, 1);
            assert.equal(fixture.at('out').length, 1);
        });
    }

    for (const member of ['stock', 'image', 'link'] as const) {
        it(`${member}: a message without a Part is one clear error on it, and the next goes on`, async () => {
            fixture.inventree.addPart({ name: 'Hook', IPN: 'HOOK', category: fixture.category });
            await fixture.deploy(line(fixture, [member]));
            for (const part of [undefined, null, 'text', {}, { pk: 'one' }, { pk: 0 }, { pk: 1.5 }]) {
                const error = await fixture.failing(member, { payload: manualPrint(), part });
                assert.match(error.message, /No Part in msg\.part/);
                assert.equal(error['code'], 'NO_PART');
                assert.match(fixture.status(member), /^red \w+ no part in msg$/);
            }
            await fixture.through(member, { payload: manualPrint(), part: PART });
            assert.equal(fixture.at('caught').length, 7);
            assert.equal(fixture.inventree.state.stock.size, member === 'stock' ? 1 : 0);
        });
    }

    it('the same message goes on, with everything a person put there', async () => {
        await fixture.deploy(line(fixture, STEPS));
        const own = { list: [1, 2], made: new Date() };
        const res = { end: (): void => undefined };
        const payload = manualPrint({ mine: 'too' });
        const msg = await fixture.through('part', { payload, topic: 'mine', own, res, nothing: null, part: 'old' });
        assert.equal(fixture.at('out')[0], msg);
        assert.equal(msg['topic'], 'mine');
        assert.equal(msg['own'], own);
        assert.equal(msg['res'], res);
        assert.equal(msg['nothing'], null);
        assert.equal(msg['payload'], payload);
        assert.equal(payload['mine'], 'too');
    });

    it('what our nodes add has the keys of the contract, and no others', async () => {
        await fixture.deploy(line(fixture, STEPS));
        const msg = await fixture.through('part', { payload: manualPrint() });
        assert.deepEqual(keysOf(msg), ['_msgid', 'image', 'link', 'part', 'payload', 'stock']);
        assert.deepEqual(keysOf(msg['part']), ['IPN', 'created', 'image', 'name', 'pk', 'url']);
        assert.deepEqual(keysOf(msg['stock']), ['batch', 'created', 'location', 'pk', 'quantity', 'url']);
        assert.deepEqual(keysOf(msg['image']), ['reason', 'uploaded']);
        assert.deepEqual(keysOf(msg['link']), ['reason', 'url', 'written']);
        const again = await fixture.through('part', { payload: manualPrint({ ...(msg['payload'] as object) }) });
        assert.deepEqual(keysOf(again['stock']), ['batch', 'created', 'location', 'pk', 'quantity', 'url']);
        // where it lies by now was not asked
        assert.deepEqual(again['stock'], { ...(msg['stock'] as object), location: null, created: false });
        assert.deepEqual(again['part'], { ...(msg['part'] as object), created: false });
    });

    it('a Complete node fires once for each node that is done with a message, a Catch node never', async () => {
        await fixture.deploy(line(fixture, STEPS));
        for (let n = 0; n < 3; n++) await fixture.through('part', { payload: manualPrint(), n });
        await fixture.messages('completed', 12);
        for (let n = 0; n < 3; n++) assert.equal(fixture.at('completed').filter((msg) => msg['n'] === n).length, 4);
        assert.equal(fixture.at('caught').length, 0);
    });

    it('many messages at once are all done, one StockItem each', async () => {
        await fixture.deploy(line(fixture, STEPS));
        const messages = Array.from({ length: 12 }, () => fixture.send('part', { payload: manualPrint() }));
        await fixture.messages('out', messages.length, 10_000);
        assert.equal(fixture.inventree.state.stock.size, 12);
        assert.equal(new Set(fixture.batches()).size, 12);
        assert.ok(fixture.statuses('part').some((status) => /^blue dot working \d+$/.test(status)));
        // in a flood the last one is shown a moment later
        await fixture.showing('part', /^green dot (new|found) #\d+$/);
        assert.equal(fixture.at('caught').length, 0);
    });

    it('copies of a message make one item: the first takes the batch, the others are told so', async () => {
        await fixture.deploy(line(fixture, ['part', 'stock']));
        const payload = manualPrint();
        for (let n = 0; n < 3; n++) fixture.send('part', { payload: { ...payload } });
        const out = await fixture.messages('out', 3);
        const created = out.map((msg) => (msg['stock'] as { created: boolean }).created);
        assert.deepEqual(created.sort(), [false, false, true]);
        assert.equal(fixture.inventree.state.stock.size, 1);
        assert.equal(fixture.inventree.state.parts.size, 1);
    });

    describe('without a store', () => {
        for (const member of ['source', ...STEPS] as Member[]) {
            it(`${member} says so, and each message is an error on it`, async () => {
                for (const sync of ['', 'deleted']) {
                    const flow = line(fixture, [member], { [member]: { sync } });
                    await fixture.deploy(flow);
                    assert.equal(fixture.status(member), 'grey ring not configured');
                    const payload = member === 'source' ? 'poll' : manualPrint();
                    const error = await fixture.failing(member, { payload, part: PART });
                    assert.match(error.message, /"sync".*choose a sync store/);
                    assert.equal(fixture.at('completed').length, 0);
                    fixture.at('caught').length = 0;
                }
            });
        }
    });
});

function keysOf(value: unknown): string[] {
    return Object.keys(value as object).sort();
}
