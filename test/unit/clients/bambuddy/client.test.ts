import assert from 'node:assert/strict';
import { AuthError, ClosedError, RejectedError, UnavailableError } from '../../../../lib/http/errors';
import { BambuddyClient } from '../../../../lib/clients/bambuddy/client';
import { ImageToken } from '../../../../lib/clients/bambuddy/image-token';
import { BambuddySimulator, picture, type BambuddyOptions } from '../../../simulators/bambuddy';
import { jsonAnswer } from '../../../simulators/simulator';

describe('Bambuddy’s interface', () => {
    let server: BambuddySimulator;
    let client: BambuddyClient;

    async function open(options: BambuddyOptions = {}, key?: string): Promise<void> {
        server = new BambuddySimulator(options);
        await server.listen();
        client = connect(key ?? (options.auth === false ? '' : server.apiKey));
    }

    const connect = (apiKey: string): BambuddyClient =>
        new BambuddyClient({ url: server.url, webUrl: '', apiKey, prefix: 'bambuddy', timeout: 10, insecure: false });

    afterEach(async () => {
        client.close();
        await server.close();
    });

    const mints = (): number =>
        server.count('POST', /stream-token$/) + server.requests.filter(({ url }) => url.endsWith('media-token')).length;

    const pictures = (): number => server.count('GET', /thumbnail/);

    describe('pictures up to 1.2.5.5: by the camera token', () => {
        it('gives them with one token for all of them', async () => {
            await open();
            const { archiveId } = server.print();
            const all = await Promise.all([1, 2, 3].map(() => client.thumbnail(archiveId, null)));
            for (const each of all) assert.deepEqual(each, { bytes: picture(archiveId), type: 'image/png' });
            assert.equal(server.count('POST', /stream-token$/), 1);
        });

        it('finds out once that the key alone is not enough', async () => {
            await open();
            const { archiveId } = server.print();
            for (let i = 0; i < 5; i++) await client.thumbnail(archiveId, null);
            assert.deepEqual([pictures(), mints()], [6, 1]);
        });

        it('renews a token that the server no longer knows, once', async () => {
            await open();
            const { archiveId } = server.print();
            await client.thumbnail(archiveId, null);
            server.access.expireTokens();
            assert.ok((await client.thumbnail(archiveId, null)) !== null);
            assert.equal(server.count('POST', /stream-token$/), 2);
        });

        it('takes the call that follows in later versions', async () => {
            await open({ mediaToken: true });
            const { archiveId } = server.print();
            assert.ok((await client.thumbnail(archiveId, null)) !== null);
            assert.ok(mints() >= 1);
        });
    });

    describe('pictures from 1.2.5.6 on: by the key', () => {
        it('gives them by the key alone: one request each, no token', async () => {
            await open({ version: '1.2.5.6' });
            const { archiveId } = server.print({ plates: 2, plate: 2 });
            for (let i = 0; i < 3; i++) assert.ok((await client.thumbnail(archiveId, 2)) !== null);
            assert.deepEqual(await client.thumbnail(archiveId, null), { bytes: picture(archiveId), type: 'image/png' });
            assert.deepEqual([pictures(), mints()], [4, 0]);
        });

        it('an upgrade and a downgrade while we run are noticed, and what works then is asked first', async () => {
            await open();
            const { archiveId } = server.print();
            await client.thumbnail(archiveId, null);
            for (const version of ['1.2.5.7', '1.2.5.2']) {
                server.access.version = version;
                assert.ok((await client.thumbnail(archiveId, null)) !== null, version);
                const [before, minted] = [pictures(), mints()];
                assert.ok((await client.thumbnail(archiveId, null)) !== null, version);
                assert.deepEqual([pictures() - before, mints() - minted], [1, 0], version);
            }
        });

        it('a valid key that gets one 401 still gives the picture', async () => {
            await open({ version: '1.2.5.6' });
            const { archiveId } = server.print();
            server.lock401 = 1;
            assert.ok((await client.thumbnail(archiveId, null)) !== null);
        });
    });

    for (const version of ['1.2.5.2', '1.2.5.7']) {
        it(`${version}: a picture refused both ways is the picture's failure, and the right key is not blamed`, async () => {
            await open({ version });
            const { archiveId } = server.print();
            server.interfere = (request) =>
                /thumbnail/.test(request.url)
                    ? { at: 'before', kind: 401, body: '{"detail":"Not for you"}' }
                    : undefined;
            await assert.rejects(
                client.thumbnail(archiveId, null),
                (error) =>
                    error instanceof RejectedError &&
                    /returns no picture.*\(401: Not for you\)/.test(error.message) &&
                    !/expired|Check that the API key/.test(error.message),
            );
        });

        it(`${version}: a key that is wrong is told as one`, async () => {
            await open({ version });
            const { archiveId } = server.print();
            client.close();
            client = connect(server.expiredKey);
            await assert.rejects(client.thumbnail(archiveId, null), AuthError);
        });
    }

    it('asks for no token where authentication is off', async () => {
        await open({ auth: false });
        const { archiveId } = server.print();
        assert.ok((await client.thumbnail(archiveId, null)) !== null);
        assert.equal(mints(), 0);
    });

    it('has no picture where the archive has none, and none where the archive is gone', async () => {
        await open();
        const { archiveId } = server.print({ thumbnail: false });
        assert.equal(await client.thumbnail(archiveId, null), null);
        assert.equal(await client.thumbnail(archiveId, 3), null);
        assert.equal(await client.thumbnail(999, null), null);
    });

    it('a token minted is kept fifty minutes, and forgotten when it was refused', async () => {
        await open();
        let now = 0;
        let minted = 0;
        const token = new ImageToken(
            () => Promise.resolve(`t${++minted}`),
            () => now,
        );
        assert.deepEqual(await Promise.all([token.get(), token.get()]), ['t1', 't1']);
        now = 49 * 60_000;
        assert.equal(await token.get(), 't1');
        now = 51 * 60_000;
        assert.equal(await token.get(), 't2');
        token.drop('t1');
        assert.equal(await token.get(), 't2');
        token.drop('t2');
        assert.equal(await token.get(), 't3');
    });

    it('a token is minted for all who wait for it, and not lost with the first of them', async () => {
        let give: (token: string) => void = () => undefined;
        const token = new ImageToken(() => new Promise((resolve) => (give = resolve)));
        const stop = new AbortController();
        const waiting = [token.get(stop.signal), token.get(new AbortController().signal)];
        stop.abort();
        await assert.rejects(waiting[0]!, ClosedError);
        give('t1');
        assert.equal(await waiting[1]!, 't1');
    });

    it('a valid key that gets one 401 is not called wrong', async () => {
        await open();
        server.lock401 = 1;
        assert.equal((await client.printLog({ limit: 1 }))?.total, 0);
    });

    it('an archive that is gone is null, an unknown one too, no error', async () => {
        await open();
        const { archiveId } = server.print();
        server.softDelete(archiveId);
        assert.equal(await client.archive(archiveId), null);
        assert.equal(await client.archive(999), null);
        assert.deepEqual((await client.runs(999)).items, []);
        assert.equal(await client.setExternalUrl(999, 'http://x'), false);
    });

    it('an archive is read with what it has, and everything else it says is kept', async () => {
        await open();
        const { archiveId } = server.print({ name: 'Bin', tags: 'a,b' });
        const archive = (await client.archive(archiveId))!;
        assert.equal(archive.print_name, 'Bin');
        assert.equal(archive['is_favorite'], false);
        server.interfere = () =>
            jsonAnswer(200, { id: 1, status: 'completed', created_at: 'x', quantity: 'many', tags: 7 });
        const odd = (await client.archive(1))!;
        assert.equal(odd.quantity, null);
        assert.equal(odd.tags, null);
        assert.equal(odd.print_name, null);
    });

    it('an answer that is not Bambuddy’s is waited for, and asks whether the address is right', async () => {
        await open();
        server.interfere = () => jsonAnswer(200, { some: 'thing' });
        for (const ask of [
            () => client.version(),
            () => client.printLog({ limit: 1 }),
            () => client.archives({ limit: 1 }),
            () => client.archive(1),
        ])
            await assert.rejects(ask(), (error) => error instanceof UnavailableError && error.stranger);
    });

    it('a print log that does not tell the archive is none: Bambuddy 0.2.0 to 0.2.4', async () => {
        await open();
        const row = { id: 1, print_name: 'Bin', status: 'completed', created_at: '2026-03-01T10:00:00' };
        const log = (items: object[]): void => {
            const body = JSON.stringify({ items, total: items.length });
            server.interfere = () => ({
                at: 'before',
                kind: 200,
                body,
                headers: { 'content-type': 'application/json' },
            });
        };
        log([row]);
        assert.equal(await client.printLog({ limit: 1 }), null);
        log([{ ...row, archive_id: null }]);
        assert.equal((await client.printLog({ limit: 1 }))?.items.length, 1);
        log([]);
        assert.equal((await client.printLog({ limit: 1 }))?.items.length, 0);
    });

    it('a server without a print log answers null, not an error', async () => {
        await open({ printLog: false });
        assert.equal(await client.printLog({ limit: 1 }), null);
    });

    it('a key without the right to write says which right', async () => {
        await open();
        const { archiveId } = server.print();
        client.close();
        client = connect(server.readOnlyKey);
        await assert.rejects(
            client.setExternalUrl(archiveId, 'http://x'),
            (error) => error instanceof AuthError && error.status === 403 && /can_manage_archives/.test(error.message),
        );
    });
});
