import assert from 'node:assert/strict';
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Catalog } from '../../../../lib/store/catalog/catalog';
import { exportCatalog } from '../../../../lib/store/catalog/export-catalog';
import { keyFileOf, UnusableKey } from '../../../../lib/store/catalog/token-key';
import { LockedToken, TokenVault } from '../../../../lib/store/catalog/token-vault';
import { StoreFolder } from '../../../fixtures/store-folder';

const SEED = { accessToken: 'vk2.a.typed-secret', refreshToken: 'refresh-typed', clientId: '51', deviceId: 'd' };
const RENEWED = { ...SEED, accessToken: 'vk2.a.renewed-secret', refreshToken: 'refresh-renewed', expiresAt: 1700 };
const NO_KEY = {};

describe('the tokens of a catalog', () => {
    const stores = new StoreFolder('catalog.json');
    const { onWarning } = stores;
    let catalog: Catalog;
    const reopen = async (environment: NodeJS.ProcessEnv = NO_KEY): Promise<TokenVault> => {
        if (catalog !== undefined) await stores.close(catalog);
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning }));
        return TokenVault.open(catalog, environment);
    };
    beforeEach(async () => {
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning }));
    });

    it('are what is typed, until they are renewed; then what was renewed, over restarts', async () => {
        let vault = await reopen();
        assert.deepEqual(await vault.live('vk:77', SEED), SEED);
        await vault.renew('vk:77', RENEWED);
        assert.deepEqual(await vault.live('vk:77', SEED), RENEWED);
        vault = await reopen();
        assert.deepEqual(await vault.live('vk:77', SEED), RENEWED);
        assert.deepEqual(await vault.live('vk:77', {}), RENEWED);
        assert.deepEqual(await vault.live('vk:77', { accessToken: '', refreshToken: '' }), RENEWED);
        assert.equal(await vault.live('vk:78', {}), null);
    });

    it('are typed ones again only where those differ from the ones last used', async () => {
        let vault = await reopen();
        await vault.live('vk:77', SEED);
        await vault.renew('vk:77', RENEWED);
        const next = { ...SEED, refreshToken: 'another' };
        assert.deepEqual(await vault.live('vk:77', next), next);
        vault = await reopen();
        assert.deepEqual(await vault.live('vk:77', next), next);
        assert.deepEqual(await vault.live('vk:77', SEED), SEED);
    });

    it('are one pair for all nodes that have them typed in, whichever of their seeds are older', async () => {
        const [first, second] = [SEED, { ...SEED, refreshToken: 'refresh-of-the-second' }];
        let vault = await reopen();
        await vault.live('vk:51/d', first, 'node-1');
        assert.deepEqual(await vault.live('vk:51/d', first, 'node-2'), first);
        assert.deepEqual(await vault.live('vk:51/d', second, 'node-2'), second);
        await vault.renew('vk:51/d', RENEWED);
        vault = await reopen();
        assert.deepEqual(await vault.live('vk:51/d', first, 'node-1'), RENEWED);
        assert.deepEqual(await vault.live('vk:51/d', second, 'node-2'), RENEWED);
        assert.deepEqual(vault.read('vk:51/d'), RENEWED);
    });

    it('stand in no file in the clear, whatever is written and compacted', async () => {
        const vault = await reopen();
        await vault.live('vk:77', SEED);
        await vault.renew('vk:77', RENEWED);
        await catalog.compact();
        await vault.renew('vk:77', RENEWED);
        const names = await readdir(stores.folder, { recursive: true });
        for (const name of names) {
            const path = join(stores.folder, name);
            if ((await stat(path)).isDirectory()) continue;
            assert.doesNotMatch(await readFile(path, 'latin1'), /secret|refresh-/, name);
        }
        const { mode } = await stat(keyFileOf(stores.file));
        assert.equal(mode & 0o777, 0o600);
    });

    it('are never the same text twice, and belong to the account or community that they are of', async () => {
        const vault = await reopen();
        await vault.live('vk:77', SEED);
        const first = catalog.get('tokens', 'vk:77')!;
        await vault.renew('vk:77', SEED);
        const second = catalog.get('tokens', 'vk:77')!;
        assert.notEqual(first.text, second.text);
        await catalog.put('tokens', { ...second, id: 'vk:78' });
        await assert.rejects(vault.live('vk:78', {}), LockedToken);
        await catalog.put('tokens', { ...second, text: first.text });
        await assert.rejects(vault.live('vk:77', {}), /damaged/);
    });

    it('cannot be read without their key, and a new sign-in takes their place', async () => {
        let vault = await reopen();
        await vault.live('vk:77', SEED);
        await vault.renew('vk:77', RENEWED);
        await rm(keyFileOf(stores.file));
        vault = await reopen();
        await assert.rejects(vault.live('vk:77', SEED), (error: Error) => {
            assert.ok(error instanceof LockedToken);
            assert.match(error.message, /vk:77.*another one.*Put the key of before back, or sign in again/);
            assert.doesNotMatch(error.message, /secret/);
            return true;
        });
        const next = { ...SEED, accessToken: 'vk2.a.signed-in-again' };
        assert.deepEqual(await vault.live('vk:77', next), next);
        vault = await reopen();
        assert.deepEqual(await vault.live('vk:77', next), next);
    });

    it('are read with the key of the environment, where there is one, and no file is made', async () => {
        const key = Buffer.alloc(32, 7);
        let vault = await reopen({ PRINT_TO_STOCK_KEY: key.toString('base64') });
        await vault.live('vk:77', SEED);
        await assert.rejects(stat(keyFileOf(stores.file)), { code: 'ENOENT' });
        vault = await reopen({ PRINT_TO_STOCK_KEY: key.toString('hex') });
        assert.deepEqual(await vault.live('vk:77', {}), SEED);
        vault = await reopen({ PRINT_TO_STOCK_KEY: Buffer.alloc(32, 8).toString('base64') });
        await assert.rejects(vault.live('vk:77', {}), /PRINT_TO_STOCK_KEY/);
    });

    it('are refused with a key that is none, which stays as it is', async () => {
        await assert.rejects(reopen({ PRINT_TO_STOCK_KEY: 'my password' }), (error: Error) => {
            assert.ok(error instanceof UnusableKey);
            assert.doesNotMatch(error.message, /my password/);
            return true;
        });
        await writeFile(keyFileOf(stores.file), '');
        await assert.rejects(reopen(), UnusableKey);
        assert.equal(await readFile(keyFileOf(stores.file), 'utf8'), '');
        if (process.getuid?.() === 0) return;
        await chmod(keyFileOf(stores.file), 0);
        await assert.rejects(reopen(), /cannot be read/);
    });

    it('have one key, however many make it at once', async () => {
        const vaults = await Promise.all([1, 2, 3, 4].map(() => TokenVault.open(catalog, NO_KEY)));
        for (const [n, vault] of vaults.entries()) await vault.live(`vk:${n}`, SEED);
        for (const n of vaults.keys()) assert.deepEqual(await vaults[0]!.live(`vk:${n}`, {}), SEED);
        assert.deepEqual(
            (await readdir(stores.folder)).filter((name) => name.includes('.key')),
            ['catalog.json.key'],
        );
    });

    it('are gone from every file once they are forgotten', async () => {
        const vault = await reopen();
        await vault.live('vk:77', SEED);
        const { text } = catalog.get('tokens', 'vk:77')!;
        await vault.forget('vk:77');
        assert.equal(await vault.live('vk:77', {}), null);
        for (const name of (await readdir(stores.folder)).filter((name) => /journal|json$/.test(name)))
            assert.ok(!(await readFile(join(stores.folder, name), 'latin1')).includes(text), name);
    });

    it('leave the catalog with an export only when they are asked for', async () => {
        const vault = await reopen();
        await vault.live('vk:77', SEED);
        await catalog.put('accounts', { id: 'a', source: 'evotor', state: 'active', issued: 'hash-of-issued' });
        await catalog.put('switches', { store: 's', on: true });
        const plain = JSON.stringify(exportCatalog(catalog));
        assert.doesNotMatch(plain, /tokens|nonce|hash-of-issued/);
        assert.match(plain, /"switches":\[\{"store":"s","on":true/);
        assert.deepEqual(Object.keys(exportCatalog(catalog, { only: ['switches'] }).records), ['switches']);
        const whole = exportCatalog(catalog, { tokens: true });
        assert.equal(whole.records.tokens?.length, 1);
        assert.doesNotMatch(JSON.stringify(whole), /typed-secret/);
    });
});
