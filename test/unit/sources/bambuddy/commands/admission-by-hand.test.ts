import assert from 'node:assert/strict';
import sinon from 'sinon';
import { ADMISSION_DEFAULTS, type AdmissionRules } from '../../../../../lib/sources/bambuddy/admission-rules';
import { BambuddyAcceptor } from '../../../../../lib/sources/bambuddy/import/acceptance';
import { NO_IDENTITY } from '../../../../../lib/sources/bambuddy/import/classifier';
import { ClosedError } from '../../../../../lib/http/errors';
import { Flow, until } from '../../../flow';
import { Fixture } from '../../../fixture';

const HOUR = 3_600_000;
const at = (hours: number): string => new Date(Date.now() - hours * HOUR).toISOString();

describe('a print that a person sends is admitted by the rules of the feed', () => {
    let fixture: Fixture;
    let flow: Flow;

    async function open(admission: Partial<AdmissionRules> = {}): Promise<void> {
        fixture = await Fixture.open({ version: '1.2.5.7' });
        flow = new Flow(fixture, { admission: { ...ADMISSION_DEFAULTS, ...admission } });
    }

    afterEach(async () => {
        sinon.restore();
        await flow.source.close();
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    const record = () => [...fixture.ledger.prints()][0]!;

    /** A print without a key, parked; then Bambuddy learns its name. */
    async function noIdentity(more: object = {}): Promise<number> {
        const { archiveId } = fixture.bambuddy.print({
            name: null,
            no3mf: true,
            startedAt: at(2),
            seconds: 600,
            ...more,
        });
        await flow.poll();
        assert.deepEqual([record().state, record().reason], ['parked', NO_IDENTITY]);
        fixture.bambuddy.editArchive(archiveId, { print_name: 'Named now' });
        return archiveId;
    }

    /** A print whose Part InvenTree did not take, parked. */
    async function refused(more: object = {}): Promise<number> {
        const { archiveId } = fixture.bambuddy.print({ startedAt: at(2), seconds: 600, ...more });
        const { handle } = flow;
        flow.handle = (print) => fixture.sync.delivery.park(print, 'part', 'no');
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

    const seen = (): unknown[] => [fixture.inStock, record().state, record().reason, record().hold];

    for (const [what, begin] of Object.entries({ noIdentity, refused })) {
        describe(`(${what} before)`, () => {
            it('of which nothing was printed is not stocked where pieces count', async () => {
                await open({ countsPieces: () => true });
                fixture.bambuddy.editArchive(await begin(), { quantity: 0 });
                assert.deepEqual(await retried(), { sent: 0, remaining: 1 });
                assert.deepEqual(seen(), [[], 'skipped', '0 items printed', undefined]);
                assert.deepEqual(fixture.inventree.state.parts.size, 0);
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
                fixture.bambuddy.editArchive(await begin(), { quantity: 0 });
                assert.deepEqual(await retried(), { sent: 1, remaining: 0 });
                assert.equal(fixture.inStock.length, 1);
            });

            it('that was rejected meanwhile is not stocked', async () => {
                await open();
                fixture.bambuddy.tellOutcome(await begin(), 'reject');
                await retried();
                assert.deepEqual(seen(), [[], 'skipped', 'rejected in Bambuddy', undefined]);
                assert.equal(record().verdict, 'reject');
            });

            it('that was rejected and is stocked by the setting has the status of it', async () => {
                const outcome = { ...ADMISSION_DEFAULTS.outcome, rejected: 'stock' as const, rejectedStatus: 55 };
                await open({ outcome });
                fixture.bambuddy.tellOutcome(await begin(), 'reject');
                await retried();
                assert.deepEqual(
                    [...fixture.inventree.state.stock.values()].map(({ status }) => status),
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
        fixture.bambuddy.tellOutcome(archive, 'good');
        await flow.poll();
        await until('it is in stock', () => record().state === 'done');
        assert.deepEqual([fixture.inStock.length, record().hold], [1, undefined]);
    });

    it('that nobody answered in time needs attention, and goes when it is named', async () => {
        await open();
        await noIdentity({ confirm: true, startedAt: at(30 * 24) });
        await retried();
        assert.deepEqual(seen(), [[], 'parked', 'nobody told Bambuddy the outcome', undefined]);
        await retried();
        assert.equal(fixture.inStock.length, 0);
        await retried(record().batch);
        assert.equal(fixture.inStock.length, 1);
    });

    it('that waits for its outcome waits on, however it is sent', async () => {
        await open();
        const { archiveId } = fixture.bambuddy.print({ confirm: true, startedAt: at(2), seconds: 600 });
        await flow.poll();
        const before = record();
        await assert.rejects(flow.source.manual.again(before.batch), /waits for the outcome/);
        assert.equal((await flow.source.manual.offerArchive(archiveId, true)).sent, false);
        await flow.idle();
        assert.deepEqual([fixture.inStock, record()], [[], before]);
    });

    it('that was rejected is not sent again by its batch, and is when the outcome is another', async () => {
        await open();
        const { archiveId } = fixture.bambuddy.print({ confirm: true, startedAt: at(2), seconds: 600 });
        fixture.bambuddy.tellOutcome(archiveId, 'reject');
        await flow.poll();
        await assert.rejects(flow.source.manual.again(record().batch), /rejected in Bambuddy/);
        assert.deepEqual([fixture.inStock, record().state], [[], 'skipped']);
        fixture.bambuddy.tellOutcome(archiveId, 'good');
        assert.equal((await flow.source.manual.again(record().batch)).sent, true);
        await flow.idle();
        assert.deepEqual([fixture.inStock.length, record().verdict], [1, 'good']);
    });

    it('that is in stock is refreshed whatever its outcome is by now', async () => {
        await open({ countsPieces: () => true });
        const { archiveId } = fixture.bambuddy.print({ startedAt: at(2), seconds: 600 });
        await flow.poll();
        fixture.bambuddy.editArchive(archiveId, { quantity: 0 });
        fixture.bambuddy.tellOutcome(archiveId, 'reject');
        assert.equal((await flow.source.manual.again(record().batch)).sent, true);
        await flow.idle();
        assert.deepEqual([fixture.inStock.length, record().state, flow.sent.length], [1, 'done', 2]);
    });

    it('that turns out to be told twice is held as the double it is', async () => {
        await open();
        fixture.bambuddy.print({ name: 'Goose', startedAt: at(5), seconds: 7200, printer: 1 });
        await flow.poll();
        const second = fixture.bambuddy.print({ name: null, no3mf: true, startedAt: at(4), seconds: 3600, printer: 1 });
        await flow.poll();
        fixture.bambuddy.editArchive(second.archiveId, { print_name: 'Goose' });
        const batch = flow.source.manual.parked()[0]!.batch;
        assert.deepEqual(await retried(), { sent: 0, remaining: 1 });
        assert.match(fixture.ledger.print(batch)!.reason!, /suspected double/);
        assert.equal(fixture.inStock.length, 1);
        assert.deepEqual(await retried(batch), { sent: 1, remaining: 0 });
        assert.equal(fixture.inStock.length, 2);
    });
});
