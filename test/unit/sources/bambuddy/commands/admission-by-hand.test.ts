import assert from 'node:assert/strict';
import sinon from 'sinon';
import { ADMISSION_DEFAULTS, type AdmissionRules } from '../../../../../lib/sources/bambuddy/admission-rules';
import { BambuddyAcceptor } from '../../../../../lib/sources/bambuddy/import/acceptance';
import { NO_IDENTITY } from '../../../../../lib/sources/bambuddy/import/classifier';
import { ClosedError } from '../../../../../lib/http/errors';
import { Flow, until } from '../../../flow';
import { Workshop } from '../../../workshop';

const HOUR = 3_600_000;
const at = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();

describe('a print that a person sends is admitted by the rules of the feed', () => {
    let shop: Workshop;
    let flow: Flow;

    async function open(admission: Partial<AdmissionRules> = {}): Promise<void> {
        shop = await Workshop.open({ version: '1.2.5.7' });
        flow = new Flow(shop, { admission: { ...ADMISSION_DEFAULTS, ...admission } });
    }

    afterEach(async () => {
        sinon.restore();
        await flow.source.close();
        assert.deepEqual(shop.inventree.state.violations, []);
        await shop.close();
    });

    const record = () => [...shop.ledger.prints()][0]!;

    /** A print without a key, parked; then Bambuddy learns its name. */
    async function noIdentity(more: object = {}): Promise<number> {
        const { archiveId } = shop.bambuddy.print({ name: null, no3mf: true, startedAt: at(2), seconds: 600, ...more });
        await flow.poll();
        assert.deepEqual([record().state, record().reason], ['parked', NO_IDENTITY]);
        shop.bambuddy.editArchive(archiveId, { print_name: 'Named now' });
        return archiveId;
    }

    /** A print whose Part InvenTree did not take, parked. */
    async function refused(more: object = {}): Promise<number> {
        const { archiveId } = shop.bambuddy.print({ startedAt: at(2), seconds: 600, ...more });
        const { handle } = flow;
        flow.handle = (print) => shop.sync.delivery.park(print, 'part', 'no');
        await flow.poll();
        assert.deepEqual([record().state, record().reason], ['parked', 'no']);
        flow.handle = handle;
        return archiveId;
    }

    async function retried(batch: string | null = null): Promise<{ sent: number; remaining: number }> {
        const answer = await flow.source.manual.retry(batch);
        await flow.idle();
        return answer;
    }

    const seen = (): unknown[] => [shop.shelf, record().state, record().reason, record().hold];

    for (const [what, begin] of Object.entries({ noIdentity, refused })) {
        describe(`(${what} before)`, () => {
            it('of which nothing was printed is not stocked where pieces count', async () => {
                await open({ countsPieces: () => true });
                shop.bambuddy.editArchive(await begin(), { quantity: 0 });
                assert.deepEqual(await retried(), { sent: 0, remaining: 1 });
                assert.deepEqual(seen(), [[], 'skipped', '0 items printed', undefined]);
                assert.deepEqual(shop.inventree.state.parts.size, 0);
            });

            it('keeps its record as it was where the process ends before it is sent', async () => {
                await open();
                const archiveId = await begin();
                const before = { ...record() };
                const again = sinon.stub(BambuddyAcceptor.prototype, 'again').rejects(new ClosedError());
                await assert.rejects(flow.source.manual.retry(null), ClosedError);
                assert.deepEqual({ ...record() }, before, `archive ${archiveId}`);
                again.restore();
                assert.deepEqual(await retried(), { sent: 1, remaining: 0 });
            });

            it('is stocked where pieces do not count', async () => {
                await open();
                shop.bambuddy.editArchive(await begin(), { quantity: 0 });
                assert.deepEqual(await retried(), { sent: 1, remaining: 0 });
                assert.equal(shop.shelf.length, 1);
            });

            it('that was rejected meanwhile is not stocked', async () => {
                await open();
                shop.bambuddy.tellOutcome(await begin(), 'reject');
                await retried();
                assert.deepEqual(seen(), [[], 'skipped', 'rejected in Bambuddy', undefined]);
                assert.equal(record().verdict, 'reject');
            });

            it('that was rejected and is stocked by the setting has the status of it', async () => {
                const outcome = { ...ADMISSION_DEFAULTS.outcome, rejected: 'stock' as const, rejectedStatus: 55 };
                await open({ outcome });
                shop.bambuddy.tellOutcome(await begin(), 'reject');
                await retried();
                assert.deepEqual(
                    [...shop.inventree.state.stock.values()].map(({ status }) => status),
                    [55],
                );
            });
        });
    }

    it('that Bambuddy asks for waits for the answer, and goes on when it comes', async () => {
        await open();
        const archive = await noIdentity({ confirm: true });
        assert.deepEqual(await retried(), { sent: 0, remaining: 1 });
        assert.deepEqual(seen(), [[], 'accepted', undefined, 'verdict']);
        assert.equal(flow.source.status().held, 1);
        assert.deepEqual(flow.source.manual.parked(), []);
        shop.bambuddy.tellOutcome(archive, 'good');
        await flow.poll();
        await until('it is in stock', () => record().state === 'done');
        assert.deepEqual([shop.shelf.length, record().hold], [1, undefined]);
    });

    it('that nobody answered in time needs attention, and goes when it is named', async () => {
        await open();
        await noIdentity({ confirm: true, startedAt: at(30 * 24) });
        await retried();
        assert.deepEqual(seen(), [[], 'parked', 'nobody told Bambuddy the outcome', undefined]);
        await retried();
        assert.equal(shop.shelf.length, 0);
        await retried(record().batch);
        assert.equal(shop.shelf.length, 1);
    });

    it('that waits for its outcome waits on, however it is sent', async () => {
        await open();
        const { archiveId } = shop.bambuddy.print({ confirm: true, startedAt: at(2), seconds: 600 });
        await flow.poll();
        const before = record();
        await assert.rejects(flow.source.manual.again(before.batch), /waits for the outcome/);
        assert.equal((await flow.source.manual.offerArchive(archiveId, true)).sent, false);
        await flow.idle();
        assert.deepEqual([shop.shelf, record()], [[], before]);
    });

    it('that was rejected is not sent again by its batch, and is when the outcome is another', async () => {
        await open();
        const { archiveId } = shop.bambuddy.print({ confirm: true, startedAt: at(2), seconds: 600 });
        shop.bambuddy.tellOutcome(archiveId, 'reject');
        await flow.poll();
        await assert.rejects(flow.source.manual.again(record().batch), /rejected in Bambuddy/);
        assert.deepEqual([shop.shelf, record().state], [[], 'skipped']);
        shop.bambuddy.tellOutcome(archiveId, 'good');
        assert.equal((await flow.source.manual.again(record().batch)).sent, true);
        await flow.idle();
        assert.deepEqual([shop.shelf.length, record().verdict], [1, 'good']);
    });

    it('that is in stock is refreshed whatever its outcome is by now', async () => {
        await open({ countsPieces: () => true });
        const { archiveId } = shop.bambuddy.print({ startedAt: at(2), seconds: 600 });
        await flow.poll();
        shop.bambuddy.editArchive(archiveId, { quantity: 0 });
        shop.bambuddy.tellOutcome(archiveId, 'reject');
        assert.equal((await flow.source.manual.again(record().batch)).sent, true);
        await flow.idle();
        assert.deepEqual([shop.shelf.length, record().state, flow.sent.length], [1, 'done', 2]);
    });

    it('that turns out to be told twice is held as the double it is', async () => {
        await open();
        shop.bambuddy.print({ name: 'Goose', startedAt: at(5), seconds: 7200, printer: 1 });
        await flow.poll();
        const second = shop.bambuddy.print({ name: null, no3mf: true, startedAt: at(4), seconds: 3600, printer: 1 });
        await flow.poll();
        shop.bambuddy.editArchive(second.archiveId, { print_name: 'Goose' });
        const batch = flow.source.manual.parked()[0]!.batch;
        assert.deepEqual(await retried(), { sent: 0, remaining: 1 });
        assert.match(shop.ledger.print(batch)!.reason!, /suspected double/);
        assert.equal(shop.shelf.length, 1);
        assert.deepEqual(await retried(batch), { sent: 1, remaining: 0 });
        assert.equal(shop.shelf.length, 2);
    });
});
