import assert from 'node:assert/strict';
import { ServiceError } from '../../../../lib/admin/http-api/service-error';
import { StoreApi } from '../../../../lib/admin/sidebar/store-api';
import { SIDEBAR_ACTIONS, type SourceAdapter } from '../../../../lib/admin/sidebar/source-adapter';
import { SourceHandle } from '../../../../lib/admin/sidebar/source-handle';
import { RejectedError, UnavailableError } from '../../../../lib/http/errors';
import type { PrintRecord } from '../../../../lib/store/ledger/records';
import type { Action } from '../../../../lib/sources/bambuddy/commands/action';
import { CircuitBreaker } from '../../../../lib/delivery/retry/circuit-breaker';
import { printRecord } from '../../../fixtures/print-record';
import { Fixture } from '../../fixture';

const OCTOPRINT: Action['action'][] = ['retry', 'retry-all', 'forget', 'poll', 'pause', 'resume'];

/** A source that notes what it is asked for. */
class Noting implements SourceAdapter {
    readonly asked: Action[] = [];
    paused = false;
    private readonly watchers = new Set<() => void>();

    constructor(
        readonly can: ReadonlySet<Action['action']>,
        readonly breaker: CircuitBreaker | null = null,
    ) {}

    status() {
        const { paused } = this;
        return { paused, underWay: 0, today: 2, lastPoll: null, lastError: null, backfill: null };
    }
    watch(changed: () => void): () => void {
        this.watchers.add(changed);
        return () => void this.watchers.delete(changed);
    }
    perform(action: Action): Promise<object> {
        this.asked.push(action);
        this.paused = action.action === 'pause';
        for (const changed of this.watchers) changed();
        return Promise.resolve({ action: action.action });
    }
}

