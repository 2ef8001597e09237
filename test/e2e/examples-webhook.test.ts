import assert from 'node:assert/strict';
import { droppedOn, exampleFlow, nodeOf, withControl } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { Listener } from '../unit/webhook/listener';
import { E2eFixture } from './fixture';

/** The chat's own address, as a person pastes it: what stands in its path is a key. */
const HOOK = '/api/webhooks/1234/s3cret-path';

describe('the examples with a webhook, through the whole chain in a real Node-RED', function () {
    this.timeout(60_000);
    const fixture = new E2eFixture(
        () => new BambuddySimulator(),
        ({ violations }) => violations,
    );
    let bambuddy: BambuddySimulator;
    let chat: Listener;

    beforeEach(async () => {
        bambuddy = fixture.server;
        chat = await new Listener().open();
    });

    afterEach(() => chat.close());

    /** What a person fills in, and nothing else. */
    async function deploy(name: string, changes: Record<string, Record<string, unknown>> = {}): Promise<void> {
        // a catch node needs no wire
        const wires = name.startsWith('Tell a chat')
            ? { from: 'inventree-stock-create', to: 'print-webhook' }
            : undefined;
        const flow = droppedOn(exampleFlow(), name, wires);
        const filled: Record<string, Record<string, unknown>> = {
            'bambuddy-server': { url: bambuddy.url, credentials: { apiKey: bambuddy.apiKey } },
            'inventree-server': { url: fixture.inventree.url, credentials: { token: fixture.inventree.token } },
            'inventree-part-upsert': { category: fixture.category },
            'inventree-stock-create': { location: fixture.location },
            'print-webhook': { url: `${chat.url}${HOOK}` },
            'bambuddy-archive-in': { settle: 0 },
            'sync-store': fixture.ledger(),
        };
        const nodes = flow.map((node) => ({ ...node, ...filled[node.type], ...changes[node.type] }));
        assert.equal(nodeOf(nodes, 'print-webhook')['url'], `${chat.url}${HOOK}`);
        await fixture.nodeRed.deploy(withControl(nodes));
        await fixture.until('the WebSocket', async () => (await fixture.status())['live'] === true);
    }

    async function printed(name: string): Promise<{ archiveId: number }> {
        const printer = bambuddy.addPrinter({ name: 'P1S left' }).id;
        const { archiveId } = bambuddy.start({ name, printer });
        bambuddy.finish(archiveId);
        await fixture.until('the end of the work', async () => {
            const { underWay, counts } = (await fixture.status()) as {
                underWay: number;
                counts: Record<string, number>;
            };
            return underWay === 0 && (counts['done'] ?? 0) + (counts['parked'] ?? 0) > 0;
        });
        return { archiveId };
    }

    it('"Tell a chat when a print is in stock": one message for each print, with its picture', async () => {
        await deploy('Tell a chat when a print is in stock');
        const { archiveId } = await printed('Shelf bracket „ü“');
        await fixture.until('the message', () => chat.heard.length > 0);
        const [message] = chat.heard;
        assert.equal(message!.url, HOOK);
        assert.match(message!.headers['content-type'] ?? '', /^multipart\/form-data; boundary=/);
        const form = await new Response(new Uint8Array(message!.body), {
            headers: { 'Content-Type': message!.headers['content-type']! },
        }).formData();
        const [item] = fixture.inventree.state.stock.values();
        assert.equal(
            form.get('content'),
            `Shelf bracket „ü“ is in stock: 1 more, printed on P1S left\n${fixture.inventree.url}/web/stock/item/${item!.pk}/`,
        );
        const file = form.get('file') as File;
        assert.ok(file.size > 0 && /^image\/(jpeg|png)$/.test(file.type), file.type);
        // the same print once more is not news
        await fixture.control({ action: 'archive', archiveId, force: true });
        await fixture.until('the end of the work', async () => (await fixture.status())['underWay'] === 0);
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(chat.heard.length, 1);
        assert.equal(fixture.inventree.state.stock.size, 1);
    });

    it('the chat is off: the print is in stock all the same, and its message comes when the chat is back', async () => {
        await deploy('Tell a chat when a print is in stock');
        chat.reply = (_heard, response) => void response.writeHead(503).end();
        await printed('Shelf bracket');
        await fixture.until('an attempt', () => chat.heard.length > 0);
        assert.equal(fixture.inventree.state.stock.size, 1);
        chat.reply = (_heard, response) => void response.writeHead(204).end();
        const failed = chat.heard.length;
        await fixture.until('the message', () => chat.heard.length > failed);
        const keys = chat.heard.map(({ headers }) => headers['idempotency-key']);
        assert.equal(new Set(keys).size, 1);
    });

    it('"Tell when a print is parked": the reason, once for each print; none for one that is in stock', async () => {
        await deploy('Tell when a print is parked');
        await printed('In stock');
        assert.deepEqual(chat.heard, []);
        await deploy('Tell when a print is parked', { 'inventree-stock-create': { location: 987_654 } });
        bambuddy.finish(bambuddy.start({ name: 'Lid' }).archiveId);
        await fixture.until('the message', () => chat.heard.length > 0);
        const [{ content }] = chat.json as [{ content: string }];
        assert.match(content, /^Lid waits for you: InvenTree \(.*location/s);
        for (const secret of [bambuddy.apiKey, fixture.inventree.token, HOOK]) assert.ok(!content.includes(secret));
        await new Promise((resolve) => setTimeout(resolve, 300));
        assert.equal(chat.heard.length, 1);
    });
});
