import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AccountError } from '../../../../../lib/sources/evotor/accounts/account-error';
import { AccountLinking } from '../../../../../lib/sources/evotor/accounts/account-linking';
import { AccountReaders } from '../../../../../lib/sources/evotor/accounts/account-readers';
import { EvotorAccounts } from '../../../../../lib/sources/evotor/accounts/accounts';
import { adoptToken, liveToken, newToken, tokenIn } from '../../../../../lib/sources/evotor/accounts/cloud-token';
import { Catalog } from '../../../../../lib/store/catalog/catalog';
import { exportCatalog } from '../../../../../lib/store/catalog/export-catalog';
import { TokenVault } from '../../../../../lib/store/catalog/token-vault';
import { EvotorClient } from '../../../../../lib/clients/evotor/client';
import { linkRecord, productRecord, SHOP } from '../../../../fixtures/catalog-records';
import { StoreFolder } from '../../../../fixtures/store-folder';
import { EvotorSimulator } from '../../../../simulators/evotor';
import { FakeClock } from '../../../fake-clock';

const USER = '01-000000000000001';
const MINUTE = 60_000;
const signal = new AbortController().signal;

describe('Evotor accounts that come by webhook', () => {
    const stores = new StoreFolder('catalog.json');
    let catalog: Catalog;
    let vault: TokenVault;
    let clock: FakeClock;
    let accounts: EvotorAccounts;
    let linking: AccountLinking;

    beforeEach(async () => {
        catalog = await stores.keep(Catalog.open(stores.file, { onWarning: stores.onWarning }));
        vault = await TokenVault.open(catalog, {});
        clock = new FakeClock();
        accounts = new EvotorAccounts({ catalog, vault, clock });
        linking = new AccountLinking({ catalog, vault, clock });
    });

    it('wait for approval, also after a suspension, and those that wait are listed first', async () => {
        await linking.create(USER);
        await linking.create('01-000000000000002');
        assert.deepEqual(
            accounts.list().map(({ id, state, hasToken }) => [id, state, hasToken]),
            [
                [USER, 'pending', false],
                ['01-000000000000002', 'pending', false],
            ],
        );
        assert.equal((await accounts.approve(USER)).state, 'active');
        assert.deepEqual(
            accounts.list().map(({ state }) => state),
            ['pending', 'active'],
        );
        assert.equal((await accounts.suspend(USER)).state, 'suspended');
        await assert.rejects(accounts.approve('nobody'), (error) => (error as AccountError).status === 404);
    });

    it('are active at once where a person connects them by user and token, which no record shows', async () => {
        const account = await accounts.connect(USER, 'cloud-token-4711');
        assert.deepEqual([account.id, account.state, account.hasToken], [USER, 'active', true]);
        assert.ok(!JSON.stringify([...catalog.all('tokens')]).includes('cloud-token-4711'));
        await assert.rejects(accounts.connect('me', 'x'), (error) => (error as AccountError).status === 400);
        assert.equal(accounts.list().length, 1);
    });

    it('are known by the token issued last, which no file and no export holds', async () => {
        const first = await linking.create(USER);
        const second = await linking.create(USER);
        assert.notEqual(first, second);
        assert.equal(linking.accountOf(first), null);
        assert.equal(linking.accountOf(second)?.id, USER);
        assert.equal(linking.accountOf(''), null);
        assert.equal(accounts.list().length, 1);
        await catalog.flush();
        for (const text of [...(await textsIn(stores.folder)), JSON.stringify(exportCatalog(catalog))])
            assert.ok(!text.includes(second));
    });

    it('keep their state when Evotor sends them again, active and suspended ones', async () => {
        await linking.create(USER);
        await accounts.approve(USER);
        await linking.create(USER);
        assert.equal(accounts.list()[0]!.state, 'active');
        await accounts.suspend(USER);
        await linking.takeToken(USER, 'cloud-token');
        assert.equal(accounts.list()[0]!.state, 'suspended');
    });

    it('are those of config nodes where the user id is typed there', async () => {
        await catalog.put('accounts', { id: 'node-1', source: 'evotor', state: 'active', user: USER, node: 'node-1' });
        await linking.takeToken(USER, 'cloud-token');
        assert.deepEqual(
            accounts.list().map(({ id }) => id),
            ['node-1'],
        );
        assert.equal(tokenIn(vault, newToken('node-1')), 'cloud-token');
        assert.equal(tokenIn(vault, liveToken('node-1')), null);
    });

    describe('one-time codes', () => {
        it('let a user in once, by name and code in either case, and still wait for a yes', async () => {
            const { name, code } = await accounts.offerCode('Anna');
            assert.match(code, /^[A-HJKMNP-Z2-9]{10}$/);
            const token = await linking.verify(USER, name.toUpperCase(), code.toLowerCase());
            assert.equal(linking.accountOf(token!)?.id, USER);
            const [{ state, verifiedAs }] = accounts.list() as [ReturnType<typeof accounts.list>[0]];
            assert.deepEqual([state, verifiedAs], ['pending', 'Anna']);
            assert.equal(await linking.verify(USER, name, code), null);
        });

        it('end after 15 minutes', async () => {
            const { name, code } = await accounts.offerCode('Anna');
            await clock.advance(15 * MINUTE);
            assert.equal(await linking.verify(USER, name, code), null);
            assert.deepEqual(accounts.list(), []);
        });

        it('end after five wrong tries, counted over restarts', async () => {
            const { name, code } = await accounts.offerCode('Anna');
            for (let n = 0; n < 4; n++) assert.equal(await linking.verify(USER, name, 'WRONG'), null);
            linking = new AccountLinking({ catalog, vault, clock });
            assert.equal(await linking.verify(USER, name, 'WRONG'), null);
            assert.equal(await linking.verify(USER, name, code), null);
        });

        it('are right on the fifth try, and of nobody else', async () => {
            const anna = await accounts.offerCode('Anna');
            const boris = await accounts.offerCode('Boris');
            assert.equal(await linking.verify(USER, 'Boris', anna.code), null);
            for (let n = 0; n < 4; n++) await linking.verify(USER, 'Anna', 'WRONG');
            assert.notEqual(await linking.verify(USER, 'Anna', anna.code), null);
            assert.notEqual(await linking.verify(USER, 'Boris', boris.code), null);
        });

        it('stand in no export, not even as a hash', async () => {
            await accounts.offerCode('Anna');
            assert.ok(!JSON.stringify(exportCatalog(catalog)).toLowerCase().includes('anna'));
            await assert.rejects(accounts.offerCode(' '), AccountError);
        });
    });

    describe('removing one', () => {
        const fill = async (state: 'live' | 'hidden' = 'live'): Promise<void> => {
            await linking.create(USER);
            await accounts.approve(USER);
            await vault.renew(liveToken(USER), { token: 'cloud-token' });
            await linking.takeToken(USER, 'newer-token');
            await catalog.put('stores', { id: SHOP, source: 'evotor', account: USER, name: 'Shop' });
            await catalog.put('groups', { id: 'g', store: SHOP, name: 'Group' });
            await catalog.put('products', productRecord('p-1', { account: USER }));
            await catalog.put('switches', { store: SHOP, on: true });
            await catalog.put('switches', { store: SHOP, group: 'g', on: false });
            await catalog.put('acks', { sink: 'upsert', product: `${SHOP}/p-1`, state: 'x' });
            await catalog.put('meta', { id: `vk:77:brake:hide:${SHOP}`, value: '{}' });
            await catalog.put('links', linkRecord('p-1', { item: 5, state }));
            await catalog.put('stores', { id: 'other', source: 'evotor', account: 'a-2', name: 'Other' });
            await catalog.put('products', productRecord('p-2', { account: 'a-2', store: 'other' }));
        };

        it('deletes its tokens and its catalog at once, in the files, too, and nothing of others', async () => {
            await fill();
            const removal = await accounts.remove(USER);
            assert.deepEqual(removal, { id: USER, parting: 'keep', products: 1, items: 1 });
            for (const collection of ['accounts', 'tokens', 'groups', 'switches', 'acks'] as const)
                assert.deepEqual([...catalog.all(collection)], [], collection);
            assert.deepEqual(
                [...catalog.all('products'), ...catalog.all('stores')].map(({ id }) => id),
                ['p-2', 'other'],
            );
            assert.deepEqual([...catalog.all('meta')], []);
            for (const text of await textsIn(stores.folder)) assert.ok(!text.includes('Товар p-1'));
        });

        it('leaves its items as they are, unless a person chose otherwise', async () => {
            await fill();
            await accounts.remove(USER);
            const link = catalog.link('77', 'p-1')!;
            assert.deepEqual([link.state, link.item, link.wanted], ['live', 5, undefined]);
        });

        it('has its items hidden, or lets them go', async () => {
            await fill();
            await accounts.remove(USER, 'hide');
            assert.equal(catalog.link('77', 'p-1')!.wanted, 'hidden');
            await fill('hidden');
            await accounts.remove(USER, 'hide');
            assert.equal(catalog.link('77', 'p-1')!.wanted, undefined, 'hidden already');
            await fill();
            await accounts.remove(USER, 'let-go');
            assert.equal(catalog.link('77', 'p-1'), undefined);
        });

        it('waits until nobody writes anything of it any more', async () => {
            await fill();
            const order: string[] = [];
            AccountReaders.of(catalog).add({
                account: USER,
                isTyped: false,
                wake: () => undefined,
                stop: async () => {
                    await catalog.put('products', productRecord('late', { account: USER }));
                    order.push('stopped');
                },
            });
            await accounts.remove(USER);
            assert.deepEqual(order, ['stopped']);
            assert.equal(catalog.product(SHOP, 'late'), undefined);
        });

        it('is refused while a config node would bring it back', async () => {
            await fill();
            const leave = AccountReaders.of(catalog).add({
                account: USER,
                isTyped: true,
                wake: () => undefined,
                stop: () => Promise.resolve(),
            });
            await assert.rejects(accounts.remove(USER), (error) => (error as AccountError).status === 409);
            assert.equal(accounts.list()[0]!.state, 'active');
            leave();
            await accounts.remove(USER);
        });
    });

    it('freeze their stores when they are suspended', async () => {
        await linking.create(USER);
        await catalog.put('stores', { id: SHOP, source: 'evotor', account: USER, name: 'Shop' });
        await accounts.suspend(USER);
        const { staleSince, staleWhy } = catalog.get('stores', SHOP)!;
        assert.ok(staleSince !== undefined);
        assert.equal(staleWhy, 'suspended');
    });

    describe('a new token for the cloud', () => {
        let sim: EvotorSimulator;
        let used: string[];
        const at = (token: string): EvotorClient =>
            new EvotorClient({ url: sim.url, token, authorization: 'bearer', timeout: 5 });
        const adopt = (): ReturnType<typeof adoptToken> =>
            adoptToken(
                { catalog, vault },
                catalog.get('accounts', USER)!,
                at,
                (token) => void used.push(token),
                signal,
            );

        beforeEach(async () => {
            used = [];
            sim = new EvotorSimulator();
            await sim.listen();
            await linking.create(USER);
            await accounts.approve(USER);
            await vault.renew(liveToken(USER), { token: 'old' });
        });
        afterEach(() => sim.close());

        it('is used once /stores answers with a store of the user', async () => {
            sim.tills.addStore(USER);
            await linking.takeToken(USER, sim.token);
            assert.equal(tokenIn(vault, liveToken(USER)), 'old');
            assert.equal(await adopt(), 'adopted');
            assert.equal(tokenIn(vault, liveToken(USER)), sim.token);
            assert.deepEqual(used, [sim.token]);
            assert.equal(await adopt(), 'none');
        });

        it('that comes while the one before is taken into use is not lost', async () => {
            sim.tills.addStore(USER);
            await linking.takeToken(USER, sim.token);
            catalog.onChange((collection, key) => {
                if (collection === 'tokens' && key === liveToken(USER)) void linking.takeToken(USER, 'next');
            });
            assert.equal(await adopt(), 'adopted');
            assert.equal(tokenIn(vault, newToken(USER)), 'next');
        });

        it('of another account is dropped, and the one in use stays', async () => {
            const other = sim.addAccount();
            sim.tills.addStore(other.userId);
            await linking.takeToken(USER, other.token);
            assert.equal(await adopt(), 'foreign');
            assert.equal(tokenIn(vault, liveToken(USER)), 'old');
            assert.equal(await adopt(), 'none');
        });

        it('that reads no store, or that Evotor refuses for now, is kept and tried again', async () => {
            await linking.takeToken(USER, sim.token);
            assert.equal(await adopt(), 'unsaid');
            await linking.takeToken(USER, 'not-known-yet');
            await assert.rejects(adopt(), /401/);
            assert.equal(tokenIn(vault, newToken(USER)), 'not-known-yet');
            assert.equal(tokenIn(vault, liveToken(USER)), 'old');
        });
    });
});

/** What the files of a folder hold; a lock is a folder. */
async function textsIn(folder: string): Promise<string[]> {
    const files = (await readdir(folder)).filter((name) => !name.endsWith('.lock'));
    return Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
}