describe('the sidebar API of a store with sources of both kinds', () => {
    let fixture: Fixture;
    let bambuddy: Noting;
    let octo: Noting;
    let other: Noting;
    let sources: SourceHandle[];
    let storeApi: StoreApi;
    let changes: number;

    beforeEach(async () => {
        fixture = await Fixture.open();
        changes = 0;
        bambuddy = new Noting(SIDEBAR_ACTIONS);
        octo = new Noting(new Set(OCTOPRINT));
        other = new Noting(new Set(OCTOPRINT));
        const handle = (id: string, kind: string, adapter: SourceAdapter): SourceHandle =>
            new SourceHandle(id, '', kind, kind === 'bambuddy', Promise.resolve(adapter), () => void changes++);
        sources = [
            handle('octo', 'octoprint', octo),
            handle('bam', 'bambuddy', bambuddy),
            handle('o2', 'octoprint', other),
        ];
        await Promise.all(sources.map((source) => source.ready()));
        storeApi = new StoreApi(
            fixture.sync,
            () => sources,
            () => undefined,
        );
    });
    afterEach(async () => {
        for (const source of sources) source.close();
        await fixture.close();
    });

    const park = (batch: string, fields: Partial<PrintRecord>) =>
        fixture.ledger.setPrintDurable(printRecord(batch, { source: 'octoprint', state: 'parked', ...fields }));
    const refused = (status: number, words: RegExp) => (error: unknown) =>
        error instanceof ServiceError && error.status === status && words.test(error.message);

    it('tells of all, and which of them have a history', () => {
        const { sources: reported } = storeApi.overview();
        assert.deepEqual(
            reported.map(({ id, kind, history, ready, today }) => [id, kind, history, ready, today]),
            [
                ['octo', 'octoprint', false, true, 2],
                ['bam', 'bambuddy', true, true, 2],
                ['o2', 'octoprint', false, true, 2],
            ],
        );
    });

    it('hands a print to the source that took it, else to one of its kind', async () => {
        await park('mine', { via: 'o2' });
        await park('orphan', { via: 'gone' });
        await park('archive', { source: 'bambuddy', archiveId: 1, via: 'gone' });
        await park('by-hand', { source: 'manual' });
        for (const batch of ['mine', 'orphan', 'archive', 'by-hand']) await storeApi.act({ action: 'retry', batch });
        const batches = (feeder: Noting): unknown[] =>
            feeder.asked.map((action) => (action as { batch: string }).batch);
        assert.deepEqual(batches(other), ['mine']);
        assert.deepEqual(batches(octo), ['orphan']);
        assert.deepEqual(batches(bambuddy), ['archive', 'by-hand']);
    });

    it('says which node is missing for a print', async () => {
        await park('archive', { source: 'bambuddy', archiveId: 1 });
        await park('file', {});
        const all = sources;
        sources = all.filter(({ kind }) => kind === 'octoprint');
        await assert.rejects(storeApi.act({ action: 'forget', batch: 'archive' }), refused(503, /"finished prints"/));
        sources = all.filter(({ kind }) => kind === 'bambuddy');
        await assert.rejects(storeApi.act({ action: 'forget', batch: 'file' }), refused(503, /"OctoPrint events"/));
        sources = all;
        assert.equal(bambuddy.asked.length + octo.asked.length + other.asked.length, 0);
    });

    it('asks OctoPrint for no history, and for no print anew', async () => {
        await park('file', { state: 'done', via: 'octo' });
        for (const action of ['backfill', 'reconcile', 'stop'])
            await assert.rejects(storeApi.act({ action, source: 'octo' }), refused(400, /"OctoPrint events"/));
        await assert.rejects(storeApi.act({ action: 'again', batch: 'file' }), refused(400, /again/));
        assert.deepEqual(octo.asked, []);
        assert.equal((await storeApi.act({ action: 'reconcile' })).status, 202);
        assert.deepEqual(bambuddy.asked, [{ action: 'reconcile' }]);
    });

    it('tells that why prints are parked has changed, where as many are parked as before', async () => {
        await park('mine', { reason: 'InvenTree answered 400' });
        await park('done', { state: 'done' });
        const { parkedMark } = storeApi.overview();
        const { counts } = storeApi.note();
        await fixture.ledger.setPrintDurable(printRecord('done', { source: 'octoprint', state: 'accepted' }));
        assert.equal(storeApi.note().parkedMark, parkedMark);
        await park('mine', { reason: 'InvenTree answered 403' });
        const note = storeApi.note();
        assert.equal(note.counts.parked, counts.parked);
        assert.notEqual(note.parkedMark, parkedMark);
        assert.equal(note.parkedMark, storeApi.overview().parkedMark);
        // what a server answered is for who may read the sidebar
        assert.ok(!JSON.stringify(note).includes('403'));
    });

    it('pauses and resumes the one that is meant, and hears of it', async () => {
        const before = changes;
        await storeApi.act({ action: 'pause', source: 'octo' });
        assert.deepEqual(
            storeApi.note().sources.map(({ paused }) => paused),
            [true, false, false],
        );
        assert.ok(changes > before);
        await storeApi.act({ action: 'resume', source: 'octo' });
        assert.ok(storeApi.note().sources.every(({ paused }) => !paused));
        await assert.rejects(storeApi.act({ action: 'poll', source: 'nobody' }), ServiceError);
    });

    it('tells of an OctoPrint that is off, once for all who work with it', async () => {
        const breaker = new CircuitBreaker('OctoPrint', fixture.clock);
        const handle = (id: string): SourceHandle =>
            new SourceHandle(
                id,
                '',
                'octoprint',
                false,
                Promise.resolve(new Noting(new Set(OCTOPRINT), breaker)),
                () => undefined,
            );
        sources.push(handle('o3'), handle('o4'));
        await Promise.all(sources.map((source) => source.ready()));
        assert.deepEqual(storeApi.overview().off, []);
        for (let n = 0; n < 2; n++) breaker.recordFailure(new UnavailableError('no answer', { server: 'OctoPrint' }));
        assert.deepEqual(
            storeApi.overview().off.map(({ server }) => server),
            ['OctoPrint'],
        );
    });

    it('has a failed opening for a problem of that source', async () => {
        const failed = new SourceHandle(
            'o5',
            '',
            'octoprint',
            false,
            Promise.reject(new RejectedError('no server is chosen', { server: 'OctoPrint' })),
            () => undefined,
        );
        sources = [failed];
        await assert.rejects(failed.ready(), refused(503, /no server is chosen/));
        assert.match(storeApi.overview().sources[0]!.problem!, /no server is chosen/);
    });
});
