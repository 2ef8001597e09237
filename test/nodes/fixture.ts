import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import helper from 'node-red-node-test-helper';
import type { Node, NodeInitializer } from 'node-red';
import type { SinonSpy } from 'sinon';
import type { Ledger } from '../../lib/store/ledger/ledger';
import { SEND_AGAIN } from '../../lib/delivery/retry/unknown-outcome';
import type { SyncStoreNode } from '../../nodes/runtime/flow/server-nodes';
import bambuddyArchiveIn from '../../nodes/bambuddy-archive-in/node';
import bambuddyLinkBack from '../../nodes/bambuddy-link-back/node';
import bambuddyServer from '../../nodes/bambuddy-server/node';
import catalogStore from '../../nodes/catalog-store/node';
import evotorAccount from '../../nodes/evotor-account/node';
import evotorCatalogIn from '../../nodes/evotor-catalog-in/node';
import evotorWebhooks from '../../nodes/evotor-webhooks/node';
import inventreeImageUpload from '../../nodes/inventree-image-upload/node';
import inventreePartUpsert from '../../nodes/inventree-part-upsert/node';
import inventreeServer from '../../nodes/inventree-server/node';
import inventreeStockIn from '../../nodes/inventree-stock-in/node';
import inventreeStockConsume from '../../nodes/inventree-stock-consume/node';
import inventreeStockCreate from '../../nodes/inventree-stock-create/node';
import printWebhook from '../../nodes/print-webhook/node';
import octoprintEventIn from '../../nodes/octoprint-event-in/node';
import octoprintServer from '../../nodes/octoprint-server/node';
import syncApi from '../../nodes/sync-api/node';
import syncStore from '../../nodes/sync-store/node';
import vkCatalogIn from '../../nodes/vk-catalog-in/node';
import vkCommunity from '../../nodes/vk-community/node';
import vkProductUpsert from '../../nodes/vk-product-upsert/node';
import { BambuddySimulator, type BambuddyOptions } from '../simulators/bambuddy';
import { InvenTreeSimulator, type InvenTreeOptions } from '../simulators/inventree';
import { jsonAnswer } from '../simulators/simulator';
import type { Credentials, FlowNode } from './flow';
import { translator } from './texts';

export type Message = Record<string, unknown>;

/** InvenTree says itself that it did nothing. */
const OWN_ERROR = jsonAnswer(500, {
    error: 'OperationalError',
    error_class: "<class 'django.db.utils.OperationalError'>",
    detail: 'Error details can be found in the admin panel',
    path: '/api/part/',
    status_code: 500,
});

export const OUR_NODES: NodeInitializer[] = [
    bambuddyServer,
    inventreeServer,
    syncStore,
    bambuddyArchiveIn,
    inventreePartUpsert,
    inventreeStockCreate,
    inventreeStockConsume,
    inventreeImageUpload,
    bambuddyLinkBack,
    syncApi,
    printWebhook,
    octoprintServer,
    octoprintEventIn,
    catalogStore,
    evotorAccount,
    vkCommunity,
    evotorCatalogIn,
    evotorWebhooks,
    inventreeStockIn,
    vkProductUpsert,
    vkCatalogIn,
];

const AS_SHIPPED: [number, number] = [SEND_AGAIN.unanswered, SEND_AGAIN.answered];

export interface FixtureOptions {
    bambuddy?: BambuddyOptions;
    inventree?: InvenTreeOptions;
    /** default: the nodes' TypeScript */
    nodes?: () => NodeInitializer[];
}

/**
 * Two simulated servers and a Node-RED of the test helper with a user folder of its own. `close` also holds every test
 * to what holds always: no secret is told anywhere, nothing of a person's is overwritten, every text has its translation,
 * Node warns of nothing, nobody waits for the nodes to close.
 */
export class NodeFixture {
    bambuddy!: BambuddySimulator;
    inventree!: InvenTreeSimulator;
    userDir!: string;
    category!: number;
    location!: number;
    /** more secrets that nobody may tell */
    secrets: string[] = [];
    private received = new Map<string, Message[]>();
    private reported: string[] = [];
    private missingTexts: string[] = [];
    private processWarnings: string[] = [];
    private loaded = false;

    constructor(private readonly options: FixtureOptions = {}) {}

