import assert from 'node:assert/strict';
import sharp from 'sharp';
import { ClosedError } from '../../../../lib/http/errors';
import { HookFailure } from '../../../../lib/webhook/transport/failure';
import { guardedLookup, isBlocked } from '../../../../lib/webhook/transport/ssrf-guard';
import { WebhookSender } from '../../../../lib/webhook/webhook-sender';
import { fetchPicture, fitted, MOST_UNRESIZED } from '../../../../lib/webhook/picture/picture';
import type { HookRequest } from '../../../../lib/webhook/request/request';
import { send, sendWell } from '../../../../lib/webhook/transport/send';
import { DEFAULT_DATA, type HookSettings } from '../../../../lib/webhook/request/settings';
import { webhookSettings } from '../../../fixtures/webhook-settings';
import { FakeClock } from '../../fake-clock';
import { answering, Listener } from '../listener';

const SECRET = 's3cret key';
const options = { timeoutMs: 2000, insecure: false, secrets: [SECRET] };

describe('sending a webhook', () => {
    let here: Listener;
    let there: Listener;

    beforeEach(async () => {
        here = await new Listener().open();
        there = await new Listener().open();
    });
    afterEach(async () => {
        await here.close();
        await there.close();
    });

    const post = (change: Partial<HookRequest> = {}): HookRequest => ({
        method: 'POST',
        origin: here.url,
        target: '/hook',
        headers: [['X-Key', SECRET]],
        body: Buffer.from('{}'),
        ...change,
    });

    for (const address of [
        '169.254.169.254',
        'fe80::1%eth0',
        '::ffff:169.254.169.254',
        '::ffff:a9fe:a9fe',
        '[::ffff:169.254.169.254]',
        '64:ff9b::a9fe:a9fe',
        '64:ff9b:1::a9fe:a9fe',
        '2002:a9fe:a9fe::1',
        '::a9fe:a9fe',
        '::ffff:0:a9fe:a9fe',
        'febf::1',
        'fd00:ec2::254',
        'fd20:ce::254',
        '192.0.0.192',
        '100.100.100.200',
        '168.63.129.16',
    ])
        it(`never goes to ${address}`, () => assert.ok(isBlocked(address)));

    for (const address of [
        '127.0.0.1',
        '192.168.1.9',
        '10.0.0.1',
        '::1',
        'fd12::1',
        '172.16.0.1',
        '8.8.8.8',
        '::ffff:192.168.1.1',
        'fec0::1',
        'fd20:ce::253',
        '2002:c0a8:109::1',
        '192.0.0.191',
        'octopi.local',
        '',
    ])
        it(`may go to ${address}`, () => assert.ok(!isBlocked(address)));

    it('is refused an address however it is written, and by a redirect', async () => {
        for (const origin of [
            'http://169.254.169.254',
            new URL('http://2852039166/').origin,
            'http://[::ffff:a9fe:a9fe]',
        ])
            await assert.rejects(send(post({ origin }), options), /are blocked/);
        here.reply = answering(307, '', { Location: 'http://0xA9FEA9FE/latest/meta-data/' });
        await assert.rejects(send(post({ body: null }), options), /are blocked/);
    });

    it('is checked when it connects, after the name was looked up', async () => {
        const found = await new Promise((resolve) =>
            guardedLookup('localhost', { all: true }, (_error, list) => resolve(list)),
        );
        assert.ok(Array.isArray(found) && found.length > 0);
        const error = await new Promise((resolve) => guardedLookup('169.254.169.254', {}, resolve));
        assert.match(String(error), /are blocked/);
    });

    it('succeeds with 200 to 399, and says what a server answers to others', async () => {
        for (const status of [200, 204, 304, 399]) {
            here.reply = answering(status);
            assert.equal((await sendWell(post(), options)).status, status);
        }
        here.reply = answering(400, { detail: `bad ${SECRET}` });
        await assert.rejects(
            sendWell(post(), options),
            (error) =>
                error instanceof HookFailure &&
                error.remedy === 'park' &&
                error.status === 400 &&
                !error.message.includes(SECRET),
        );
        here.reply = answering(429, '', { 'Retry-After': '7' });
        await assert.rejects(
            sendWell(post(), options),
            (error) => error instanceof HookFailure && error.remedy === 'wait' && error.retryAfterMs === 7000,
        );
    });

    it('keeps method and body in a 307, and becomes a GET in a 303, as browsers do', async () => {
        here.reply = (heard, response) =>
            void response.writeHead(heard.url === '/hook' ? 307 : 204, { Location: '/next?a=1' }).end();
        await send(post(), options);
        assert.deepEqual(
            [here.heard[1]!.method, here.heard[1]!.url, here.heard[1]!.body.toString()],
            ['POST', '/next?a=1', '{}'],
        );
        here.reply = (heard, response) =>
            void response.writeHead(heard.method === 'POST' ? 303 : 200, { Location: '/got' }).end();
        await send(post(), options);
        assert.deepEqual([here.heard[3]!.method, here.heard[3]!.body.length], ['GET', 0]);
        assert.equal(here.heard[3]!.headers['x-key'], SECRET);
    });

    it('keeps its secrets with the first origin', async () => {
        here.reply = answering(307, '', { Location: `${there.url}/x` });
        await send(post(), options);
        assert.equal(there.heard[0]!.headers['x-key'], undefined);
        for (const body of [`{"k":"${SECRET}"}`, 'k=s3cret+key', 'k=s3cret%20key'])
            await assert.rejects(send(post({ body: Buffer.from(body) }), options), /contains a secret/);
        assert.equal(there.heard.length, 1);
    });

    it('ends after some redirects, in time, and when it is told to', async () => {
        here.reply = answering(302, '', { Location: '/again' });
        await assert.rejects(send(post({ method: 'GET', body: null }), options), /more than 5 times/);
        here.reply = () => undefined;
        await assert.rejects(
            send(post(), { ...options, timeoutMs: 50 }),
            (error) => error instanceof HookFailure && error.arrived,
        );
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 20);
        await assert.rejects(send(post(), { ...options, signal: stop.signal }), ClosedError);
        const gone = post({ origin: there.url });
        await there.close();
        await assert.rejects(send(gone, options), (error) => error instanceof HookFailure && !error.arrived);
        there = await new Listener().open();
    });

    describe('with OAuth before it', () => {
        const settings = (): HookSettings =>
            webhookSettings({
                url: `${here.url}/hook`,
                headers: '{"Authorization": "Bearer @access_token"}',
                data: '{"t": "@topic", "n": "@oauth.tenant"}',
                oauth: {
                    url: `${there.url}/token`,
                    method: 'POST',
                    type: 'form',
                    headers: '{}',
                    data: '{"client_secret": "@oauthSecret"}',
                },
            });
        let tokens = 0;
        const clock = new FakeClock();
        const hook = (): WebhookSender =>
            new WebhookSender(
                settings(),
                { apiSecret: '', oauthSecret: SECRET },
                { timeoutMs: 2000, insecure: false, clock },
            );
        beforeEach(() => {
            tokens = 0;
            there.reply = (heard, response) =>
                answering(200, { access_token: `token-${++tokens}`, expires_in: 3600, tenant: 7 })(heard, response);
        });

        it('keeps the token for as long as it holds', async () => {
            const one = hook();
            for (const _ of [1, 2]) await one.send({ topic: 'x' }, null, 'k');
            assert.equal(there.heard.length, 1);
            assert.equal(there.heard[0]!.body.toString(), 'client_secret=s3cret+key');
            assert.deepEqual(here.json[0], { t: 'x', n: 7 });
            clock.time += 3600_000;
            await one.send({ topic: 'x' }, null, 'k');
            assert.equal(here.heard[2]!.headers.authorization, 'Bearer token-2');
        });

        it('keeps none over a clock that is set back', async () => {
            const one = hook();
            await one.send({ topic: 'x' }, null, 'k');
            clock.time -= 24 * 3600_000;
            await one.send({ topic: 'x' }, null, 'k');
            assert.equal(here.heard[1]!.headers.authorization, 'Bearer token-2');
        });

        it('renews it once when it is refused', async () => {
            here.reply = (heard, response) =>
                void response.writeHead(heard.headers.authorization === 'Bearer token-2' ? 200 : 401).end();
            await hook().send({ topic: 'x' }, null, 'k');
            here.reply = (_heard, response) => void response.writeHead(401).end(`no token-4`);
            await assert.rejects(
                hook().send({ topic: 'x' }, null, 'k'),
                (error: Error) => !error.message.includes('token-'),
            );
            assert.equal(tokens, 4);
        });

        it('says what is wrong with an answer that is none', async () => {
            there.reply = answering(200, 'access_token=abc');
            await assert.rejects(hook().send({ topic: 'x' }, null, 'k'), /OAuth: .* not answer with a JSON object/);
            there.reply = answering(403, { error: `bad ${SECRET}` });
            await assert.rejects(hook().send({ topic: 'x' }, null, 'k'), /OAuth: .* answered 403: error: bad •••/);
        });
    });

    it('takes out of a server’s words what it repeats of the address', async () => {
        here.reply = ({ url, headers }, response) =>
            void response.writeHead(404).end(`No ${url} (${decodeURIComponent(url)}) for pass-w0rd, ${headers.host}`);
        const settings = webhookSettings({
            url: `${here.url.replace('//', '//me:pass-w0rd@')}/services/T0/a%2Fkey-of-a-channel?token=t0ken-of-a-bot`,
        });
        const sender = new WebhookSender(
            settings,
            { apiSecret: '', oauthSecret: '' },
            { timeoutMs: 2000, insecure: false },
        );
        await assert.rejects(sender.send({ topic: 'T' }, null, 'k'), (error: Error) => {
            assert.match(error.message, /answered 404: No ••• \(•••\) for •••, 127\.0\.0\.1:\d+$/);
            return true;
        });
        here.reply = answering(404, 'unknown: key-of-a-channel and t0ken-of-a-bot');
        const other = new WebhookSender(
            { ...settings, url: `${here.url}/key-of-a-channel/x?token=t0ken-of-a-bot` },
            { apiSecret: '', oauthSecret: '' },
            { timeoutMs: 2000, insecure: false },
        );
        await assert.rejects(other.send({ topic: 'T' }, null, 'k'), /answered 404: unknown: ••• and •••$/);
    });

    describe('with a picture', () => {
        const image = (width: number, height: number): Promise<Buffer> =>
            sharp({ create: { width, height, channels: 3, background: '#808080' } })
                .png()
                .toBuffer();

        it('makes a big one fit 1640 × 1232, as JPEG', async () => {
            const small = await fitted({ bytes: await image(3000, 1000), type: 'image/png' });
            const { width, height, format } = await sharp(small!.bytes).metadata();
            assert.deepEqual([width, height, format, small!.type], [1640, 547, 'jpeg', 'image/jpeg']);
        });

        it('sends what it cannot read as it is, up to a limit', async () => {
            const odd = { bytes: Buffer.from('GIF89a?'), type: 'image/gif' };
            assert.equal(await fitted(odd), odd);
            assert.equal(await fitted({ ...odd, bytes: Buffer.alloc(MOST_UNRESIZED + 1) }), null);
        });

        it('fetches one, and takes nothing else for one', async () => {
            const png = await image(2, 2);
            here.reply = (_heard, response) => void response.writeHead(200).end(png);
            assert.deepEqual(await fetchPicture(`${here.url}/snap`, options), { bytes: png, type: 'image/png' });
            here.reply = answering(200, '<html>');
            assert.equal(await fetchPicture(`${here.url}/snap`, options), null);
        });

        it('goes as multipart, and without it the key is gone', async () => {
            const sender = new WebhookSender(
                webhookSettings({
                    url: `${here.url}/hook`,
                    data: `${DEFAULT_DATA.slice(0, -1)}, "file": "@snapshot", "in": {"x": "@snapshot"}}`,
                }),
                { apiSecret: SECRET, oauthSecret: '' },
                { timeoutMs: 2000, insecure: false },
            );
            assert.ok(sender.call.wantsPicture);
            await sender.send({ topic: 'Print Done' }, { bytes: await image(2, 2), type: 'image/png' }, 'k');
            await sender.send({ topic: 'Print Done' }, null, 'k');
            const form = async (n: number): Promise<FormData> =>
                new Response(new Uint8Array(here.heard[n]!.body), {
                    headers: { 'Content-Type': here.heard[n]!.headers['content-type']! },
                }).formData();
            const [withOne, without] = [await form(0), await form(1)];
            assert.equal((withOne.get('file') as File).name, 'snapshot.png');
            assert.equal(withOne.get('apiSecret'), SECRET);
            assert.equal(withOne.get('in'), '{"x":""}');
            assert.equal(without.has('file'), false);
            assert.equal(without.get('message'), 'Your print is done.');
        });
    });
});
