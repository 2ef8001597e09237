import assert, { AssertionError } from 'node:assert/strict';
import sinon from 'sinon';
import { TokenVault } from '../../lib/store/catalog/token-vault';
import type { ProductRow } from '../simulators/evotor/rows';
import type { Part } from '../simulators/inventree/types';
import type { Fault } from '../simulators/simulator';
import { ShopChain } from './shop/shop-chain';
import { SHOP_SERVERS, type ShopServer } from './shop/shop-servers';

const MINUTE = 60_000;
/** More requests than any run needs of one server: more is a loop. */
const MOST_REQUESTS = 60;

const FAULTS: readonly [string, Fault][] = [
    ['reset before', { at: 'before', kind: 'reset' }],
    ['reset after', { at: 'after', kind: 'reset' }],
    ['cut', { at: 'after', kind: 'cut' }],
    ['503', { at: 'before', kind: 503 }],
    ['a page of somebody else', { at: 'before', kind: 200, body: '<html><title>Sign in</title></html>' }],
    ['a 404 of somebody else', { at: 'before', kind: 404, body: 'no such route' }],
];

/** Goods of a till and of a stock, in step with the shop. */
class Goods {
    readonly chain = new ShopChain();
    tea!: ProductRow;
    milk!: ProductRow;
    box!: Part;
    vase!: Part;

    async open(): Promise<this> {
        const { chain } = this;
        const { evotor, inventree, till } = chain.servers;
        await chain.open();
        const group = evotor.tills.addGroup(till, 'Еда').id;
        this.tea = evotor.tills.addProduct(till, 'Чай чёрный', { price: 100, quantity: 5, parentId: group });
        this.milk = evotor.tills.addProduct(till, 'Молоко', { price: 50, quantity: 5, parentId: group });
        const category = inventree.addCategory({ name: 'Печать' }).pk;
        this.box = this.part('Коробка', category);
        this.vase = this.part('Ваза из пластика', category);
        assert.ok(await chain.untilInStep(), 'the first sync');
        this.mustShow(['Ваза из пластика', 'Коробка', 'Молоко', 'Чай чёрный']);
        return this;
    }

    /** Prices, stock, a Part that is sold no more and a new product. */
    change(): void {
        const { evotor, inventree, till } = this.chain.servers;
        evotor.tills.change(this.tea, { price: 120 });
        evotor.tills.change(this.milk, { quantity: 0 });
        evotor.tills.addProduct(till, 'Кофе в зёрнах', { price: 900, quantity: 2, parentId: this.tea.parentId });
        for (const row of inventree.state.priceBreaks.values()) if (row.part === this.box.pk) row.price = 320;
        inventree.person.editPart(this.vase.pk, { active: false });
        this.part('Лампа настольная', this.box.category!);
        inventree.state.revision++;
    }

    /** What is changed is in the shop, once each. */
    check(): void {
        this.mustShow(['(Ваза из пластика)', '(Молоко)', 'Коробка', 'Кофе в зёрнах', 'Лампа настольная', 'Чай чёрный']);
        assert.equal(this.priceOf('Чай чёрный'), 12_000);
        assert.equal(this.priceOf('Коробка'), 32_000);
        const titles = [...this.chain.servers.community.albums.values()].map(({ title }) => title);
        assert.equal(new Set(titles).size, titles.length, 'albums');
    }

    /** What is on sale stays so, whatever is read or not. */
    checkMeanwhile(): void {
        for (const name of ['Чай чёрный', 'Коробка'])
            assert.deepEqual(
                this.shown.filter((each) => each.includes(name)),
                [name],
            );
    }

    private part(name: string, category: number): Part {
        const { inventree } = this.chain.servers;
        const part = inventree.addPart({ name, category });
        inventree.addStock({ part: part.pk, quantity: 3 });
        inventree.addPriceBreak({ part: part.pk, quantity: 1, price: 300, price_currency: 'RUB' });
        return part;
    }