    async open(): Promise<void> {
        this.bambuddy = new BambuddySimulator(this.options.bambuddy);
        this.inventree = new InvenTreeSimulator(this.options.inventree);
        await Promise.all([this.bambuddy.listen(), this.inventree.listen()]);
        this.bambuddy.addPrinter({ name: 'P1S left', model: 'P1S' });
        this.category = this.inventree.addCategory({ name: 'Prints' }).pk;
        this.location = this.inventree.addLocation({ name: 'Shelf' }).pk;
        this.userDir = mkdtempSync(join(tmpdir(), 'print-to-stock-nodes-'));
        this.secrets = [this.bambuddy.apiKey, this.inventree.token];
        this.received = new Map();
        [this.reported, this.missingTexts, this.processWarnings] = [[], [], []];
        process.on('warning', this.onProcessWarning);
        // by the clock on the wall nobody waits so long here
        [SEND_AGAIN.unanswered, SEND_AGAIN.answered] = [300, 100];
    }

    async close(): Promise<void> {
        await this.undeploy();
        process.off('warning', this.onProcessWarning);
        [SEND_AGAIN.unanswered, SEND_AGAIN.answered] = AS_SHIPPED;
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
        const files = filesBelow(this.userDir).map((file) => readFileSync(file, 'utf8'));
        rmSync(this.userDir, { recursive: true, force: true });
        for (const secret of this.secrets) {
            for (const text of [...this.reported, ...files]) {
                assert.ok(!text.includes(secret), `a secret was told: ${text.slice(0, 500)}`);
            }
        }
        assert.deepEqual([...this.inventree.state.violations, ...this.bambuddy.violations], []);
        assert.deepEqual(this.missingTexts, []);
        assert.deepEqual(this.processWarnings, []);
        // Node-RED's own word for a node that does not end
        assert.deepEqual(
            this.reported.filter((text) => /close timed out/i.test(text)),
            [],
        );
    }

    /** Starts a flow; what a flow before it left in the user folder is still there. */
    async deploy(flow: FlowNode[], credentials: Credentials = {}, more: NodeInitializer[] = []): Promise<void> {
        if (this.loaded) await this.undeploy();
        helper.settings({ userDir: this.userDir });
        this.loaded = true;
        const given: Credentials = {
            bambuddy: { apiKey: this.bambuddy.apiKey },
            inventree: { token: this.inventree.token },
            ...credentials,
        };
        const known = Object.fromEntries(Object.entries(given).filter(([id]) => flow.some((node) => node.id === id)));
        await helper.load([this.texts, this.collector, ...(this.options.nodes?.() ?? OUR_NODES), ...more], flow, known);
        for (const { id } of flow.filter((node) => node.type === 'sync-store')) {
            await (this.node(id) as unknown as SyncStoreNode).ready.catch(() => undefined);
        }
        // the nodes go on when their store is open
        await pause(1);
    }

    /** Stops the flow, as a restart does. */
    async undeploy(): Promise<void> {
        if (!this.loaded) return;
        this.listen();
        this.loaded = false;
        await helper.unload();
        this.listen();
    }

    /** InvenTree reads and answers every write with an error of its own: prints are accepted, and wait. */
    set readOnly(on: boolean) {
        this.inventree.interfere = on ? ({ method }) => (method === 'GET' ? undefined : OWN_ERROR) : undefined;
    }

    node(id: string): Node {
        // null where there is none, whatever the type says
        const node = helper.getNode(id) as Node | null;
        assert.ok(node !== null, `no node ${id}`);
        return node;
    }

    /** Sends a message into a node. */
    send(id: string, msg: Message): Message {
        this.node(id).receive(msg);
        return msg;
    }

    /** What came to a collector, oldest first. */
    at(collector: string): Message[] {
        let messages = this.received.get(collector);
        if (messages === undefined) this.received.set(collector, (messages = []));
        return messages;
    }

    /** Waits until so many messages have come to a collector. */
    async messages(collector: string, count: number, ms?: number): Promise<Message[]> {
        await until(`${count} messages at ${collector}`, () => this.at(collector).length >= count, ms);
        return this.at(collector);
    }

    /** Sends a print through and waits until it has left the last node. */
    async through(id: string, msg: Message): Promise<Message> {
        this.send(id, msg);
        await until('the message at the end', () => this.at('out').includes(msg));
        return msg;
    }

    /** Sends a message that must fail. @returns the error that Catch nodes see, once */
    async failing(id: string, msg: Message): Promise<Message & { message: string }> {
        this.send(id, msg);
        const ofThis = (): Message[] => this.at('caught').filter((each) => each['_msgid'] === msg['_msgid']);
        await until(`the error of a message into ${id}`, () => ofThis().length > 0);
        await pause(5);
        assert.equal(ofThis().length, 1, 'one error');
        return ofThis()[0]!['error'] as Message & { message: string };
    }

