import { writeSync } from 'node:fs';
import { systemClock } from '../../../lib/concurrency/clock';
import { DeliveryStore } from '../../../lib/webhook/outbox/delivery-store';
import { WebhookSender } from '../../../lib/webhook/webhook-sender';
import { DeliveryQueue } from '../../../lib/webhook/outbox/queue';
import { webhookSettings } from '../../fixtures/webhook-settings';

/** A process with a queue: takes events `from` to `to`, says which are taken and which are gone, and is killed somewhere. */
async function main([file, url, from, to, again]: string[]): Promise<void> {
    const sender = new WebhookSender(
        webhookSettings({ url: `${url!}/hook`, headers: '{}', data: '{"n": "@extra"}' }),
        { apiSecret: '', oauthSecret: '' },
        { timeoutMs: 5000, insecure: false },
    );
    const store = await DeliveryStore.open(file!, () => undefined);
    const queue = new DeliveryQueue(store, {
        most: 1000,
        keepTryingMs: 3600_000,
        again: again === 'again',
        clock: systemClock,
        deliver: (_id, { values, key }, signal) => sender.send(values, null, key, signal),
        settled: (_id, { values }, result) => say(result instanceof Error ? 'parked' : 'gone', values['extra']),
        dropped: () => undefined,
        changed: () => undefined,
    });
    queue.start();
    for (let n = Number(from); n < Number(to); n++) {
        await queue.add({ topic: 'T', device: 'd', values: { topic: 'T', extra: n } });
        say('taken', n);
    }
    while (queue.state.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    for (const { id } of queue.parked()) say('kept', store.get(id)!.values['extra']);
    await queue.close();
    await store.close();
}

/** At once, so that a kill takes nothing of it away. */
function say(what: string, n: unknown): void {
    writeSync(1, `${what} ${String(n)}\n`);
}

void main(process.argv.slice(2));
