import assert from 'node:assert/strict';
import type { Product } from '../../lib/product/product';
import type { Fault } from '../simulators/simulator';
import { MarketFixture, productOf } from '../unit/destinations/vk-market/fixture';

const SKUS = ['a', 'b', 'c', 'd'];
const GROUPS = ['Коробки', 'Вазы', 'Лампы'];
const DAY = 86_400_000;
const FAULTS: readonly Fault[] = [
    { at: 'before', kind: 'reset' },
    { at: 'after', kind: 'reset' },
    { at: 'after', kind: 'cut' },
    { at: 'before', kind: 502 },
];

/** What catalog and people have said of a product. */
interface Wanted {
    price: number;
    name: string;
    quantity: number;
    group: string;
    isOn: boolean;
    /** the name that a person gave the item */
    theirName: string | null;
    hiddenByPerson: boolean;
    removed: boolean;
}

/** Histories of a catalog and of people in its shop; SHOP_RUNS says how many. */
const RUNS = Number(process.env['SHOP_RUNS'] ?? 12);
const STEPS = 14;

describe('histories at random: catalog, people, lost answers and restarts on one community', function () {
    this.timeout(600_000);

    for (let seed = 1; seed <= RUNS; seed++)
        it(`history ${seed}`, async () => {
            const history = new History(await new MarketFixture().open(), seed);
            try {
                await history.play();
            } finally {
                await history.shop.close();
            }
        });
});

class History {
    private readonly wanted = new Map<string, Wanted>();
    private readonly reported: string[] = [];
    private state: number;

    constructor(
        readonly shop: MarketFixture,
        seed: number,
    ) {
        this.state = seed * 7919;
        for (const sku of SKUS)
            this.wanted.set(sku, {
                price: 100,
                name: `Товар ${sku}`,
                quantity: 5,
                group: GROUPS[0]!,
                isOn: true,
                theirName: null,
                hiddenByPerson: false,
                removed: false,
            });
    }

    async play(): Promise<void> {
        await this.settle();
        for (let step = 0; step < STEPS; step++) {
            // some of it comes to the shop at once, some with what follows
            for (let n = this.below(3); n >= 0; n--) this.catalogChanges(SKUS[this.below(SKUS.length)]!);
            if (this.below(2) === 0) this.faultAhead();
            await this.offerOnce();
            if (this.below(4) === 0) {
                this.reported.push('restart');
                await this.shop.restart();
            }
            if (this.below(3) > 0) continue;
            await this.settle();
            this.personActs(SKUS[this.below(SKUS.length)]!);
        }
        await this.settle();
    }

    private catalogChanges(sku: string): void {
        const wanted = this.wanted.get(sku)!;
        const n = this.below(1000);
        const changes: (() => void)[] = [
            // few values, so that the catalog goes back to what the shop had before a call without an answer
            () => (wanted.price = 100 + this.below(3)),
            () => (wanted.name = `Имя ${sku} ${n % 3}`),
            () => (wanted.quantity = this.below(3)),
            () => (wanted.group = GROUPS[this.below(GROUPS.length)]!),
            () => (wanted.isOn = !wanted.isOn),
        ];
        changes[this.below(changes.length)]!();
        this.reported.push(`${sku}: ${JSON.stringify(wanted)}`);
    }

    /** In the shop, when all is in step. */
    private personActs(sku: string): void {
        const item = this.shop.item(sku);
        const wanted = this.wanted.get(sku)!;
        if (item === undefined) return;
        const acts: [string, () => void][] = [
            ['renames', () => (item.name = wanted.theirName = `Имя человека ${this.below(1000)}`)],
            ['deletes', () => ((item.removedAt = this.shop.clock.now()), (wanted.removed = true))],
            // an item that we hide is hidden already
            ['hides', () => (item.hidden ? undefined : (item.hidden = wanted.hiddenByPerson = true))],
        ];
        const [what, act] = acts[this.below(acts.length)]!;
        this.reported.push(`person ${what} ${sku}`);
        act();
    }

    private faultAhead(): void {
        const at = this.shop.vk.requestCount + 1 + this.below(8);
        const fault = FAULTS[this.below(FAULTS.length)]!;
        this.reported.push(`fault ${fault.kind} ${fault.at} at ${at}`);
        this.shop.vk.interfere = ({ n }) => (n === at ? fault : undefined);
    }

    private async offerOnce(): Promise<boolean> {
        const work = SKUS.map((sku) => {
            const change = this.wanted.get(sku)!.isOn ? 'changed' : 'off';
            return this.shop.take(this.productOf(sku), {
                change,
                settings: { mostHidden: { count: 99, percent: 99 } },
            });
        });
        const results = await this.shop.until(Promise.allSettled(work));
        return results.every(({ status }) => status === 'fulfilled');
    }

    /** All is in step: then it must be as catalog and people have it. */
    private async settle(): Promise<void> {
        this.shop.vk.interfere = undefined;
        this.reported.push('settle');
        // a day later figures of stock go out, and the index is read
        await this.shop.clock.advance(DAY + 1000);
        for (let round = 0; !(await this.offerOnce()); round++) assert.ok(round < 8, this.story('it is never in step'));
        for (const sku of SKUS) this.check(sku, this.wanted.get(sku)!);
        const titles = [...this.shop.community.albums.values()].map(({ title }) => title);
        assert.equal(new Set(titles).size, titles.length, this.story('an album is there twice'));
    }

    private check(sku: string, wanted: Wanted): void {
        const items = this.shop.community.bySku(sku);
        assert.ok(items.length <= 1, this.story(`${items.length} items of ${sku}`));
        const [item] = items;
        if (wanted.removed) return assert.equal(item, undefined, this.story(`${sku} was removed by a person`));
        const isWanted = wanted.isOn && wanted.quantity > 0;
        if (item === undefined) return assert.ok(!isWanted, this.story(`${sku} is not in the shop`));
        assert.equal(item.hidden, !isWanted || wanted.hiddenByPerson, this.story(`${sku} is hidden: ${item.hidden}`));
        if (!isWanted) return;
        assert.equal(item.price, wanted.price * 100, this.story(`price of ${sku}`));
        assert.equal(item.name, wanted.theirName ?? wanted.name, this.story(`name of ${sku}`));
        assert.equal(item.stock, wanted.quantity, this.story(`stock of ${sku}`));
        const albums = [...item.albums].map((id) => this.shop.community.albums.get(id)?.title);
        assert.deepEqual(albums, [wanted.group], this.story(`albums of ${sku}`));
    }

    private productOf(sku: string): Product {
        const { name, price, quantity, group } = this.wanted.get(sku)!;
        return productOf(sku, { name, price, quantity, group: { id: group, name: group, path: [group] } });
    }

    private story(what: string): string {
        return `${what}\n${this.reported.join('\n')}`;
    }

    private below(limit: number): number {
        this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
        return Math.floor((this.state / 2 ** 32) * limit);
    }
}
