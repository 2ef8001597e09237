import { ServiceError } from '../../lib/admin/http-api/service-error';
import { WebhookApi } from '../../lib/admin/sidebar/webhook-api';
import type { WebhookOverview } from '../../lib/admin/sidebar/wire';
import type { NodeAPI } from '../../nodes/runtime/node-red';
import { runningWebhooks } from '../../nodes/runtime/flow/registry';
import type { WebhookNode } from '../../nodes/runtime/flow/server-nodes';
import { Publisher } from './publisher';

/** What is told under `print-to-stock/…`; no node has such an id. */
const TOPIC = 'webhooks';

/** The webhooks that run now; tells browsers when what is parked changes, and of nothing else that they do. */
export class Webhooks {
    private readonly attached = new Map<WebhookNode, { webhookApi: WebhookApi; leave: () => void }>();
    private readonly publisher: Publisher;
    private told = '';

    constructor(RED: NodeAPI) {
        this.publisher = new Publisher(
            (topic, data) => RED.comms.publish(topic, data, false),
            () => this.note(),
        );
        runningWebhooks.watch((node, runs) => (runs ? this.open(node) : this.close(node)));
    }

    /** Those that have something parked. */
    overview(): WebhookOverview[] {
        return [...this.attached.values()]
            .map(({ webhookApi }) => webhookApi.overview())
            .filter(({ parked }) => parked > 0);
    }

    /** @throws ServiceError 404 */
    webhookApi(id: string): WebhookApi {
        const found = [...this.attached].find(([node]) => node.id === id);
        if (found === undefined) throw new ServiceError(404, 'This webhook node is no longer running');
        return found[1].webhookApi;
    }

    private open(node: WebhookNode): void {
        node.outbox.then(
            (outbox) => {
                if (!runningWebhooks.all().includes(node)) return;
                const changed = (): void => this.changed();
                this.attached.set(node, {
                    webhookApi: new WebhookApi(node.id, node.name ?? '', outbox),
                    leave: outbox.watch(changed),
                });
                changed();
            },
            // its status says why
            () => undefined,
        );
    }

    private close(node: WebhookNode): void {
        this.attached.get(node)?.leave();
        this.attached.delete(node);
        this.changed();
    }

    private changed(): void {
        if (this.mark !== this.told) this.publisher.changed(TOPIC);
    }

    private note(): { parked: number } | null {
        const { mark } = this;
        if (mark === this.told) return null;
        this.told = mark;
        return { parked: this.overview().reduce((sum, { parked }) => sum + parked, 0) };
    }

    private get mark(): string {
        return [...this.attached.values()]
            .map(({ webhookApi }) => webhookApi.mark)
            .filter((mark) => mark !== '')
            .join();
    }
}
