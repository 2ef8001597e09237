import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { pastedToken } from '../../lib/clients/vk/tokens/access-tokens';
import { albumsOf, categoriesOf, itemsOf } from '../../lib/clients/vk/answers';
import { formOf } from '../../lib/clients/vk/call';
import { VkClient } from '../../lib/clients/vk/client';
import { vkErrorOf } from '../../lib/clients/vk/errors';
import { codeOf, resultsOf } from '../../lib/clients/vk/execute';
import * as market from '../../lib/clients/vk/market';
import { photoUploadServer, savePhoto, uploadPhotos } from '../../lib/clients/vk/photos';
import { renewPair } from '../../lib/clients/vk/tokens/vk-id';
import { VkSimulator, type Community } from '../simulators/vk';
import { picture } from '../simulators/bambuddy/png';
import { answerFaults, errorFaults, METHODS, readRequest, SCHEMA } from '../simulators/vk/schema';
import { recordingsAvailable, recordingsRoot } from './recordings';
import { EXAMPLES, NOT_CALLED } from './vk.coverage';

const GROUP = 123456789;
const OPEN = { admit: () => Promise.resolve(), answered: () => undefined };

describe('VK by its official schema 5.199 and the documented examples', () => {
    if (!recordingsAvailable('vk')) {
        it.skip('the recordings are not here (RECORDINGS_DIR)');
        return;
    }
    let vk: VkSimulator;
    let community: Community;
    let client: VkClient;

    before(async () => {
        vk = new VkSimulator();
        await vk.listen();
        community = vk.addCommunity(GROUP);
        const settings = { url: vk.url, apiVersion: '5.199', timeout: 5, ca: '' };
        client = new VkClient(settings, pastedToken(vk.tokens.add()), OPEN);
    });

    after(async () => {
        client.close();
        await vk.close();
    });

    it('the parts of the schema that the simulator carries are those of the schema', () => {
        const files = new Map<string, Record<string, unknown>>();
        const file = (name: string): Record<string, unknown> | undefined => {
            const place = path.join(recordingsRoot, 'vk', 'schema-5.199', name);
            if (!files.has(name) && fs.existsSync(place)) files.set(name, readFile(place));
            return files.get(name);
        };
        let compared = 0;
        for (const method of SCHEMA.methods) {
            const methods = file(`${method.name.split('.')[0]}/methods.json`)?.['methods'] as
                { name: string }[] | undefined;
            if (methods === undefined) continue;
            assert.deepEqual(
                method,
                methods.find(({ name }) => name === method.name),
                method.name,
            );
            compared++;
        }
        for (const [place, definition] of Object.entries(SCHEMA.definitions)) {
            const [name, pointer] = place.split('#');
            const definitions = file(name!)?.['definitions'] as Record<string, unknown> | undefined;
            if (definitions === undefined) continue;
            assert.deepEqual(definition, definitions[pointer!.split('/').at(-1)!], place);
            compared++;
        }
        const { errors } = file('errors.json') as { errors: Record<string, unknown> };
        for (const [name, error] of Object.entries(SCHEMA.errors)) assert.deepEqual(error, errors[name], name);
        assert.ok(compared > 60, `${compared}`);
    });

    it('every method of the market is called by us, or left out for a reason', () => {
        const { methods } = readFile(path.join(recordingsRoot, 'vk/schema-5.199/market/methods.json')) as unknown as {
            methods: { name: string }[];
        };
        const open = methods
            .map(({ name }) => name)
            .filter((name) => !METHODS.has(name) && !NOT_CALLED.some((each) => each.methods.test(name)));
        assert.deepEqual(open, []);
    });

    it('every example is held against something, or left out for a reason', () => {
        const names = fs.readdirSync(path.join(recordingsRoot, 'vk', 'examples')).flatMap((name) => {
            const stem = name.replace('.json', '');
            return stem in EXAMPLES ? [stem] : Object.keys(example(stem)).map((key) => `${stem}/${key}`);
        });
        const errors = readFile(path.join(recordingsRoot, 'vk', 'error-examples.json'));
        for (const key of Object.keys(errors).filter((each) => each !== '_note')) names.push(`error-examples/${key}`);
        assert.deepEqual(names.sort(), Object.keys(EXAMPLES).sort());
    });

    it('an item is added as the documented request has it', async () => {
        const { _note, v, ...fields } = example('vk-market-add-request');
        const call = market.addItem(GROUP, {
            name: 'Органайзер настольный, 6 ячеек',
            description: 'PLA, печать 0,2 мм. Размер 180×120×60 мм.',
            categoryId: 1204,
            price: 890,
            mainPhotoId: 457239101,
            sku: '9a8b7c60-1111-4222-8333-000000000001',
            stock: 7,
            hidden: false,
        });
        assert.deepEqual(
            formOf(call.params),
            Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value)])),
        );
        assert.equal(v, '5.199');
        const { wrong, unknown } = readRequest('market.add', formOf(call.params));
        assert.deepEqual([wrong, unknown], [[], []]);
        const { response } = example('vk-market-add-answer');
        assert.equal(call.read(response), 9000001);
        assert.deepEqual(answerFaults('market.add', { response }), []);
        const id = await client.call(market.addItem(GROUP, { ...itemFields(), mainPhotoId: await photo() }));
        assert.ok(community.items.has(id));
    });

    it('items: read as documented, and answered by the simulator in the same form', async () => {
        const { response } = example('vk-market-get-extended-answer');
        assert.deepEqual(answerFaults('market.get', { response }, 'extendedResponse'), []);
        const { rows, unreadable } = itemsOf(response, 'market.get');
        assert.deepEqual(unreadable, []);
        assert.deepEqual(
            rows.map(({ id, price, availability, stock, albumIds, photoIds, categoryId }) => [
                id,
                price,
                availability,
                stock,
                albumIds,
                photoIds,
                categoryId,
            ]),
            [
                [9000001, 890, 'available', 7, [3], [457239101], 1204],
                [9000002, 450.5, 'unavailable', 0, [3], [457239102], 1204],
            ],
        );
        await client.call(market.addItem(GROUP, { ...itemFields(), mainPhotoId: await photo() }));
        assert.deepEqual(differences(response, await answerOf(() => client.call(market.items(GROUP)))), []);
    });

    it('albums and categories: the same', async () => {
        const albums = example('vk-market-getAlbums-answer')['response'];
        assert.deepEqual(answerFaults('market.getAlbums', { response: albums }), []);
        assert.deepEqual(albumsOf(albums, '').rows[0], {
            id: 3,
            title: 'Органайзеры',
            count: 2,
            isMain: false,
            isHidden: false,
        });
        await client.call(market.addAlbum(GROUP, 'Органайзеры'));
        assert.deepEqual(differences(albums, await answerOf(() => client.call(market.albums(GROUP)))), []);
        const tree = example('vk-market-getCategories-answer')['response'];
        assert.deepEqual(answerFaults('market.getCategories', { response: tree }), []);
        assert.deepEqual(categoriesOf(tree), [
            { id: 1204, path: ['Дом', 'Органайзеры'] },
            { id: 1205, path: ['Дом', 'Декор'] },
        ]);
        assert.deepEqual(differences(tree, await answerOf(() => client.call(market.categories(GROUP)))), []);
    });

    it('an execute is written as documented, and its errors are put in their place', () => {
        const { code, answer } = example('vk-execute') as { code: string; answer: Record<string, unknown> };
        const calls = [
            market.addItem(GROUP, {
                name: 'Органайзер',
                description: 'Десять знаков и больше',
                categoryId: 1204,
                price: 890,
                mainPhotoId: 457239101,
                sku: 'a',
            }),
            market.editItem(GROUP, 9000002, { price: 450.5 }),
        ];
        assert.equal(codeOf(calls), code);
        const place = { baseUrl: 'https://api.vk.com', method: 'execute', redact: (text: string) => text };
        const results = resultsOf<unknown>(calls, answer['response'], answer['execute_errors'], place);
        assert.equal(results[0]?.value, 9000001);
        assert.match(String(results[1]?.error), /market\.edit with error 100.*nothing to change/);
    });

    it('errors: each is classified by what to do, and never repeats the token', () => {
        const place = { baseUrl: 'https://api.vk.com', method: 'market.edit', redact: (text: string) => text };
        const read = Object.entries(example('vk-errors')).map(([name, body]) => {
            const { error: said } = body as { error: unknown };
            assert.deepEqual(errorFaults(said), [], name);
            const error = vkErrorOf(said, place)!;
            assert.ok(!inspect(error, { depth: 9 }).includes('MUST-NOT-BE-SHOWN'), name);
            return [name, error.meaning ?? error.remedy];
        });
        assert.deepEqual(Object.fromEntries(read), {
            '5 expired': 'tokenEnded',
            '6': 'slow',
            '9': 'flood',
            '14': 'captcha',
            '15': 'rightMissing',
            '27': 'rightMissing',
            '29': 'quota',
            '100 nothing': 'nothingToChange',
            '100 name': 'item',
            '100 photo taken': 'photoTaken',
            '100 photo undefined': 'photoMissing',
            '205': 'rightMissing',
            '1402': 'albumGone',
            '1403': 'itemGone',
            '1404': 'alreadyInAlbum',
            '1405': 'shopFull',
            '1408': 'badLinks',
            '1438': 'marketOff',
        });
        const captchas = readFile(path.join(recordingsRoot, 'vk', 'error-examples.json'));
        for (const name of ['captcha_new', 'captcha_old']) {
            const error = vkErrorOf((captchas[name] as { error: unknown }).error, place)!;
            assert.equal(error.meaning, 'captcha');
            assert.ok(!inspect(error, { depth: 9 }).includes('session_token'), 'it lets anybody pass the check');
        }
    });

    it('a picture takes the documented steps', async () => {
        const steps = example('vk-photo-steps') as Record<string, Record<string, unknown>>;
        const first = steps['1 getProductPhotoUploadServer']!['response'];
        assert.equal(photoUploadServer(GROUP, false).read(first), 'https://pu.example.invalid/upload?token=made-up');
        const saved = steps['3 saveProductPhoto answer']!['response'];
        assert.deepEqual(answerFaults('market.saveProductPhoto', { response: saved }), []);
        assert.equal(savePhoto('{}').read(saved), 457239101);
        const url = await client.call(photoUploadServer(GROUP, false));
        const options = { api: client, timeoutMs: 5000 };
        const uploaded = await uploadPhotos(url, [{ bytes: picture(5, 400), type: 'image/png' }], options);
        const documented = steps['2 upload answer (opaque, pass on as text)'];
        assert.deepEqual(differences(documented, JSON.parse(uploaded) as unknown), []);
        const refused = uploadPhotos(url, [{ bytes: picture(6, 64), type: 'image/png' }], options);
        await assert.rejects(refused, new RegExp(String(steps['2 upload refusal']!['error_msg'])));
    });

    it('a token is renewed as documented', async () => {
        const { answer, ...documented } = example('vkid-token') as Record<string, Record<string, string>>;
        const { refreshToken } = vk.tokens.addPair('51234567', 'made-up-device');
        const settings = { url: vk.url, clientId: '51234567', timeout: 5, ca: '' };
        let answered: unknown;
        vk.rewrite = (_path, body) => (answered = body);
        const pair = await renewPair(settings, { refreshToken, deviceId: 'made-up-device' }, 0);
        vk.rewrite = undefined;
        const sent = vk.requests.at(-1)!.body as Record<string, string>;
        const form = documented['refresh request (form)']!;
        assert.deepEqual(Object.keys(sent).sort(), Object.keys(form).sort());
        assert.deepEqual([sent['scope'], sent['grant_type']], [form['scope'], form['grant_type']]);
        assert.deepEqual(differences(answer, answered), []);
        assert.equal(pair.endsAt, 3_600_000);
        await assert.rejects(renewPair(settings, { refreshToken, deviceId: 'made-up-device' }, 0), /invalid_grant/);
    });

    it('the client sent nothing that the schema does not know', () => {
        assert.deepEqual(vk.violations, []);
    });

    async function answerOf(ask: () => Promise<unknown>): Promise<unknown> {
        let answered: unknown;
        vk.rewrite = (_path, body) => (answered = body);
        await ask();
        vk.rewrite = undefined;
        return (answered as { response: unknown }).response;
    }

    async function photo(): Promise<number> {
        const url = await client.call(photoUploadServer(GROUP, false));
        const options = { api: client, timeoutMs: 5000 };
        const bytes = picture(community.photos.size + 1, 400);
        return client.call(savePhoto(await uploadPhotos(url, [{ bytes, type: 'image/png' }], options)));
    }

    function itemFields(): market.NewItem {
        return { name: 'Органайзер', description: 'Десять знаков и больше', categoryId: 1204, price: 890, sku: 'a' };
    }
});

/** What a documented answer has and another has not, or of another type; rows of lists are told by the first. */
function differences(documented: unknown, other: unknown, where = ''): string[] {
    if (Array.isArray(documented) && Array.isArray(other))
        return documented.length === 0 || other.length === 0 ? [] : differences(documented[0], other[0], `${where}[]`);
    if (typeof documented !== typeof other || Array.isArray(documented) !== Array.isArray(other))
        return [`${where}: ${typeof documented}, not ${typeof other}`];
    if (typeof documented !== 'object' || documented === null) return [];
    return Object.entries(documented).flatMap(([key, value]) =>
        differences(value, (other as Record<string, unknown>)[key], `${where}.${key}`),
    );
}

function example(name: string): Record<string, unknown> {
    const all = readFile(path.join(recordingsRoot, 'vk', 'examples', `${name}.json`));
    return all;
}

function readFile(place: string): Record<string, unknown> {
    return JSON.parse(fs.readFileSync(place, 'utf8')) as Record<string, unknown>;
}
