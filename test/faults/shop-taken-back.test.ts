import assert, { AssertionError } from 'node:assert/strict';
import sinon from 'sinon';
import { ShopLinks } from '../../lib/destinations/vk-market/community';
import type { Catalog } from '../../lib/store/catalog/catalog';
import type { ProductRow } from '../simulators/evotor/rows';
import { ShopChain } from './shop/shop-chain';

/** More requests than any run needs: more is a loop. */
const MOST_REQUESTS = 40;

/** What a catalog says, goes to the shop, and is taken back while the process is dead. */
interface TakenBack {
    name: string;
    /** before the change, in step */
    before?: (goods: Goods) => Promise<void>;
    change: (goods: Goods) => Promise<void>;
    /** in the catalog, before anything is offered again */
    back: (goods: Goods, catalog: Catalog) => Promise<void>;
}

const CASES: readonly TakenBack[] = [
    {
        name: 'a store that is switched on, and off again',
        before: (goods) => goods.turn(false),
        change: (goods) => goods.turn(true),
        back: (goods, catalog) => goods.turnIn(catalog, false),
    },
    {
        name: 'a store that is switched off, and on again',
        change: (goods) => goods.turn(false),
        back: (goods, catalog) => goods.turnIn(catalog, true),
    },
    { name: 'prices', ...figures({ price: 120 }) },
    { name: 'names', ...figures({ name: 'Другое имя' }) },
    { name: 'what is sold out', ...figures({ quantity: 0 }) },
    { name: 'another group', ...figures({ parentId: 'other' }) },
];

class Goods {
    readonly chain = new ShopChain();
    readonly rows: ProductRow[] = [];
    private groups: string[] = [];
    private records: ReturnType<Goods['products']> = [];
    private first = '';

    async open({ before }: TakenBack): Promise<this> {
        const { evotor, till } = this.chain.servers;
        await this.chain.open();
        this.groups = ['Еда', 'Напитки'].map((name) => evotor.tills.addGroup(till, name).id);
        for (const [at, parentId] of this.groups.entries())
            this.rows.push(evotor.tills.addProduct(till, `Товар с кассы ${at}`, { price: 100, quantity: 5, parentId }));
        assert.ok(await this.chain.untilInStep(), 'the first sync');
        await before?.(this);
        assert.ok(await this.chain.untilInStep(), 'before');
        this.records = this.products(this.chain.life.catalog);
        this.first = this.shown;
        return this;
    }

    get store(): string {
        return this.chain.servers.till.id.toLowerCase();
    }

    get otherGroup(): string {
        return this.groups[1]!;
    }

    turn(on: boolean): Promise<void> {
        return this.chain.life.turn(this.store, on);
    }

    async turnIn(catalog: Catalog, on: boolean): Promise<void> {
        await catalog.put('switches', { store: this.store, on });
    }

    /** The catalog says of the products what it said at first. */
    async restore(catalog: Catalog): Promise<void> {
        for (const record of this.records) await catalog.put('products', record);
    }

    check(): void {
        assert.equal(this.shown, this.first);
    }

    private products(catalog: Catalog) {
        return [...catalog.find('products', 'store', this.store)];
    }

    private get shown(): string {
        const { community } = this.chain.servers;
        const items = community.shown.map(({ name, price, stock, hidden, albums }) => {
            const titles = [...albums].map((id) => community.albums.get(id)?.title);
            // of one that is hidden the shop may know what it likes
            return hidden ? '(hidden)' : `${name} ${price} ${stock} ${titles.join()}`;
        });
        return items.sort().join('\n');
    }
}

/** The first product of the till has other figures for a while. */
function figures(to: Partial<ProductRow>): Pick<TakenBack, 'change' | 'back'> {
    let before: Partial<ProductRow>;
    return {
        change: (goods) => {
            const [row] = goods.rows;
            const { name, price, quantity, parentId } = row!;
            before = { name, price, quantity, parentId };
            const next = to.parentId === undefined ? to : { parentId: goods.otherGroup };
            goods.chain.servers.evotor.tills.change(row!, next);
            return Promise.resolve();
        },
        back: (goods, catalog) => {
            goods.chain.servers.evotor.tills.change(goods.rows[0]!, before);
            return goods.restore(catalog);
        },
    };
}

describe('what a catalog takes back while the process is dead, after every call: the shop goes back, too', function () {
    this.timeout(600_000);

    for (const one of CASES)
        for (const at of ['before', 'after'] as const)
            it(`${one.name}: a crash ${at} each request to VK`, () => everyCrash(one, at));

    it('a planted bug is found: what was acknowledged before a write still counts after it', async () => {
        const stub = sinon.stub(ShopLinks.prototype, 'unacknowledge');
        try {
            await assert.rejects(everyCrash(CASES[2]!, 'after'), AssertionError);
        } finally {
            stub.restore();
        }
    });
});

async function everyCrash(one: TakenBack, at: 'before' | 'after'): Promise<void> {
    for (let n = 1; n < MOST_REQUESTS; n++) {
        const goods = await new Goods().open(one);
        const { chain } = goods;
        try {
            const first = chain.servers.vk.requestCount + n;
            chain.servers.interfere((request, of) => {
                if (of !== 'vk' || request.n !== first) return undefined;
                chain.dies();
                return { at, kind: 'reset' };
            });
            await one.change(goods);
            await chain.poll();
            if (!chain.isDead) return;
            await chain.revive((catalog) => one.back(goods, catalog));
            assert.ok(await chain.untilInStep(), `request ${n}: it is never in step`);
            goods.check();
        } finally {
            chain.servers.interfere(undefined);
            await chain.close();
        }
    }
    assert.fail('it never ends');
}
