import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { ConfigError, RejectedError, UnavailableError } from '../../../../lib/http/errors';
import { pastedToken } from '../../../../lib/clients/vk/tokens/access-tokens';
import { VkClient } from '../../../../lib/clients/vk/client';
import { VkError } from '../../../../lib/clients/vk/errors';
import { isDone } from '../../../../lib/clients/vk/error-table';
import { batchesOf, MOST_CALLS } from '../../../../lib/clients/vk/execute';
import * as market from '../../../../lib/clients/vk/market';
import { photoUploadServer, savePhoto, savePhotos, uploadPhotos } from '../../../../lib/clients/vk/photos';
import { selfSigned } from '../../../harness/self-signed';
import { VkSimulator } from '../../../simulators/vk';
import { picture } from '../../../simulators/bambuddy/png';

const GROUP = 123456789;
const ITEM = { name: 'Органайзер настольный', description: 'PLA, печать 0,2 мм.', categoryId: 1204 };
const OPEN = { admit: () => Promise.resolve(), answered: () => undefined };

describe('the client of VK', () => {
    let vk: VkSimulator;
    let client: VkClient;
    let token: string;

    beforeEach(async () => {
        vk = new VkSimulator();
        await vk.listen();
        vk.addCommunity(GROUP);
        token = vk.tokens.add();
        client = clientWith(token);
    });

    afterEach(async () => {
        client.close();
        await vk.close();
    });

    function clientWith(access: string): VkClient {
        const settings = { url: vk.url, apiVersion: '5.199', timeout: 5, ca: '' };
        return new VkClient(settings, pastedToken(access), OPEN);
    }

    async function photo(seed = 1): Promise<number> {
        const url = await client.call(photoUploadServer(GROUP, false));
        const options = { api: client, timeoutMs: 5000 };
        const uploaded = await uploadPhotos(url, [{ bytes: picture(seed, 400), type: 'image/png' }], options);
        return client.call(savePhoto(uploaded));
    }

    async function item(fields: market.ItemFields = {}): Promise<number> {
        return client.call(market.addItem(GROUP, { ...ITEM, mainPhotoId: await photo(), ...fields }));
    }

    it('names the root certificate that is missing, and trusts it where it is entered', async () => {
        let asked = 0;
        const secure = createServer(selfSigned, (_req, res) => {
            asked++;
            res.setHeader('content-type', 'application/json').end(
                JSON.stringify({ response: { count: 0, items: [] } }),
            );
        });
        await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
        const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
        const asks = async (ca: string): Promise<number> => {
            const settings = { url, apiVersion: '5.199', timeout: 5, ca };
            const own = new VkClient(settings, pastedToken(token), OPEN);
            try {
                return (await own.call(market.items(GROUP))).total;
            } finally {
                own.close();
            }
        };
        try {
            await assert.rejects(asks(''), (error: unknown) => {
                assert.ok(error instanceof ConfigError);
                assert.equal(error.setting, 'ca');
                assert.match(
                    error.message,
                    /root certificate "localhost" is not known here\. Enter its root certificate/,
                );
                return !error.message.includes(token);
            });
            assert.equal(asked, 0, 'nothing was sent to it');
            assert.equal(await asks(selfSigned.cert), 0);
            assert.equal(asked, 1);
        } finally {
            secure.closeAllConnections();
            secure.close();
        }
    });

    it('sends pictures to a server whose root certificate is entered, and names it where it is not', async () => {
        const secure = createServer(selfSigned, (_req, res) => void res.end('{"app_id":1}'));
        await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
        const url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/upload/product`;
        const upload = async (ca: string): Promise<string> => {
            const api = { address: 'https://api.vk.com', ca };
            const pictures = [{ bytes: picture(1, 400), type: 'image/png' as const }];
            return uploadPhotos(url, pictures, { api, timeoutMs: 5000 });
        };
        try {
            await assert.rejects(upload(''), (error: unknown) => {
                assert.ok(error instanceof ConfigError);
                return error.setting === 'ca' && error.message.includes('root certificate');
            });
            assert.equal(await upload(selfSigned.cert), '{"app_id":1}');
        } finally {
            secure.closeAllConnections();
            secure.close();
        }
    });

    it('adds an item with a picture, and reads it as VK keeps it: roubles went in, hundredths come back', async () => {
        const id = await item({ price: 890.5, sku: 'a', stock: 7 });
        const { rows, total, unreadable } = await client.call(market.items(GROUP));
        assert.equal(total, 1);
        assert.deepEqual(unreadable, []);
        const [row] = rows;
        assert.deepEqual(
            [row?.id, row?.title, row?.price, row?.currency, row?.sku, row?.stock, row?.availability, row?.categoryId],
            [id, ITEM.name, 890.5, 'RUB', 'a', 7, 'available', 1204],
        );
        assert.equal(row?.photoIds?.length, 1);
        assert.deepEqual(vk.violations, []);
    });

    it('a batch: each call has its own result, errors stand in their place', async () => {
        const first = await item({ sku: 'a' });
        const [photoId, other] = [await photo(2), await photo(3)];
        const results = await client.execute<unknown>([
            market.addItem(GROUP, { ...ITEM, mainPhotoId: photoId, sku: 'b' }),
            market.editItem(GROUP, first, { sku: 'a' }),
            market.addItem(GROUP, { ...ITEM, name: 'abc', mainPhotoId: other }),
            market.editItem(GROUP, first, { price: 10 }),
        ]);
        const reported = results.map(({ error }) => (error instanceof VkError ? [error.remedy, error.meaning] : error));
        assert.deepEqual(reported, [null, ['item', 'nothingToChange'], ['item', undefined], null]);
        assert.equal(isDone((results[1]!.error as VkError).meaning), true);
        assert.match(results[2]!.error!.message, /market\.add with error 100: .*name/);
        assert.equal(vk.communities.get(GROUP)!.bySku('b').length, 1);
    });

    it('an answer that does not say which call failed leaves each that failed unknown', async () => {
        const id = await item();
        vk.rewrite = (_path, body) => ({ ...(body as object), execute_errors: [] });
        const calls = [market.editItem(GROUP, id, { price: 1 }), market.editItem(GROUP, 5, { price: 1 })];
        const [done, failed] = await client.execute(calls);
        assert.equal(done?.error, null);
        assert.ok(failed?.error instanceof UnavailableError);
        assert.equal(failed.error.outcome, 'unknown');
    });

    it('what is longer than one execute is divided in order', () => {
        const calls = Array.from({ length: 60 }, (_, at) =>
            market.editItem(GROUP, at + 1, { description: 'д'.repeat(2000) }),
        );
        const batches = batchesOf(calls);
        assert.deepEqual(batches.flat(), calls);
        assert.ok(batches.every((batch) => batch.length <= MOST_CALLS));
        assert.ok(
            batches.every((batch) => batch.length < 15),
            'Cyrillic letters are two bytes each',
        );
    });

    it('an error tells what to do and never the token, which VK repeats', async () => {
        vk.communities.get(GROUP)!.editors.clear();
        const error = await failureOf(client.call(market.items(GROUP)));
        assert.ok(error instanceof VkError, inspect(error));
        assert.deepEqual([error.code, error.remedy, error.errorCode], ['AUTH', 'person', 15]);
        assert.match(error.message, /administrator or editor/);
        assert.ok(!inspect(error, { depth: 9 }).includes(token));
    });

    for (const [code, remedy, outcome] of [
        [1, 'unknown', 'unknown'],
        [6, 'slow', 'refused'],
        [9, 'flood', 'refused'],
        [10, 'unknown', 'unknown'],
        [14, 'person', 'refused'],
        [27, 'person', 'refused'],
        [29, 'quota', 'refused'],
        [1405, 'item', 'refused'],
        [1438, 'person', 'refused'],
        [4242, 'item', 'refused'],
    ] as const)
        it(`error ${code}: ${remedy}`, async () => {
            const mainPhotoId = await photo();
            vk.trouble = (method) => (method === 'market.add' ? { code } : undefined);
            const error = await failureOf(client.call(market.addItem(GROUP, { ...ITEM, mainPhotoId })));
            assert.ok(error instanceof VkError, inspect(error));
            assert.deepEqual([error.remedy, error.outcome], [remedy, outcome]);
            assert.equal(vk.calls.filter(({ method }) => method === 'market.add').length, 1, 'sent once');
        });

    it('a lost answer is an unknown outcome, and the write is not sent again', async () => {
        const mainPhotoId = await photo();
        vk.interfere = ({ url }) => (url.includes('market.add') ? { at: 'after', kind: 'reset' } : undefined);
        const error = await failureOf(client.call(market.addItem(GROUP, { ...ITEM, mainPhotoId })));
        assert.ok(error instanceof UnavailableError);
        assert.equal(error.outcome, 'unknown');
        assert.equal(vk.communities.get(GROUP)!.items.size, 1);
    });

    it('a page of somebody else is no answer of VK', async () => {
        vk.interfere = () => ({ at: 'before', kind: 200, body: '<html><title>Log in</title></html>' });
        const error = await failureOf(client.call(market.items(GROUP)));
        assert.ok(error instanceof UnavailableError && error.foreign);
    });

    it('a row that cannot be read does not lose the others', async () => {
        await item({ sku: 'a' });
        await item({ sku: 'b' });
        vk.rewrite = (_path, body) => {
            const { response } = body as { response: { items: Record<string, unknown>[] } };
            delete response.items[0]!['title'];
            return body;
        };
        const { rows, total, unreadable } = await client.call(market.items(GROUP));
        assert.deepEqual([rows.length, total, unreadable.length], [1, 2, 1]);
        assert.equal(rows[0]?.sku, 'a');
    });

    it('several pictures with one save', async () => {
        const url = await client.call(photoUploadServer(GROUP, true));
        const pictures = [1, 2, 3].map((seed) => ({ bytes: picture(seed, 400), type: 'image/png' as const }));
        const options = { api: client, timeoutMs: 5000 };
        const ids = await client.call(savePhotos(await uploadPhotos(url, pictures, options)));
        assert.equal(new Set(ids).size, 3);
        assert.equal(vk.countCalls('market.saveProductPhotoBulk'), 1);
    });

    it('a picture that is too small is refused in words of the upload server, without its address', async () => {
        const url = await client.call(photoUploadServer(GROUP, false));
        const options = { api: client, timeoutMs: 5000 };
        const sent = uploadPhotos(url, [{ bytes: picture(1, 300), type: 'image/png' }], options);
        const error = await failureOf(sent);
        assert.ok(error instanceof RejectedError);
        assert.match(error.message, /too small/);
        assert.ok(!error.message.includes('token='));
    });

    it('albums and categories', async () => {
        const id = await item();
        const album = await client.call(market.addAlbum(GROUP, 'Органайзеры'));
        await client.call(market.addToAlbums(GROUP, [id], [album]));
        const again = await failureOf(client.call(market.addToAlbums(GROUP, [id], [album])));
        assert.equal(isDone((again as VkError).meaning), true);
        const { rows } = await client.call(market.albums(GROUP));
        assert.deepEqual(rows, [{ id: album, title: 'Органайзеры', count: 1, isMain: false, isHidden: false }]);
        const leaves = await client.call(market.categories(GROUP));
        assert.deepEqual(leaves.find((leaf) => leaf.id === 1204)?.path, ['Дом', 'Органайзеры']);
        assert.ok(!leaves.some((leaf) => leaf.id === 1200), 'goods are put into leaves');
    });

    it('a hidden item stays in the index; one that is removed does not', async () => {
        const [hidden, removed] = [await item(), await item()];
        await client.call(market.editItem(GROUP, hidden, { hidden: true }));
        await client.call(market.deleteItem(GROUP, removed));
        const { rows } = await client.call(market.items(GROUP));
        assert.deepEqual(
            rows.map((row) => [row.id, row.availability]),
            [[hidden, 'unavailable']],
        );
        await client.call(market.restoreItem(GROUP, removed));
        assert.equal((await client.call(market.itemsById(GROUP, [hidden, removed]))).rows.length, 2);
    });
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
    return work.then(
        () => assert.fail('it did not fail'),
        (error: unknown) => error,
    );
}
