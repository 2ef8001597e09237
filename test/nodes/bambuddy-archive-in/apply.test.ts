import assert from 'node:assert/strict';
import { NodeFixture, until } from '../fixture';
import { ALL, line } from '../flow';
import { jsonAnswer } from '../../simulators/simulator';
import type { Reconciliation } from '../../../lib/sources/bambuddy/commands/reports';
import type { PrintRecord } from '../../../lib/store/ledger/records';

const HOUR = 3_600_000;
const BATCH = 'bambuddy-1';

describe('bambuddy-archive-in: apply, for a print whose archive was edited', () => {
    const fixture = new NodeFixture({ bambuddy: { version: '1.2.5.7' } });
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const deploy = (): Promise<void> =>
        fixture.deploy(
            line(fixture, ALL, {
                source: { startWith: 'all', pollOnDeploy: true },
                stock: { quantity: '1', quantityType: 'plate' },
            }),
        );
    /** A print of three pieces in stock, of which Bambuddy says another number afterwards. */
    async function edited(now: number): Promise<void> {
        const { archiveId } = fixture.bambuddy.print({
            name: 'Goose',
            quantity: 3,
            startedAt: new Date(Date.now() - HOUR),
            seconds: 3000,
        });
        await deploy();
        await isDone();
        fixture.bambuddy.editArchive(archiveId, { quantity: now });
    }
    const record = (): Readonly<PrintRecord> => fixture.ledger().print(BATCH)!;
    const isDone = (): Promise<void> =>
        until('it to be done', () => record()?.state === 'done' && record().apply === undefined);
    const stock = (): [string | null, number][] =>
        [...fixture.inventree.state.stock.values()].map(({ batch, quantity }) => [batch, quantity]);
    const apply = async (less?: boolean): Promise<void> => {
        const answer = await fixture.ask({ action: 'apply', batch: BATCH, ...(less === undefined ? {} : { less }) });
        assert.deepEqual(answer, { action: 'apply', batch: BATCH, sent: true });
        await isDone();
    };
    const differing = async (): Promise<[unknown, unknown, unknown][]> =>
        ((await fixture.ask('reconcile')) as unknown as Reconciliation).lists.differing.map(({ what, was, is }) => [
            what,
            was,
            is,
        ]);
    const calls = (what: 'add' | 'remove'): number => fixture.inventree.count('POST', new RegExp(`/stock/${what}/`));

    it('more: the difference to what was stocked comes in, whatever was sold since; then nothing differs', async () => {
        await edited(5);
        assert.deepEqual(await differing(), [['quantity', 3, 5]]);
        const [item] = [...fixture.inventree.state.stock.values()];
        fixture.inventree.person.editStock(item!.pk, { quantity: 1 });
        await apply();
        assert.deepEqual(stock(), [[BATCH, 3]]);
        assert.equal(record().quantity, 5);
        assert.deepEqual(await differing(), []);
        await apply();
        assert.deepEqual([stock(), calls('add')], [[[BATCH, 3]], 1]);
    });

    it('less: nothing is taken out without the word, and with it at most what is there', async () => {
        await edited(1);
        await apply();
        assert.deepEqual([stock(), calls('remove')], [[[BATCH, 3]], 0]);
        assert.match(fixture.warnings('store').join('\n'), /bambuddy-1 has 2 more in stock/);
        assert.deepEqual(await differing(), [['quantity', 3, 1]]);
        const [item] = [...fixture.inventree.state.stock.values()];
        fixture.inventree.person.editStock(item!.pk, { quantity: 1 });
        await apply(true);
        assert.deepEqual([stock(), record().quantity], [[], 1]);
        assert.deepEqual(await differing(), []);
    });

    it('rejected afterwards: all of it may be taken out', async () => {
        await edited(3);
        fixture.bambuddy.tellOutcome(1, 'reject');
        assert.deepEqual(await differing(), [['outcome', null, 'reject']]);
        await apply(true);
        assert.deepEqual([stock(), record().quantity, await differing()], [[], 0, []]);
    });

    it('more, where the item is gone: an item of its own, once, and it is not taken for a stray', async () => {
        await edited(5);
        fixture.inventree.person.sellOut([...fixture.inventree.state.stock.values()][0]!.pk);
        await apply();
        await apply();
        assert.deepEqual(stock(), [[`${BATCH}-a1`, 2]]);
        assert.equal(((await fixture.ask('reconcile')) as unknown as Reconciliation).extra, 0);
    });

    for (const at of ['before', 'after'] as const)
        it(`an answer that is lost ${at} the server has done it: the pieces come in once`, async () => {
            await edited(5);
            let lost = false;
            fixture.inventree.interfere = ({ url }) => {
                if (lost || !url.includes('/stock/add/')) return undefined;
                lost = true;
                return { at, kind: 503 };
            };
            await apply();
            assert.deepEqual(stock(), [[BATCH, 5]]);
        });

    it('a process that died after the call: the history of the item tells that it was done', async () => {
        await edited(5);
        await apply();
        // as it was on the disk before the result was
        const { decided } = lastAdjusted(fixture);
        await fixture.ledger().setPrintDurable({
            ...record(),
            state: 'accepted',
            want: ['part', 'stock'],
            quantity: 3,
            apply: { less: false },
            adjusting: { by: 2, decided, intent: decided },
        });
        await fixture.undeploy();
        await deploy();
        await isDone();
        assert.deepEqual([stock(), record().quantity, calls('add')], [[[BATCH, 5]], 5, 1]);
    });

    it('what is refused parks the print, and forget leaves the stock as it is', async () => {
        await edited(5);
        fixture.inventree.interfere = ({ url }) =>
            url.includes('/stock/add/') ? jsonAnswer(400, { notes: ['This field is wrong.'] }) : undefined;
        await fixture.ask({ action: 'apply', batch: BATCH });
        await until('it to be parked', () => record().state === 'parked');
        fixture.inventree.interfere = undefined;
        await fixture.ask({ action: 'forget', batch: BATCH });
        assert.deepEqual([record().state, record().adjusting, record().apply], ['done', undefined, undefined]);
        assert.deepEqual(stock(), [[BATCH, 3]]);
    });

    it('with nothing behind the source that stocks it says so, and remembers nothing', async () => {
        await edited(5);
        await fixture.undeploy();
        await fixture.deploy(line(fixture, ['source', 'part']));
        const { message } = await fixture.failing('source', { payload: { action: 'apply', batch: BATCH } });
        assert.match(message, /No "add to stock" node is wired behind the source/);
        assert.equal(record().apply, undefined);
    });

    it('of a print that is not in stock it says so', async () => {
        await deploy();
        const { message } = await fixture.failing('source', { payload: { action: 'apply', batch: 'bambuddy-9' } });
        assert.match(message, /No print with the batch bambuddy-9 is in stock/);
    });
});

/** The day and time in the note of the item's last adjustment, as the ledger had it. */
function lastAdjusted(fixture: NodeFixture): { decided: string } {
    const notes = [...fixture.inventree.state.tracking.values()].flat().map((entry) => entry.notes ?? '');
    const [, day, time] = /adjusted (\S+) (\d\d:\d\d:\d\d)/.exec(notes.join('\n'))!;
    return { decided: `${day}T${time}.000Z` };
}
