import assert from 'node:assert/strict';
import { SourceHandle } from '../../../lib/admin/sidebar/source-handle';
import type { SourceAdapter } from '../../../lib/admin/sidebar/source-adapter';
import { EVERY_PRINT } from '../../../lib/admin/prints/print-filter';
import { StoreApi } from '../../../lib/admin/sidebar/store-api';
import { DeadLetters } from '../../../lib/delivery/dead-letters';
import type { Delivery } from '../../../lib/delivery/delivery';
import type { Acceptor } from '../../../lib/delivery/acceptor';
import { Dispatcher } from '../../../lib/delivery/dispatcher';
import type { PrintSource } from '../../../lib/delivery/print-source';
import { registerPrintKind } from '../../../lib/print/print-kind';
import { earlierReport } from '../../../lib/print/duplicate-report';
import { readMark } from '../../../lib/print/stock-marker';
import { recordOf } from '../../../lib/print/record-fields';
import { printOf, type Print } from '../../../lib/print/print';
import type { PrintRecord, Step } from '../../../lib/store/ledger/records';
import type { Action } from '../../../lib/sources/bambuddy/commands/action';
import { Flow } from '../flow';
import { PASS, Fixture } from '../fixture';

const KIND = 'moonraker';
const NODE = 'Moonraker jobs';

registerPrintKind({
    kind: KIND,
    label: 'Moonraker',
    mayReportTwice: true,
    markOf: ({ batch }) => `Moonraker job ${batch}`,
    readMark(notes) {
        const batch = /^Moonraker job (\S+)$/m.exec(notes)?.[1];
        return batch === undefined ? null : { source: KIND, archiveId: null, batch, startedAt: null };
    },
    // a job that was renamed is in stock under either name
    codesOfRun: (_prefix, { batch }) => [batch, `old-${batch}`],
});

/** A source that nothing in `lib` or `nodes` knows of: all there is of it is in this file. */
class ThirdSource implements Acceptor {
    readonly source = KIND;
    readonly asked: Action[] = [];
    readonly sent: string[] = [];
    readonly deadLetters: DeadLetters;
    private readonly dispatcher: Dispatcher;

    constructor(
        private readonly delivery: Delivery,
        private readonly through: (print: Print) => Promise<void>,
        signal: AbortSignal,
    ) {
        delivery.registerSource(printsOf(delivery));
        delivery.sources.add(KIND);
        this.dispatcher = new Dispatcher(
            delivery,
            this,
            { id: KIND, window: 2, passAfter: 60 },
            () => ['part', 'stock'],
            (print) => {
                this.sent.push(print.batch);
                void this.through(print).catch(() => undefined);
            },
            signal,
        );
        this.deadLetters = new DeadLetters(
            delivery,
            'InvenTree',
            ({ source }) => source === KIND,
            () => Promise.resolve(),
            (record) => this.dispatcher.sendAgain(record, false),
        );
    }

    /** A job ended: its print goes into the ledger and on its way. */
    async finished(print: Print): Promise<void> {
        await this.dispatcher.inSlot('live', async () => {
            const { settled } = await this.dispatcher.acceptAndSend({ print, first: true }, PASS);
            return { sent: true, settled };
        });
    }

    async accept(print: Print, _first: boolean, want: Step[]): Promise<void> {
        await this.delivery.ledger.setPrintDurable({ ...recordOf(print), state: 'accepted', want, print, via: KIND });
    }

    again({ print }: Readonly<PrintRecord>): Promise<Print | null> {
        return Promise.resolve((print ?? null) as Print | null);
    }

    adapter(): SourceAdapter {
        return {
            can: new Set(['retry', 'retry-all', 'forget']),
            status: () => ({
                paused: false,
                underWay: 0,
                today: 0,
                lastPoll: null,
                lastError: null,
                backfill: null,
            }),
            breaker: null,
            watch: () => () => undefined,
            perform: (action) => {
                this.asked.push(action);
                return this.deadLetters.retry('batch' in action ? (action.batch ?? null) : null);
            },
        };
    }

    close(): void {
        this.dispatcher.close();
    }
}

function printsOf({ ledger }: Delivery): PrintSource {
    return {
        kind: KIND,
        node: NODE,
        canAgain: false,
        nextBatch: ({ batch }) => (ledger.print(`${batch}-b`) === undefined ? `${batch}-b` : null),
        picture: () => Promise.resolve({ bytes: Buffer.from('picture'), type: 'image/png' }),
        page: ({ batch }) => `http://moonraker.local/history/${batch}`,
        hasPicture: () => true,
        thumbnail: () => Promise.resolve({ bytes: Buffer.from('thumbnail'), type: 'image/png' }),
        isOff: () => false,
    };
}