    private get shown(): string[] {
        return this.chain.servers.community.shown.map(({ name, hidden }) => (hidden ? `(${name})` : name));
    }

    private mustShow(names: readonly string[]): void {
        assert.deepEqual(this.shown.sort(), [...names].sort());
    }

    private priceOf(name: string): number | null | undefined {
        return this.chain.servers.community.shown.find((item) => item.name === name)?.price;
    }
}

describe('from till and stock to the shop: every fault at every request, and every crash', function () {
    this.timeout(600_000);

    afterEach(() => sinon.restore());

    for (const server of SHOP_SERVERS) proveAt(server, 'a change of the catalogs', false);
    proveAt('vk', 'a change of the catalogs, and a token that has ended', true);

    it('a planted bug is found: a renewed pair of tokens is used before it is on the disk', async () => {
        sinon.stub(TokenVault.prototype, 'renew').resolves();
        await assert.rejects(everyCrash('vk', 'after', true), AssertionError);
    });
});

function proveAt(server: ShopServer, name: string, isOld: boolean): void {
    for (const [what, fault] of FAULTS)
        it(`${name}: ${what} at each request to ${server}`, () => everyFault(server, fault, isOld));
    for (const at of ['before', 'after'] as const)
        it(`${name}: a crash ${at} each request to ${server}`, () => everyCrash(server, at, isOld));
}

/** @param isOld the token of VK has ended meanwhile */
async function everyFault(server: ShopServer, fault: Fault, isOld: boolean): Promise<void> {
    await untilNotHit(async (n) => {
        const { goods, first } = await changed(server, n, isOld);
        const { chain } = goods;
        let isRenewalLost = false;
        chain.servers.interfere((request, of) => {
            if (of !== server || request.n !== first) return undefined;
            isRenewalLost = request.url.startsWith('/oauth2/') && fault.at === 'after';
            return fault;
        });
        await chain.poll();
        goods.checkMeanwhile();
        return { goods, isHit: chain.servers[server].requestCount >= first, isRenewalLost };
    });
}

async function everyCrash(server: ShopServer, at: 'before' | 'after', isOld: boolean): Promise<void> {
    await untilNotHit(async (n) => {
        const { goods, first } = await changed(server, n, isOld);
        const { chain } = goods;
        let isRenewalLost = false;
        chain.servers.interfere((request, of) => {
            if (of !== server || request.n !== first) return undefined;
            isRenewalLost = request.url.startsWith('/oauth2/') && at === 'after';
            chain.dies();
            return { at, kind: 'reset' };
        });
        await chain.poll();
        const isHit = chain.isDead;
        goods.checkMeanwhile();
        return { goods, isHit, isRenewalLost };
    });
}

/** @returns the number of the n-th request to the server from here on */
async function changed(server: ShopServer, n: number, isOld: boolean): Promise<{ goods: Goods; first: number }> {
    const goods = await new Goods().open();
    const { chain } = goods;
    if (isOld) await chain.clock.advance(61 * MINUTE);
    goods.change();
    return { goods, first: chain.servers[server].requestCount + n };
}

interface Run {
    goods: Goods;
    isHit: boolean;
    /** VK spent a refresh token, and nobody heard of the new one */
    isRenewalLost: boolean;
}

async function untilNotHit(run: (n: number) => Promise<Run>): Promise<void> {
    for (let n = 1; n < MOST_REQUESTS; n++) {
        const { goods, isHit, isRenewalLost } = await run(n);
        const { chain } = goods;
        try {
            if (!chain.isDead) chain.servers.interfere(undefined);
            assert.ok(await chain.untilInStep(), `request ${n}: it is never in step`);
            goods.check();
            assert.equal(chain.signIns, isRenewalLost ? 1 : 0, `request ${n}: how often a person had to sign in`);
        } finally {
            await chain.close();
        }
        if (!isHit) return;
    }
    assert.fail('it never ends');
}
