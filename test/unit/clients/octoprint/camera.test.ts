import assert from 'node:assert/strict';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pictureType } from '../../../../lib/http/picture-type';
import { holdsPassword } from '../../../../lib/clients/octoprint/camera';
import { OctoPrintClient } from '../../../../lib/clients/octoprint/client';

const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000, 7)]);
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const WEBP = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WEBPVP8 ')]);
const SOUND = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WAVEfmt ')]);

describe('a picture is what its bytes are', () => {
    for (const [bytes, type] of [
        [JPEG, 'image/jpeg'],
        [PNG, 'image/png'],
        [WEBP, 'image/webp'],
        [Buffer.from('GIF89a…'), 'image/gif'],
        [SOUND, null],
        [Buffer.from('<html>no camera</html>'), null],
        [Buffer.from([0xff, 0xd8]), null],
        [Buffer.alloc(0), null],
    ] as const)
        it(`${JSON.stringify(bytes.subarray(0, 4).toString('latin1'))}: ${type}`, () =>
            assert.equal(pictureType(bytes), type));
});

describe('the camera of an OctoPrint', () => {
    let server: http.Server;
    let octoprint: OctoPrintClient | null = null;
    let answer: { status: number; type?: string; body: Buffer };
    /** what the camera was sent to prove who asks */
    let proof: string | undefined;
    let key: string | string[] | undefined;

    beforeEach(async () => {
        answer = { status: 200, body: JPEG };
        server = http.createServer((request, response) => {
            proof = request.headers.authorization;
            key = request.headers['x-api-key'];
            const { status, type, body } = answer;
            response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body);
        });
        await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    });
    afterEach(() => {
        octoprint?.close();
        server.closeAllConnections();
        server.close();
    });

    const host = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = (snapshotUrl: string, snapshotLogin?: string): OctoPrintClient =>
        (octoprint = new OctoPrintClient({
            url: 'http://127.0.0.1:9',
            apiKey: 'the-key',
            deviceIdentifier: '',
            snapshotUrl,
            ...(snapshotLogin === undefined ? {} : { snapshotLogin }),
            prefix: 'octoprint',
            timeout: 5,
            insecure: false,
        }));
    const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;

    for (const type of [
        undefined,
        'image/jpg',
        'application/octet-stream',
        'text/html',
        'multipart/x-mixed-replace;boundary=b',
    ])
        it(`sends a JPEG as ${type ?? 'nothing'}: it is one`, async () => {
            answer = { status: 200, body: JPEG, ...(type === undefined ? {} : { type }) };
            assert.equal((await client(`http://${host()}/`).snapshot())?.type, 'image/jpeg');
        });

    it('sends a page as a picture: it is none', async () => {
        answer = { status: 200, type: 'image/jpeg', body: Buffer.from('<html>camera is off</html>') };
        assert.equal(await client(`http://${host()}/`).snapshot(), null);
    });

    it('is told the login of its address, of its credential, and never the key', async () => {
        await client(`http://${host()}/`).snapshot();
        assert.deepEqual([proof, key], [undefined, undefined]);
        await client(`http://viewer:p%40ss%2Fword%25@${host()}/`).snapshot();
        assert.equal(proof, basic('viewer:p@ss/word%'));
        await client(`http://viewer:100%@${host()}/`).snapshot();
        assert.equal(proof, basic('viewer:100%'));
        await client(`http://${host()}/`, 'viewer:pass:word').snapshot();
        assert.equal(proof, basic('viewer:pass:word'));
        await client(`http://viewer@${host()}/`, 'other:login').snapshot();
        assert.equal(proof, basic('viewer:'));
        assert.equal(key, undefined);
    });

    for (const status of [401, 403, 404, 502])
        it(`answers ${status}: an error about the camera, without a secret`, async () => {
            const body = Buffer.from(JSON.stringify({ detail: `no viewer:geheim99, no ${basic('viewer:geheim99')}` }));
            answer = { status, type: 'application/json', body };
            const asked = client(`http://viewer:geheim99@${host()}/snap?token=tok-12345`).snapshot();
            const error = await asked.then(
                () => assert.fail('it was taken for a picture'),
                (thrown: unknown) => thrown as Error,
            );
            assert.match(error.message, new RegExp(`^The camera \\(http://${host()}\\) answered ${status}`));
            for (const secret of [
                'geheim99',
                Buffer.from('viewer:geheim99').toString('base64'),
                'tok-12345',
                'API key',
            ])
                assert.ok(!JSON.stringify([error.message, error]).includes(secret), `${secret} in ${error.message}`);
        });

    for (const [address, why] of [
        ['ftp://viewer:geheim99@camera.lan/', /must start with http/],
        ['http://viewer:geheim99@', /is not an address/],
    ] as const)
        it(`at ${address}: no camera, and an OctoPrint all the same`, async () => {
            const { cameraProblem, hasCamera } = client(address);
            assert.match(cameraProblem!.message, why);
            assert.ok(!cameraProblem!.message.includes('geheim99'));
            assert.equal(hasCamera, false);
            assert.equal(await octoprint!.snapshot(), null);
        });

    it('an address that holds a password is known as one', () => {
        for (const address of ['http://a:b@c/', ' HTTPS://a@c', 'http://a:b@c@d/x'])
            assert.ok(holdsPassword(address), address);
        for (const address of ['', '/webcam/', 'http://c/@x', 'http://c/?mail=a@b', '${CAMERA}'])
            assert.ok(!holdsPassword(address), address);
    });
});