    /** Asks the source for something. @returns the payload of its answer, which is the message that asked */
    async ask(payload: unknown, ms?: number): Promise<Message> {
        const msg = this.send('source', { payload });
        await until(`the answer to ${JSON.stringify(payload)}`, () => this.at('answers').includes(msg), ms);
        return msg['payload'] as Message;
    }

    /** Statuses that a node has shown, as `fill shape text`. */
    statuses(id: string): string[] {
        return calls(this.node(id), 'status')
            .filter(({ of }) => of === id)
            .map(({ args }) => shown(args[0]));
    }

    /** The status that a node shows now. */
    status(id: string): string {
        return this.statuses(id).at(-1) ?? '';
    }

    async showing(id: string, status: string | RegExp, ms?: number): Promise<void> {
        const fits = (): boolean =>
            typeof status === 'string' ? this.status(id) === status : status.test(this.status(id));
        await until(() => `${id} to show ${String(status)}, not ${this.status(id)}`, fits, ms);
    }

    warnings(id: string): string[] {
        return this.said(id, 'warn');
    }

    errors(id: string): string[] {
        return this.said(id, 'error');
    }

    /** The ledger of a store that is open. */
    ledger(store = 'store'): Ledger {
        const { sync } = this.node(store) as unknown as SyncStoreNode;
        assert.ok(sync !== null, 'the store is not open');
        return sync.delivery.ledger;
    }

    /** Batches in stock, in the order of their making. */
    batches(): (string | null)[] {
        return [...this.inventree.state.stock.values()].map((item) => item.batch);
    }

    private said(id: string, method: 'warn' | 'error'): string[] {
        return calls(this.node(id), method)
            .filter(({ of }) => of === id)
            .map(({ args }) => (args[0] instanceof Error ? args[0].message : String(args[0])));
    }

    /** Keeps everything that was said, for the look at its end. */
    private listen(): void {
        const anybody = helper.getNode('tab-end') as Node | null;
        if (anybody !== null) {
            for (const method of ['status', 'warn', 'error', 'log', 'debug', 'trace'] as const)
                this.reported.push(...calls(anybody, method).map(({ args }) => whole(args)));
        }
        this.reported.push(...helper.log().args.map(whole));
        for (const messages of this.received.values()) this.reported.push(...messages.map(whole));
    }

    private readonly onProcessWarning = (warning: Error): void => void this.processWarnings.push(String(warning));

    /** Texts of the locale files in place of their keys. */
    private readonly texts = (RED: Parameters<NodeInitializer>[0]): void => {
        RED._ = translator((key) => this.missingTexts.push(key));
    };

    /** A node that keeps what it gets. */
    private readonly collector = (RED: Parameters<NodeInitializer>[0]): void => {
        const at = (id: string): Message[] => this.at(id);
        function Collector(this: Node, config: { id: string; type: string; name: string; z: string }): void {
            RED.nodes.createNode(this, config);
            const messages = at((this as unknown as { _alias?: string })._alias ?? config.id);
            this.on('input', (msg, _send, done) => {
                messages.push(msg);
                done();
            });
        }
        RED.nodes.registerType('collector', Collector);
    };
}

/** Waits until something is so. */
export async function until(what: string | (() => string), is: () => boolean, ms = 5000): Promise<void> {
    const end = Date.now() + ms;
    while (!is()) {
        if (Date.now() > end) throw new Error(`waited ${ms} ms for ${typeof what === 'string' ? what : what()}`);
        await pause(5);
    }
}

export function pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The helper's spies are of the prototype: the calls of all nodes. */
function calls(node: Node, method: keyof Node): { of: string; args: unknown[] }[] {
    return (node[method] as unknown as SinonSpy).getCalls().map(({ thisValue, args }) => ({
        of: (thisValue as { id: string }).id,
        args,
    }));
}

function shown(status: unknown): string {
    const { fill, shape, text } = status as { fill?: string; shape?: string; text?: string };
    return fill === undefined ? '' : `${fill} ${shape} ${text}`;
}

function whole(value: unknown): string {
    return inspect(value, { depth: 6, maxStringLength: null, maxArrayLength: null, breakLength: Infinity });
}

function filesBelow(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .map((name) => join(folder, name))
        .filter((file) => statSync(file).isFile());
}
