import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { secretsOf, type PrintWebhookNode } from '../../nodes/print-webhook/editor-routes';
import type { SourceAdapterNode } from '../../nodes/runtime/flow/server-nodes';
import { runningSources } from '../../nodes/runtime/flow/registry';
import { answering, Listener } from '../unit/webhook/listener';
import { NodeFixture, until } from './fixture';
import { line, PLACE, webhookFlow, type FlowNode } from './flow';

const SECRET = 'hook-s3cret';
const PRINT = {
    source: 'bambuddy',
    archiveId: 1,
    batch: 'bambuddy-1',
    identity: 'x',
    name: 'Bin',
    printer: { name: 'P1S' },
    status: 'completed',
};

describe('print-webhook', () => {
    let fixture: NodeFixture;
    let chat: Listener;
    beforeEach(async () => {
        fixture = new NodeFixture();
        chat = await new Listener().open();
        await fixture.open();
        fixture.secrets.push(SECRET);
    });
    afterEach(async () => {
        await fixture.close();
        await chat.close();
    });

    function flow(changes: Record<string, unknown> = {}): FlowNode[] {
        return webhookFlow(`${chat.url}/hook`, changes);
    }
    const deploy = (changes: Record<string, unknown> = {}): Promise<void> =>
        fixture.deploy(flow(changes), { hook: { apiSecret: SECRET } });

    it('tells of a print in stock with the default data, and sends the message on', async () => {
        await deploy();
        const msg = await fixture.through('hook', {
            payload: PRINT,
            stock: { pk: 5, created: true, quantity: 2, url: 'http://i/5' },
            mine: 1,
        });
        const [reported] = chat.json;
        assert.equal(reported!['topic'], 'Print In Stock');
        assert.equal(reported!['message'], 'Bin is in stock: 2 more (http://i/5)');
        assert.deepEqual([reported!['apiSecret'], reported!['deviceIdentifier']], [SECRET, 'P1S']);
        assert.match(String(chat.heard[0]!.headers['idempotency-key']), /^[0-9a-f-]{36}$/);
        const { ms, ...webhook } = msg['webhook'] as Record<string, unknown>;
        assert.deepEqual(webhook, { sent: true, ok: true, status: 204, topic: 'Print In Stock' });
        assert.equal(typeof ms, 'number');
        assert.equal(msg['mine'], 1);
        await fixture.showing('hook', 'green dot sent 204');
    });

    it('tells of an error that a Catch node saw, and of events of OctoPrint', async () => {
        await deploy({
            data: '{"t": "@topic", "m": "@message", "p": "@percentCompleteMilestone", "e": "@error.message"}',
        });
        await fixture.through('hook', {
            payload: PRINT,
            error: { message: 'no me@x.y', source: { type: 'inventree-stock-create' } },
        });
        await fixture.through('hook', {
            payload: {
                deviceIdentifier: 'Ender',
                topic: 'Print Progress',
                message: '',
                extra: {},
                percentCompleteMilestone: 50,
            },
        });
        assert.deepEqual(chat.json, [
            { t: 'Print Parked', m: 'Bin is not in stock and waits for you: no me@x.y', p: 0, e: 'no me@x.y' },
            { t: 'Print Progress', m: 'Your print is 50 % complete.', p: 50, e: '' },
        ]);
    });

    it('tells a print that is parked from one whose picture failed, whatever source it came from', async () => {
        await deploy({ data: '{"t": "@topic"}' });
        const source = Object.assign(new EventEmitter(), {
            id: 'source',
            type: 'moonraker-print-in',
            kind: 'moonraker',
            hasHistory: false,
            // it is never opened
            adapter: new Promise<never>(() => undefined),
            store: null,
        });
        runningSources.add(source as unknown as SourceAdapterNode);
        for (const type of ['moonraker-print-in', 'inventree-part-upsert', 'inventree-image-upload', 'http request'])
            await fixture.through('hook', { payload: PRINT, error: { message: 'no', source: { type } } });
        source.emit('close');
        await fixture.through('hook', { payload: PRINT, error: { message: 'no', source: { type: source.type } } });
        assert.deepEqual(
            chat.json.map((sent) => (sent as { t: string }).t),
            ['Print Parked', 'Print Parked', 'Error', 'Error', 'Error'],
        );
    });

    it('sends only the chosen topics, with their messages, and not too often', async () => {
        await deploy({
            topics: [{ topic: 'Print Done', message: '@print.name!' }],
            cooldown: 60,
            data: '{"m": "@message"}',
        });
        const reasons = [];
        for (const payload of [PRINT, PRINT, { ...PRINT, status: 'failed' }, { ...PRINT, printer: { name: 'other' } }])
            reasons.push(((await fixture.through('hook', { payload }))['webhook'] as { reason?: string }).reason);
        assert.deepEqual(reasons, [undefined, 'cooldown', 'topic', undefined]);
        assert.deepEqual(chat.json, [{ m: 'Bin!' }, { m: 'Bin!' }]);
    });

    it('parks what is refused, tells Catch nodes once, and sends it again when asked to', async () => {
        chat.reply = answering(400, { detail: `bad ${SECRET}` });
        await deploy();
        const error = await fixture.failing('hook', { payload: PRINT });
        assert.match(error.message, /answered 400: bad •••/);
        await fixture.showing('hook', 'red dot 1 parked');
        const { payload } = await fixture.through('hook', { payload: 'parked' });
        const [parked] = (payload as { deliveries: { id: string; topic: string }[] }).deliveries;
        assert.equal(parked!.topic, 'Print Done');
        chat.reply = answering(200);
        await fixture.through('hook', { payload: { action: 'retry', id: parked!.id } });
        await fixture.showing('hook', 'green dot sent 200');
        assert.equal(chat.heard[0]!.headers['idempotency-key'], chat.heard[1]!.headers['idempotency-key']);
        const forgotten = await fixture.through('hook', { payload: { action: 'forget', id: parked!.id } });
        assert.deepEqual(forgotten['payload'], { action: 'forget', forgotten: 0 });
    });

    it('warns each time a parked one makes room for another, and counts them', async () => {
        chat.reply = answering(400);
        await deploy({ queue: 10 });
        // one after the other: no more than ten may wait
        for (let n = 1; n <= 202; n++)
            await fixture.failing('hook', { payload: { ...PRINT, printer: { name: `P${n}` } } });
        await until('two warnings', () => fixture.warnings('hook').length === 2, 10_000);
        const [first, second] = fixture.warnings('hook');
        assert.match(first!, /at most 200/);
        assert.match(second!, /“Print Done” of “P2”, received at \d{4}-.*; 2 dropped since the start/);
        const { payload } = await fixture.through('hook', { payload: 'status' });
        const { parked, dropped } = payload as { parked: number; dropped: number };
        assert.deepEqual([parked, dropped], [200, 2]);
    });

    it('keeps what waits over a restart, without secrets on the disk', async () => {
        chat.reply = () => undefined;
        await deploy();
        fixture.send('hook', { payload: PRINT });
        fixture.send('hook', { payload: { ...PRINT, name: 'Second' } });
        await until('the first to be sent', () => chat.heard.length === 1);
        await fixture.undeploy();
        assert.ok(readdirSync(join(fixture.userDir, 'print-to-stock')).includes('webhook-hook.json.journal.1'));
        chat.reply = answering(204);
        await deploy();
        await until('both', () => chat.heard.length === 3);
        await fixture.showing('hook', 'green dot sent 204');
        assert.equal(chat.heard[0]!.headers['idempotency-key'], chat.heard[1]!.headers['idempotency-key']);
        assert.deepEqual(fixture.at('out'), []);
    });

    it('never answers its own error with a webhook', async () => {
        await deploy();
        const msg = await fixture.through('hook', {
            payload: {},
            error: { message: 'x', source: { type: 'print-webhook' } },
        });
        assert.equal((msg['webhook'] as { reason: string }).reason, 'own error');
        assert.equal(chat.heard.length, 0);
    });

    it('says which setting has a mistake, and where', async () => {
        await deploy({ data: '{\n  "a": @topic\n}' });
        await fixture.showing('hook', 'red ring check data');
        const error = await fixture.failing('hook', { payload: PRINT });
        assert.match(error.message, /"data" is not valid JSON \(line 2, column 8\): parameters need quotation marks/);
    });

    it('sends the picture that the message brings', async () => {
        await deploy({ data: '{"t": "@topic", "file": "@snapshot"}' });
        await fixture.through('hook', { payload: PRINT, snapshot: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) });
        assert.match(String(chat.heard[0]!.headers['content-type']), /^multipart\/form-data/);
        assert.match(chat.heard[0]!.body.toString('latin1'), /name="file"; filename="snapshot.jpg"/);
        await fixture.through('hook', { payload: PRINT });
        assert.doesNotMatch(chat.heard[1]!.body.toString('latin1'), /name="file"/);
    });

    describe('behind the stock of a Bambuddy print', () => {
        /** A picture of one colour, and the colour of one that was sent. */
        const plain = (background: string): Promise<Buffer> =>
            sharp({ create: { width: 40, height: 30, channels: 3, background } })
                .png()
                .toBuffer();
        const colourOf = async (file: FormDataEntryValue | null): Promise<string[]> => {
            const { channels } = await sharp(Buffer.from(await (file as File).arrayBuffer())).stats();
            return channels.slice(0, 3).map(({ mean }) => (mean > 128 ? 'high' : 'low'));
        };
        const sent = (n: number): Promise<FormData> =>
            new Response(new Uint8Array(chat.heard[n]!.body), {
                headers: { 'Content-Type': chat.heard[n]!.headers['content-type']! },
            }).formData();

        async function printed(change: object): Promise<void> {
            const before = chat.heard.length;
            fixture.bambuddy.print({ name: `Bin ${before}`, ...change });
            await fixture.ask('poll');
            await until('the webhook', () => chat.heard.length === before + 1);
        }

        beforeEach(async () => {
            const nodes = line(fixture, ['source', 'part', 'stock'], { stock: { wires: [['hook']] } });
            const data = '{"t": "@topic", "name": "@print.name", "file": "@snapshot"}';
            const hook = { id: 'hook', type: 'print-webhook', ...PLACE, url: `${chat.url}/hook`, data, sync: 'store' };
            await fixture.deploy([...nodes, { ...hook, wires: [['out']] }]);
            await fixture.ask('poll');
        });

        it('sends the picture that Bambuddy has of it, through the sync store', async () => {
            await printed({ thumbnail: await plain('#ff0000') });
            const form = await sent(0);
            assert.deepEqual([form.get('t'), form.get('name')], ['Print In Stock', 'Bin 0']);
            const file = form.get('file') as File;
            assert.deepEqual([file.name, file.type], ['snapshot.jpg', 'image/jpeg']);
            assert.deepEqual(await colourOf(file), ['high', 'low', 'low']);
        });

        it('is told of without one where Bambuddy has none, or does not give it', async () => {
            await printed({ thumbnail: false });
            assert.equal((await sent(0)).has('file'), false);
            fixture.bambuddy.interfere = ({ url }) =>
                url.includes('thumbnail') ? { at: 'before', kind: 500 } : undefined;
            await printed({ thumbnail: await plain('#00ff00') });
            assert.equal((await sent(1)).has('file'), false);
            fixture.bambuddy.interfere = undefined;
        });
    });

    it('gives a stored secret only to the address that is deployed', () => {
        const known = {
            credentials: { apiSecret: SECRET },
            deployed: { url: 'http://h/a', oauthUrl: '', insecure: false },
        } as unknown as PrintWebhookNode;
        const stored = { apiSecret: '__PWRD__', oauthSecret: '' };
        const of = (url: string, insecure = false): unknown => secretsOf(stored, known, { url }, insecure)?.apiSecret;
        assert.equal(of('http://h/a?x=1'), SECRET);
        for (const url of ['http://evil/a', 'http://h/b', 'http://h:81/a', 'https://h/a'])
            assert.equal(of(url), undefined);
        assert.equal(of('http://h/a', true), undefined);
        assert.equal(secretsOf(stored, null, { url: 'http://h/a' }, false), null);
        assert.equal(secretsOf({ apiSecret: 'typed' }, known, { url: 'http://evil' }, true)!.apiSecret, 'typed');
        const oauth = { url: 'http://h/a', oauth: true, oauthUrl: 'http://evil/token' };
        assert.equal(secretsOf(stored, known, oauth, false), null);
    });
});
