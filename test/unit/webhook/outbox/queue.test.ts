import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cooldown } from '../../../../lib/webhook/outbox/cooldown';
import { DeliveryStore } from '../../../../lib/webhook/outbox/delivery-store';
import { HookFailure, QueueFull } from '../../../../lib/webhook/transport/failure';
import { DeliveryQueue, type QueueOptions } from '../../../../lib/webhook/outbox/queue';
import type { HookAnswer } from '../../../../lib/webhook/transport/send';
import { systemClock } from '../../../../lib/concurrency/clock';
import { FakeClock } from '../../fake-clock';
import { until } from '../../../nodes/fixture';

const ANSWER: HookAnswer = { status: 204, headers: {}, body: Buffer.alloc(0), ms: 1, origin: 'http://h' };
const event = (n: number): { topic: string; device: string; values: Record<string, unknown> } => ({
    topic: `T${n}`,
    device: 'd',
    values: { n },
});
const down = (): HookFailure => new HookFailure('h is off', { remedy: 'wait' });

describe('the queue of webhooks', () => {
    let folder: string;
    let store: DeliveryStore;
    let queue: DeliveryQueue;
    let sent: { topic: string; key: string }[];
    let behave: (n: number, topic: string) => HookAnswer | Error | Promise<HookAnswer>;
    const file = (): string => join(folder, 'hooks.json');

    async function open(change: Partial<QueueOptions> = {}): Promise<void> {
        store = await DeliveryStore.open(file(), () => undefined);
        queue = new DeliveryQueue(store, {
            most: 100,
            keepTryingMs: 60 * 60_000,
            again: true,
            clock: new FakeClock(true),
            deliver: async (_id, { topic, key }) => {
                sent.push({ topic, key });
                const result = await behave(sent.length, topic);
                if (result instanceof Error) throw result;
                return result;
            },
            settled: () => undefined,
            dropped: () => undefined,
            changed: () => undefined,
            ...change,
        });
        queue.start();
    }
    async function restart(change: Partial<QueueOptions> = {}): Promise<void> {
        await queue.close();
        await store.close();
        await open(change);
    }
    const idle = (): Promise<void> => until('the queue to be empty', () => queue.state.waiting === 0);

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'print-to-stock-hooks-'));
        sent = [];
        behave = () => ANSWER;
    });
    afterEach(async () => {
        await queue.close();
        await store.close();
        rmSync(folder, { recursive: true, force: true });
    });

    it('sends in the order of the messages, and keeps nothing of what was sent', async () => {
        await open();
        await Promise.all([1, 2, 3, 4, 5].map((n) => queue.add(event(n))));
        await idle();
        assert.deepEqual(
            sent.map(({ topic }) => topic),
            ['T1', 'T2', 'T3', 'T4', 'T5'],
        );
        assert.deepEqual(store.entries(), []);
    });

    it('waits for a target that is off, under one key, and lets nothing overtake', async () => {
        behave = (n) => (n <= 4 ? down() : ANSWER);
        await open();
        await queue.add(event(1));
        await queue.add(event(2));
        await idle();
        assert.deepEqual(
            sent.map(({ topic }) => topic),
            ['T1', 'T1', 'T1', 'T1', 'T1', 'T2'],
        );
        assert.equal(new Set(sent.slice(0, 5).map(({ key }) => key)).size, 1);
        assert.equal(queue.state.downSince, null);
    });

    it('goes on after a restart with what was taken', async () => {
        behave = () => new Promise(() => undefined);
        await open({
            clock: systemClock,
            deliver: (_id, _record, signal) =>
                new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
        });
        for (const n of [1, 2, 3]) await queue.add(event(n));
        behave = () => ANSWER;
        await restart();
        await idle();
        assert.deepEqual(
            sent.map(({ topic }) => topic),
            ['T1', 'T2', 'T3'],
        );
    });

    it('parks what is refused at once, and goes on with the next', async () => {
        behave = (_n, topic) =>
            topic === 'T1' ? new HookFailure('h answered 400: no', { remedy: 'park', status: 400 }) : ANSWER;
        await open();
        for (const n of [1, 2]) await queue.add(event(n));
        await idle();
        assert.deepEqual(
            sent.map(({ topic }) => topic),
            ['T1', 'T2'],
        );
        await restart();
        const [parked] = queue.parked();
        assert.deepEqual([parked!.topic, parked!.status, parked!.reason], ['T1', 400, 'h answered 400: no']);
        const key = sent[0]!.key;
        behave = () => ANSWER;
        assert.equal(await queue.retry('nobody'), 0);
        assert.equal(await queue.retry(parked!.id), 1);
        await idle();
        assert.deepEqual(sent.at(-1), { topic: 'T1', key });
        assert.equal(queue.state.parked, 0);
    });

    it('forgets what a person says', async () => {
        behave = () => new Error('rule');
        await open();
        await queue.add(event(1));
        await idle();
        assert.equal(await queue.forget(queue.parked()[0]!.id), 1);
        await restart();
        assert.deepEqual(queue.parked(), []);
    });

    it('gives up after the time that was set, and on a message that is poison', async () => {
        behave = () => down();
        await open();
        await queue.add(event(1));
        await idle();
        assert.equal(queue.state.parked, 1);
        sent = [];
        behave = (_n, topic) =>
            topic === 'T2' ? new HookFailure('h answered 500', { remedy: 'wait', status: 500 }) : ANSWER;
        await queue.add(event(2));
        await queue.add(event(3));
        await idle();
        assert.equal(sent.filter(({ topic }) => topic === 'T2').length, 8);
        assert.equal(sent.at(-1)!.topic, 'T3');
    });

    it('parks what may have been sent before a restart where it must not arrive twice', async () => {
        behave = () => new Promise(() => undefined);
        await open({
            again: false,
            clock: systemClock,
            deliver: (_id, { topic, key }, signal) => {
                sent.push({ topic, key });
                return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error())));
            },
        });
        await queue.add(event(1));
        await queue.add(event(2));
        await until('the first to be sent', () => sent.length === 1);
        behave = () => ANSWER;
        await restart({ again: false });
        await idle();
        assert.deepEqual(
            sent.map(({ topic }) => topic),
            ['T1', 'T2'],
        );
        assert.match(queue.parked()[0]!.reason, /before the restart/);
    });

    it('sends what may have arrived again only where that is wanted', async () => {
        behave = () => new HookFailure('no answer', { remedy: 'wait', arrived: true });
        await open({ again: false });
        await queue.add(event(1));
        await idle();
        assert.deepEqual([sent.length, queue.state.parked], [1, 1]);
    });

    it('keeps as many parked as may wait, and 200 at the least; the oldest makes room, and that is said', async () => {
        behave = () => new HookFailure('h answered 400', { remedy: 'park', status: 400 });
        const dropped: string[] = [];
        await open({ most: 3, dropped: ({ topic }) => void dropped.push(topic) });
        for (let n = 1; n <= 203; n++) {
            await queue.add(event(n));
            await idle();
        }
        await until('the room', () => queue.state.dropped === 3);
        assert.deepEqual(dropped, ['T1', 'T2', 'T3']);
        assert.deepEqual([queue.state.parked, store.entries().length], [200, 200]);
        const first = queue.parkedPage(null, 120);
        assert.deepEqual([first.total, first.deliveries[0]!.topic], [200, 'T203']);
        await queue.forget(first.next);
        const second = queue.parkedPage(first.next, 120);
        assert.deepEqual(
            [second.deliveries.length, second.deliveries[0]!.topic, second.deliveries.at(-1)!.topic, second.next],
            [80, 'T83', 'T4', null],
        );
    });

    it('loses none of an outage that was longer than it kept trying', async () => {
        const clock = new FakeClock();
        behave = () => down();
        await open({ most: 300, clock });
        for (let n = 0; n < 300; n++) await queue.add(event(n));
        await restart({ most: 300, keepTryingMs: 0 });
        await idle();
        assert.deepEqual([queue.state.parked, queue.state.dropped], [300, 0]);
    });

    it('sends once what two people retry at the same time, and goes on', async () => {
        behave = () => new Error('rule');
        await open();
        for (const n of [1, 2]) await queue.add(event(n));
        await idle();
        const [one] = queue.parked();
        [sent, behave] = [[], () => ANSWER];
        const counts = await Promise.all([queue.retry(one!.id), queue.retry(one!.id), queue.retry(null)]);
        assert.deepEqual(counts, [1, 0, 1]);
        await queue.add(event(3));
        await idle();
        assert.deepEqual(
            sent.map(({ topic }) => topic),
            ['T1', 'T2', 'T3'],
        );
    });

    it('does not send again what was refused, only because the disk is full then', async () => {
        behave = () => new HookFailure('no answer', { remedy: 'wait', arrived: true });
        await open({ again: false });
        const put = store.put.bind(store);
        let full = 3;
        store.put = (id, record) =>
            record.state === 'parked' && full-- > 0 ? Promise.reject(new Error('ENOSPC')) : put(id, record);
        await queue.add(event(1));
        await idle();
        assert.deepEqual([sent.length, queue.state.parked, queue.state.error], [1, 1, null]);
    });

    it('takes no more than fit, and says so', async () => {
        const clock = new FakeClock();
        behave = () => down();
        await open({ most: 2, clock });
        await queue.add(event(1));
        await queue.add(event(2));
        await assert.rejects(queue.add(event(3)), QueueFull);
        assert.equal(queue.state.waiting, 2);
    });

    it('keeps pictures beside it, as long as they are needed', async () => {
        const clock = new FakeClock();
        behave = () => down();
        await open({ clock });
        const id = await queue.add(event(1), () => undefined);
        const bytes = Buffer.from([0xff, 0xd8, 0xff, 1]);
        const picture = await store.keepPicture(id, { bytes, type: 'image/jpeg' });
        await store.put(id, { ...store.get(id)!, picture });
        await store.keepPicture('999', { bytes, type: 'image/jpeg' });
        behave = () => ANSWER;
        await queue.close();
        await store.close();
        store = await DeliveryStore.open(file(), () => undefined);
        assert.deepEqual(readdirSync(`${file()}.pictures`), [picture]);
        assert.deepEqual((await store.picture(picture))!.bytes, bytes);
        await store.remove(id);
        assert.deepEqual(readdirSync(`${file()}.pictures`), []);
    });

    it('costs no more disk after a thousand than after one', async () => {
        await open();
        for (let n = 0; n < 1200; n++) await queue.add(event(n));
        await idle();
        await restart();
        const size = readdirSync(folder)
            .filter((name) => name.startsWith('hooks.json') && !name.endsWith('.lock'))
            .reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
        // a journal and the one before the last snapshot, of some 500 lines each
        assert.ok(size < 400_000, String(size));
    });
});

describe('the cooldown', () => {
    it('is of a topic and a device, and forgets what is over', () => {
        const cooldown = new Cooldown(1000);
        assert.deepEqual(
            [
                cooldown.take('a', 'x', 0),
                cooldown.take('a', 'x', 999),
                cooldown.take('a', 'y', 999),
                cooldown.take('b', 'x', 999),
                cooldown.take('a', 'x', 1000),
            ],
            [true, false, true, true, true],
        );
    });
});