describe('a third source of prints, which registers itself', () => {
    let fixture: Fixture;
    let source: ThirdSource;
    let bambuddy: Flow;
    let failWith: Error | null;

    const job = (batch: string): Print =>
        printOf({
            source: KIND,
            batch,
            identity: `job:${batch}`,
            name: 'Bracket',
            status: 'completed',
            startedAt: '2026-11-22T10:00:00Z',
            completedAt: '2026-11-22T11:00:00Z',
        });
    const through = async (print: Print): Promise<void> => {
        const { delivery } = fixture.sync;
        if (failWith !== null) return delivery.park(print, 'stock', failWith.message);
        const part = await fixture.part(print);
        await fixture.stock(print, part.pk);
    };
    const settled = async (): Promise<void> => {
        for (let tries = 0; tries < 400; tries++) {
            const waits = [...fixture.ledger.unfinished()].length > 0;
            if (!waits) return;
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
    };

    beforeEach(async () => {
        fixture = await Fixture.open();
        failWith = null;
        source = new ThirdSource(fixture.sync.delivery, through, fixture.signal);
        bambuddy = new Flow(fixture);
    });
    afterEach(async () => {
        source.close();
        await bambuddy.source.close();
        await fixture.close();
    });

    it('has its prints in stock, each once', async () => {
        await source.finished(job('moon-1'));
        await settled();
        assert.equal(fixture.ledger.print('moon-1')?.state, 'done');
        assert.deepEqual(fixture.inStock, ['moon-1 x1']);
    });

    it('marks its items in its own form, and knows them again without a ledger, under each of their codes', async () => {
        await source.finished(job('moon-1'));
        await settled();
        const [item] = fixture.inventree.state.stock.values();
        assert.equal(item!.notes?.split('\n')[0], 'Moonraker job moon-1');
        assert.deepEqual(readMark(item!.notes), { source: KIND, archiveId: null, batch: 'moon-1', startedAt: null });
        item!.batch = 'old-moon-1';
        await fixture.forget();
        source.close();
        source = new ThirdSource(fixture.sync.delivery, through, fixture.signal);
        await source.finished(job('moon-1'));
        await settled();
        assert.equal(fixture.inventree.state.stock.size, 1);
    });

    it('may say that it reports a print twice, which is then seen', async () => {
        const printer = { id: 7, name: 'Voron', model: null };
        await source.finished({ ...job('moon-1'), printer });
        await settled();
        const again = { ...job('moon-2'), printer, startedAt: '2026-11-22T10:05:00Z' };
        assert.equal(earlierReport(fixture.ledger, again)?.batch, 'moon-1');
        assert.equal(earlierReport(fixture.ledger, { ...again, source: 'manual' }), null);
    });

    it('gives a print its next code where the first is somebody else’s', async () => {
        const other = fixture.inventree.addPart({ name: 'Other', category: fixture.category });
        fixture.inventree.addStock({ part: other.pk, location: fixture.location, batch: 'moon-1', quantity: 1 });
        await source.finished(job('moon-1'));
        await settled();
        assert.equal(fixture.ledger.print('moon-1-b')?.state, 'done');
    });

    it('gets its parked prints back, and nobody else does', async () => {
        failWith = new Error('refused');
        await source.finished(job('moon-1'));
        await settled();
        assert.equal(fixture.ledger.print('moon-1')?.state, 'parked');
        failWith = null;
        assert.deepEqual(await bambuddy.source.manual.retry(null), { sent: 0, remaining: 0 });
        assert.deepEqual(bambuddy.sent, []);
        const handle = (id: string, kind: string, adapter: SourceAdapter): SourceHandle =>
            new SourceHandle(id, '', kind, kind !== KIND, Promise.resolve(adapter), () => undefined);
        const asked: Action[] = [];
        const noting: SourceAdapter = {
            ...source.adapter(),
            can: new Set(['retry', 'retry-all', 'forget', 'again']),
            perform: (action) => (asked.push(action), Promise.resolve({})),
        };
        const api = new StoreApi(
            fixture.sync,
            () => [handle('bambuddy', 'bambuddy', noting), handle('moon', KIND, source.adapter())],
            (_source, error) => assert.fail(error),
        );
        await api.act({ action: 'retry', batch: 'moon-1' });
        await settled();
        assert.deepEqual(asked, []);
        assert.equal(fixture.ledger.print('moon-1')?.state, 'done');
    });

    it('shows its page and pictures in the sidebar, and names its node where none runs', async () => {
        await source.finished(job('moon-1'));
        await settled();
        const api = new StoreApi(
            fixture.sync,
            () => [],
            () => undefined,
        );
        const { prints } = await api.list({ ...EVERY_PRINT, after: null, limit: 10 }, fixture.signal);
        assert.equal(prints[0]?.page, 'http://moonraker.local/history/moon-1');
        assert.equal((await api.thumbnail('moon-1'))?.bytes.toString(), 'thumbnail');
        await assert.rejects(api.act({ action: 'retry', batch: 'moon-1' }), new RegExp(NODE));
    });
});
