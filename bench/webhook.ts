import http from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../lib/concurrency/clock';
import { DeliveryStore } from '../lib/webhook/outbox/delivery-store';
import { eventOf } from '../lib/webhook/request/events';
import { WebhookSender } from '../lib/webhook/webhook-sender';
import { DeliveryQueue } from '../lib/webhook/outbox/queue';
import { sampleMessage } from '../lib/webhook/test-send/samples';
import { DEFAULT_DATA, DEFAULT_HEADERS } from '../lib/webhook/request/settings';

const MESSAGES = 100;
const SLOW_MS = 2000;
const WHOLE = { rounds: 20_000, pairs: 7 };
const QUICK = { rounds: 4_000, pairs: 2 };

export interface WebhookFigures {
    /** requests made from templates per second, relative to `JSON.stringify` of the same data per second; 1: as fast */
    templates_ratio: number;
    /** time for the messages of one target beside a slow one, relative to the time without it; 1: no delay */
    slow_target_ratio: number;
}

/** Measures templates and queue of the webhook node. */
export async function benchWebhook(quick: boolean): Promise<WebhookFigures> {
    const { rounds, pairs } = quick ? QUICK : WHOLE;
    const ratios: number[] = [];
    // in turn, so that both have the same machine; the first of all also loads what is needed
    await timeOfMany(false);
    for (let pair = 0; pair < pairs; pair++) {
        const alone = await timeOfMany(false);
        ratios.push((await timeOfMany(true)) / alone);
    }
    return { templates_ratio: templatesRatio(rounds, pairs), slow_target_ratio: median(ratios) };
}

/** The median of some, each pair after the other, so that both have the same machine. */
function templatesRatio(rounds: number, pairs: number): number {
    const sender = hookTo('http://chat.lan');
    const { values } = eventOf(sampleMessage('Print Done'), '', () => false);
    const data = JSON.parse(sender.request(values, null).body!.toString('utf8')) as unknown;
    const ratios = Array.from({ length: pairs }, () => {
        const plain = timeOf(rounds, () => Buffer.from(JSON.stringify(data)));
        return plain / timeOf(rounds, () => sender.request(values, null));
    });
    return median(ratios);
}

function median(values: number[]): number {
    return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function timeOf(rounds: number, work: () => unknown): number {
    for (let n = 0; n < rounds / 10; n++) work();
    const start = performance.now();
    for (let n = 0; n < rounds; n++) work();
    return performance.now() - start;
}

/** Milliseconds until so many messages have come to a quick target. */
async function timeOfMany(withSlow: boolean): Promise<number> {
    const folder = mkdtempSync(join(tmpdir(), 'print-to-stock-bench-'));
    const [quick, slow] = [await target(0), await target(SLOW_MS)];
    const outboxes = [
        await outbox(join(folder, 'quick.json'), quick.url),
        await outbox(join(folder, 'slow.json'), slow.url),
    ];
    try {
        const event = eventOf(sampleMessage('Print Done'), '', () => false);
        if (withSlow) for (let n = 0; n < MESSAGES; n++) await outboxes[1]!.queue.add(event);
        const start = performance.now();
        await Promise.all(Array.from({ length: MESSAGES }, () => outboxes[0]!.queue.add(event)));
        while (outboxes[0]!.queue.state.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 1));
        return performance.now() - start;
    } finally {
        for (const { queue, store } of outboxes) {
            await queue.close();
            await store.close();
        }
        quick.close();
        slow.close();
        rmSync(folder, { recursive: true, force: true });
    }
}

async function outbox(file: string, url: string): Promise<{ queue: DeliveryQueue; store: DeliveryStore }> {
    const sender = hookTo(url);
    const store = await DeliveryStore.open(file, () => undefined);
    const queue = new DeliveryQueue(store, {
        most: 1000,
        keepTryingMs: 3600_000,
        again: true,
        clock: systemClock,
        deliver: (_id, { values, key }, signal) => sender.send(values, null, key, signal),
        settled: () => undefined,
        dropped: () => undefined,
        changed: () => undefined,
    });
    queue.start();
    return { queue, store };
}

function hookTo(url: string): WebhookSender {
    return new WebhookSender(
        {
            url: `${url}/hook`,
            method: 'POST',
            type: 'json',
            headers: DEFAULT_HEADERS,
            data: DEFAULT_DATA,
            deviceIdentifier: '',
            topics: [],
            oldRules: false,
            oauth: null,
        },
        { apiSecret: 'bench', oauthSecret: '' },
        { timeoutMs: 30_000, insecure: false },
    );
}

async function target(ms: number): Promise<{ url: string; close: () => void }> {
    const server = http.createServer((request, response) => {
        request.resume();
        setTimeout(() => response.writeHead(204).end(), ms);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
}
