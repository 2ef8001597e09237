import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../../lib/concurrency/clock';
import { SentToday } from '../../../lib/delivery/sent-today';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { PrintRecord, PrintState } from '../../../lib/store/ledger/records';

const DAY_MS = 86_400_000;
const NOON = new Date(2026, 10, 21, 12).getTime();

describe('prints sent that ended today', () => {
    let folder: string;
    let ledger: Ledger;
    let now = NOON;
    const clock: Clock = { ...systemClock, now: () => now };

    beforeEach(async () => {
        now = NOON;
        folder = mkdtempSync(join(tmpdir(), 'print-to-stock-'));
        ledger = await Ledger.open(join(folder, 'store.json'), {
            onWarning: (text) => assert.fail(text),
            now: () => new Date(now),
        });
    });
    afterEach(async () => {
        await ledger.close();
        rmSync(folder, { recursive: true, force: true });
    });

    const put = (n: number, state: PrintState, more: Partial<PrintRecord> = {}): Promise<unknown> =>
        ledger.setPrintDurable({
            batch: `bambuddy-${n}`,
            source: 'bambuddy',
            archiveId: n,
            runId: n,
            startedAt: new Date(now - 3_600_000).toISOString(),
            identity: `content_hash:${n}`,
            name: `Print ${n}`,
            state,
            via: 'source',
            ...more,
        });
    const at = (hours: number): string => new Date(NOON + hours * 3_600_000).toISOString();
    const recalled = (): number => {
        const sent = new SentToday(clock);
        sent.recall(ledger, 'source');
        return sent.count;
    };

    it('begin at zero with the next day', () => {
        const sent = new SentToday(clock);
        const add = (batch: string): void => sent.add({ batch, completedAt: new Date(now).toISOString() });
        add('a');
        add('b');
        assert.equal(sent.count, 2);
        now += DAY_MS;
        assert.equal(sent.count, 0);
        add('c');
        assert.equal(sent.count, 1);
    });

    it('are those whose end is of today, whenever they are sent, and each once', () => {
        const sent = new SentToday(clock);
        const end = (hours: number): string => new Date(NOON + hours * 3_600_000).toISOString();
        sent.add({ batch: 'an import of long ago', completedAt: end(-24 * 40) });
        sent.add({ batch: 'of yesterday, late', completedAt: end(-12.1) });
        sent.add({ batch: 'of today, early', completedAt: end(-11.9) });
        sent.add({ batch: 'of today, early', completedAt: end(-11.9) });
        sent.add({ batch: 'no end known', completedAt: null });
        assert.equal(sent.count, 2);
    });

    it('that began yesterday and ended today are of today after a start too', async () => {
        await put(1, 'done', { startedAt: at(-30), completedAt: at(-1) });
        await put(2, 'done', { startedAt: at(-60), completedAt: at(-30) });
        assert.equal(recalled(), 1);
    });

    it('are known after a start: its own, of today, that are over', async () => {
        now = NOON - DAY_MS;
        await put(1, 'done');
        now = NOON;
        await put(2, 'done');
        await put(3, 'parked');
        await put(4, 'passed');
        await put(5, 'stock');
        await put(6, 'skipped');
        await put(7, 'done', { via: 'another' });
        assert.equal(recalled(), 3);
    });

    it('are looked for among the newest alone, whatever the number of prints', async () => {
        now = NOON - 30 * DAY_MS;
        const began = new Date(now).toISOString();
        now = NOON;
        // an import of today took an old print: it is passed over
        await put(1000, 'done', { startedAt: began });
        for (let n = 0; n < 250; n++) await put(n, 'done');
        ledger.prints = () => assert.fail('all prints were read');
        assert.equal(recalled(), 250);
    });
});
