import { join } from 'node:path';
import { ClosedError } from '../../lib/http/errors';
import { systemClock } from '../../lib/concurrency/clock';
import type { Outbox } from '../../lib/admin/sidebar/webhook-api';
import { ControlError, controlOf, type Control } from '../../lib/webhook/control';
import { Cooldown } from '../../lib/webhook/outbox/cooldown';
import { DeliveryStore } from '../../lib/webhook/outbox/delivery-store';
import { eventOf } from '../../lib/webhook/request/events';
import { WebhookSender } from '../../lib/webhook/webhook-sender';
import { DeliveryQueue } from '../../lib/webhook/outbox/queue';
import type { HookAnswer } from '../../lib/webhook/transport/send';
import { HookMistake } from '../../lib/webhook/request/settings';
import { onInput } from '../runtime/message/run-on-input';
import { migrate } from '../runtime/settings/migrations';
import { configNode, textOf, type Message, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { holdsUpStock } from '../runtime/flow/reachable-steps';
import { runningWebhooks } from '../runtime/flow/registry';
import type { SyncStoreNode } from '../runtime/flow/server-nodes';
import { clock, NodeStatus } from '../runtime/status/status';
import { troubleOf } from '../runtime/status/store-error';
import { SettingError } from '../runtime/settings/typed-value';
import { webhookRoutes, type PrintWebhookNode } from './editor-routes';
import { Pictures } from './pictures';
import { SETTINGS } from './settings';
import { hookSettingsOf, queueSettingsOf, sendingOf, webhookValues } from './settings-of';
import { credentialsOf } from '../runtime/settings/declaration';

const TYPE = 'print-webhook';

/** A webhook whose file is open. */
interface Open {
    sender: WebhookSender;
    store: DeliveryStore;
    queue: DeliveryQueue;
    pictures: Pictures;
}

const init = (RED: NodeAPI): void => {
    function PrintWebhook(this: PrintWebhookNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const status = new NodeStatus(RED, this, TYPE);
        const config = webhookValues(migrate(TYPE, saved), (text) => this.warn(text));
        const settings = hookSettingsOf(config);
        const sending = sendingOf(config);
        const { cooldownMs, ...limits } = queueSettingsOf(config);
        const secrets = {
            apiSecret: textOf(this.credentials?.apiSecret),
            oauthSecret: textOf(this.credentials?.oauthSecret),
        };
        const cooldown = new Cooldown(cooldownMs);
        const waiting = new Map<string, { resolve: (answer: HookAnswer) => void; reject: (error: Error) => void }>();
        let outbox: Open | null = null;
        let lastStatus: number | null = null;
        const watchers = new Set<() => void>();
        this.deployed = { url: settings.url, oauthUrl: settings.oauth?.url ?? '', insecure: sending.insecure };

        const show = (): void => {
            if (outbox === null || signal.aborted) return;
            const state = outbox.queue.state;
            if (state.downSince !== null) status.show('red', 'ring', 'down', { time: clock(state.downSince) });
            else if (state.parked > 0) status.show('red', 'dot', 'parked', { n: state.parked });
            else if (state.waiting > 0) status.show('blue', 'dot', 'queued', { n: state.waiting });
            else if (lastStatus !== null) status.show('green', 'dot', 'sent', { status: lastStatus });
            else status.show('grey', 'dot', 'ready');
        };

        const { signal } = onInput(
            this,
            status,
            async (msg, { send }) => {
                const control = controlOf(msg.payload);
                const box = await opened;
                if (control === null) msg['webhook'] = await deliver(box, msg);
                else answer(msg, control, await perform(box.queue, control));
                send(msg);
            },
            (error) => {
                if (error instanceof ControlError) status.show('red', 'dot', 'unknownAction');
                else show();
            },
        );

        const open = async (): Promise<Open> => {
            if (settings.url === '') throw new SettingError('url', 'is empty: enter the address of the webhook');
            const sender = new WebhookSender(settings, secrets, sending);
            const { userDir } = RED.settings as { userDir?: string };
            const file = join(userDir ?? '.', 'print-to-stock', `webhook-${this.id}.json`);
            const store = await DeliveryStore.open(file, (text) => this.warn(text));
            const sync = (): SyncStoreNode | null => configNode<SyncStoreNode>(RED, config.sync);
            const warn = (text: string): void => this.warn(sender.redact(text));
            const pictures = new Pictures(store, sender, sending.snapshotUrl, sync, signal, warn);
            const queue = new DeliveryQueue(store, {
                ...limits,
                clock: systemClock,
                deliver: async (id, { values, key }, ending) =>
                    sender.send(values, sender.call.wantsPicture ? await pictures.of(id) : null, key, ending),
                settled: (id, record, result) => {
                    const owner = waiting.get(id);
                    waiting.delete(id);
                    if (!(result instanceof Error)) {
                        lastStatus = result.status;
                        owner?.resolve(result);
                    } else if (owner !== undefined) owner.reject(result);
                    // taken before a restart: its message is gone, and Catch nodes shall hear of it all the same
                    else this.error(result.message, { topic: 'webhook/parked', payload: { id, topic: record.topic } });
                },
                dropped: ({ topic, device, at }) => {
                    const { dropped } = queue.state;
                    const told = { n: queue.mostParked, topic, device, time: at, dropped };
                    this.warn(RED._(`${TYPE}.warning.dropped`, told));
                },
                changed: () => {
                    show();
                    for (const changed of watchers) changed();
                },
            });
            outbox = { sender, store, queue, pictures };
            queue.start();
            return outbox;
        };

        const deliver = async ({ sender, queue, pictures }: Open, msg: Message): Promise<object> => {
            const { topic, device, values } = eventOf(msg, settings.deviceIdentifier, holdsUpStock);
            const left = (reason: string): object => ({ sent: false, ok: false, status: null, topic, reason });
            // its own error, caught and sent to itself, would go round for ever
            const source = (msg['error'] as { source?: { type?: unknown } } | undefined)?.source;
            if (source?.type === TYPE) return left('own error');
            if (!sender.wants(topic)) return left('topic');
            if (!cooldown.take(topic, device, Date.now())) return left('cooldown');
            const takePicture = (id: string): void => pictures.take(id, msg['snapshot']);
            const id = await queue.add({ topic, device, values }, sender.call.wantsPicture ? takePicture : undefined);
            const settled = new Promise<HookAnswer>((resolve, reject) => waiting.set(id, { resolve, reject }));
            const { status: answered, ms } = await settled;
            return { sent: true, ok: true, status: answered, topic, ms };
        };

        const unusable = (error: unknown): void => {
            if (error instanceof SettingError) status.show('grey', 'ring', 'notConfigured');
            else if (error instanceof HookMistake) status.show('red', 'ring', 'mistake', { field: error.field });
            else if (!(error instanceof ClosedError)) status.show('red', 'ring', troubleOf(error));
            if (!(error instanceof SettingError || error instanceof ClosedError))
                this.error(error instanceof Error ? error.message : String(error));
        };

        const opened = open();
        opened.then(show, unusable);
        this.outbox = opened.then((box) => outboxOf(box, watchers));
        this.outbox.catch(() => undefined);
        runningWebhooks.add(this);

        // before the runner's own: what waits here ends with it
        signal.addEventListener('abort', () => {
            for (const { reject } of waiting.values()) reject(new ClosedError());
            waiting.clear();
        });
        this.on('close', (done: () => void) => {
            void opened
                .catch(() => null)
                .then(async (box) => {
                    await box?.queue.close();
                    await box?.store.close();
                })
                .catch(() => undefined)
                .finally(done);
        });
    }
    RED.nodes.registerType(TYPE, PrintWebhook as never, {
        credentials: credentialsOf(SETTINGS),
    });
    webhookRoutes(RED);
};

/** As the sidebar has it. Of the address it is shown the host alone: many a path is a key. */
function outboxOf({ sender, queue }: Open, watchers: Set<() => void>): Outbox {
    return {
        host: new URL(sender.call.origin).host,
        counts: () => queue.state,
        changes: () => queue.parkedChanges,
        page: (after, limit) => queue.parkedPage(after, limit),
        retry: (id) => queue.retry(id),
        forget: (id) => queue.forget(id),
        watch: (changed) => {
            watchers.add(changed);
            return () => watchers.delete(changed);
        },
    };
}

async function perform(queue: DeliveryQueue, control: Control): Promise<object> {
    switch (control.action) {
        case 'parked':
            return { deliveries: queue.parked() };
        case 'status':
            return queue.state;
        case 'retry-all':
            return { retried: await queue.retry(null) };
        case 'retry':
            return { retried: await queue.retry(control.id) };
        case 'forget':
            return { forgotten: await queue.forget(control.id) };
    }
}

function answer(msg: Message, { action }: Control, result: object): void {
    msg['topic'] = `webhook/${action}`;
    msg.payload = { action, ...result };
}

export = init;
