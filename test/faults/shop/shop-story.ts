import assert from 'node:assert/strict';
import type { Item } from '../../simulators/vk/state';
import type { Fault } from '../../simulators/simulator';
import { GROUPS, Till, Warehouse, type Figures, type Shelf } from './goods';
import { ShopChain } from './shop-chain';
import { MOST_HIDDEN, SHOP_SERVERS, type ShopServer } from './shop-servers';

const FAULTS: readonly Fault[] = [
    { at: 'before', kind: 'reset' },
    { at: 'after', kind: 'reset' },
    { at: 'after', kind: 'cut' },
    { at: 'before', kind: 502 },
    { at: 'after', kind: 200, body: '<html><title>Sign in</title></html>' },
    { at: 'before', kind: 404, body: 'no such route' },
];
const DAY = 24 * 3_600_000;
const STEPS = 12;
/** Of one shelf at a time: more would be held until a person agrees. */
const MOST_SOLD_OUT = 2;

/** A product as catalog and people have it. */
interface Known extends Figures {
    shelf: Shelf;
    /** the name that a person gave its item */
    theirName: string | null;
    isHiddenByPerson: boolean;
    isRemoved: boolean;
    /** it stays as it was when its till became empty */
    held: Figures | null;
    /** its till is empty, and a person agreed, or nobody had to */
    isGone: boolean;
}

/**
 * A random history of a till, a stock, people in the shop, tokens, quotas, faults and deaths on one community that two
 * flows fill, held against what the shop must show.
 */
export class ShopStory {
    readonly chain = new ShopChain();
    private readonly known = new Map<string, Known>();
    private readonly on = new Map<string, boolean>();
    private readonly told: string[] = [];
    private till!: Till;
    private warehouse!: Warehouse;
    private state: number;
    /** VK may not take the refresh token that we have: a person has to sign in, once */
    private mayWantSignIn = false;

    /** @param seed the same gives the same history */
    constructor(seed: number) {
        this.state = seed * 7919;
    }

    /** @throws AssertionError with what happened, where the shop is not as it must be */
    async play(): Promise<void> {
        const { servers } = this.chain;
        const named = (name: string): Figures => ({ name, price: 100, quantity: 5, group: GROUPS[0] });
        this.till = new Till(
            servers,
            ['Чай', 'Кофе', 'Молоко', 'Хлеб', 'Соль'].map((name) => named(`${name} с кассы`)),
        );
        this.warehouse = new Warehouse(
            servers,
            ['Коробка', 'Ваза', 'Лампа'].map((name) => named(`${name} из печати`)),
        );
        for (const shelf of [this.till, this.warehouse]) {
            this.on.set(shelf.store, true);
            for (const [at, sku] of shelf.skus.entries())
                this.known.set(sku, {
                    ...named(
                        shelf === this.till
                            ? `${['Чай', 'Кофе', 'Молоко', 'Хлеб', 'Соль'][at]} с кассы`
                            : `${['Коробка', 'Ваза', 'Лампа'][at]} из печати`,
                    ),
                    shelf,
                    theirName: null,
                    isHiddenByPerson: false,
                    isRemoved: false,
                    held: null,
                    isGone: false,
                });
        }
        await this.chain.open();
        try {
            await this.settle();
            for (let step = 0; step < STEPS; step++) await this.step();
            await this.settle();
        } finally {
            servers.interfere(undefined);
            await this.chain.close();
        }
    }

    private async step(): Promise<void> {
        for (let n = this.below(3); n >= 0; n--) this.catalogChanges();
        if (this.below(3) === 0) await this.turn();
        if (this.below(2) === 0) this.trouble();
        await this.chain.poll();
        if (this.chain.isDead) await this.chain.revive();
        else if (this.below(5) === 0) {
            this.told.push('restart');
            await this.chain.revive();
        }
        if (this.below(3) > 0) return;
        await this.settle();
        for (let n = this.below(2); n >= 0; n--) this.personActs();
        if (this.below(3) === 0) await this.tillActs();
        if (this.below(3) === 0) await this.agree();
    }

    private catalogChanges(): void {
        const skus = [...this.known.keys()];
        const sku = skus[this.below(skus.length)]!;
        const known = this.known.get(sku)!;
        if (this.below(12) === 0) {
            if (known.shelf === this.till && this.till.isEmpty) return;
            this.told.push(`groups of ${known.shelf.store} are made anew`);
            return known.shelf.makeGroupsAnew();
        }
        const changes: (() => void)[] = [
            // few values, so that a catalog goes back to what the shop had before a call without an answer
            () => (known.price = 100 + this.below(3)),
            () => (known.name = `Имя ${sku.slice(-4)} ${this.below(3)}`),
            () => (known.quantity = this.quantityFor(known)),
            () => (known.group = GROUPS[this.below(GROUPS.length)]!),
        ];
        changes[this.below(changes.length)]!();
        const { name, price, quantity, group } = known;
        this.told.push(`${sku}: ${JSON.stringify({ name, price, quantity, group })}`);
        known.shelf.tell(sku, { name, price, quantity, group });
    }

    private quantityFor({ shelf }: Known): number {
        const soldOut = [...this.known.values()].filter((each) => each.shelf === shelf && each.quantity === 0);
        return soldOut.length < MOST_SOLD_OUT ? this.below(3) : 1 + this.below(3);
    }

    private async turn(): Promise<void> {
        const [store] = [...this.on.keys()].slice(this.below(2));
        const isOn = !this.on.get(store!)!;
        this.told.push(`${store} is switched ${isOn ? 'on' : 'off'}`);
        this.on.set(store!, isOn);
        // what is switched off is hidden at once, whatever was held
        for (const known of this.known.values())
            if (!isOn && known.shelf.store === store && known.held !== null) [known.held, known.isGone] = [null, true];
        await this.chain.life.turn(store!, isOn);
    }

    /** Something between us and a server, or a death, with one of the next requests; or VK itself. */
    private trouble(): void {
        const { servers } = this.chain;
        const what = this.below(8);
        if (what === 0) {
            const isRenewable = this.below(2) === 0;
            this.told.push(`tokens end${isRenewable ? '' : ', those to renew with, too'}`);
            servers.vk.tokens.endAll(isRenewable);
            this.mayWantSignIn ||= !isRenewable;
        } else if (what === 1) {
            this.told.push('VK shuts its gate');
            servers.vk.limits.shutGate();
        } else if (what === 2) {
            this.told.push('VK says that the calls are used up');
            const until = this.chain.clock.now() + (1 + this.below(5)) * 3_600_000;
            servers.vk.trouble = () => (this.chain.clock.now() < until ? { code: 29 } : undefined);
        } else this.faultAhead(what < 5);
    }

    private faultAhead(isDeath: boolean): void {
        const { servers } = this.chain;
        const server: ShopServer = isDeath ? 'vk' : SHOP_SERVERS[this.below(SHOP_SERVERS.length)]!;
        const first = servers[server].requestCount + 1 + this.below(server === 'vk' ? 10 : 4);
        const fault: Fault = isDeath
            ? { at: this.below(2) === 0 ? 'before' : 'after', kind: 'reset' }
            : FAULTS[this.below(FAULTS.length)]!;
        this.told.push(`${server}: ${isDeath ? 'death' : fault.kind} ${fault.at} request ${first}`);
        servers.interfere((request, of) => {
            if (of !== server || request.n !== first) return undefined;
            // the refresh token is spent, and nobody hears of the new one
            this.mayWantSignIn ||= request.url.startsWith('/oauth2/') && fault.at === 'after';
            if (isDeath) this.chain.dies();
            return fault;
        });
    }

    private personActs(): void {
        const skus = [...this.known.keys()];
        const sku = skus[this.below(skus.length)]!;
        const known = this.known.get(sku)!;
        const item = this.itemOf(sku);
        if (item === undefined) return;
        const { clock } = this.chain;
        const acts: [string, () => void][] = [
            ['renames', () => (item.name = known.theirName = `Имя человека ${this.below(1000)}`)],
            ['deletes', () => ((item.removedAt = clock.now()), (known.isRemoved = true))],
            // one that we hide is hidden already
            ['hides', () => (item.hidden ? undefined : (item.hidden = known.isHiddenByPerson = true))],
            ['shows', () => (known.isHiddenByPerson && this.isWanted(known) ? this.showAgain(item, known) : undefined)],
        ];
        const [what, act] = acts[this.below(acts.length)]!;
        this.told.push(`a person ${what} ${sku}`);
        act();
        item.updated = clock.now();
    }

    private showAgain(item: Item, known: Known): void {
        item.hidden = known.isHiddenByPerson = false;
    }

    /** All is in step: the till becomes empty, or its backup is played back. */
    private async tillActs(): Promise<void> {
        const own = [...this.known.values()].filter(({ shelf }) => shelf === this.till);
        if (this.till.isEmpty) {
            this.told.push('the till has its goods again');
            this.till.restore();
            for (const [sku, known] of this.known) {
                if (known.shelf !== this.till) continue;
                [known.held, known.isGone] = [null, false];
                const { name, price, quantity, group } = known;
                this.till.tell(sku, { name, price, quantity, group });
            }
            return;
        }
        this.told.push('the till is reset');
        const shown = own.filter((known) => !known.isRemoved && this.isWanted(known));
        const isHeld = shown.length > MOST_HIDDEN;
        for (const known of own) {
            const { name, price, quantity, group } = known;
            if (isHeld && shown.includes(known)) known.held = { name, price, quantity, group };
            else known.isGone = true;
        }
        this.till.reset();
        // what is switched on before the empty list was read is shown again, and then held
        await this.chain.poll();
    }

    private async agree(): Promise<void> {
        const held = [...this.known.values()].filter((known) => known.held !== null);
        if (held.length === 0) return;
        // the question is asked when the empty list was read
        await this.settle();
        this.told.push('a person agrees to what is held');
        assert.ok(await this.chain.life.agree(this.till.store), this.story('nothing is held'));
        for (const known of held) [known.held, known.isGone] = [null, true];
    }

    /** All is well again and in step: then the shop must be as catalogs and people have it. */
    private async settle(): Promise<void> {
        const { chain } = this;
        if (!chain.isDead) chain.servers.interfere(undefined);
        chain.servers.vk.trouble = undefined;
        this.told.push('settle');
        const { signIns } = chain;
        // a day later figures of stock go out, and the index is read
        await chain.clock.advance(DAY + 1000);
        chain.life.wake();
        assert.ok(await chain.untilInStep(), this.story(`it is never in step: ${chain.life.standing}`));
        if (chain.signIns > signIns) {
            assert.ok(this.mayWantSignIn, this.story('a person had to sign in, and no token was lost'));
            this.mayWantSignIn = false;
        }
        for (const [sku, known] of this.known) this.check(sku, known);
        const titles = [...chain.servers.community.albums.values()].map(({ title }) => title);
        assert.equal(new Set(titles).size, titles.length, this.story('an album is there twice'));
    }

    private check(sku: string, known: Known): void {
        const items = this.chain.servers.community.bySku(sku);
        assert.ok(items.length <= 1, this.story(`${items.length} items of ${sku}`));
        const [item] = items;
        if (known.isRemoved) return assert.equal(item, undefined, this.story(`${sku} was removed by a person`));
        const isWanted = this.isWanted(known);
        if (item === undefined) return assert.ok(!isWanted, this.story(`${sku} is not in the shop`));
        const isHidden = !isWanted || known.isHiddenByPerson;
        assert.equal(item.hidden, isHidden, this.story(`${sku} is hidden: ${item.hidden}`));
        if (!isWanted) return;
        const { name, price, quantity, group } = known.held ?? known;
        assert.equal(item.price, price * 100, this.story(`price of ${sku}`));
        assert.equal(item.name, known.theirName ?? name, this.story(`name of ${sku}`));
        assert.equal(item.stock, quantity, this.story(`stock of ${sku}`));
        const albums = [...item.albums].map((id) => this.chain.servers.community.albums.get(id)?.title);
        assert.deepEqual(albums, [group], this.story(`albums of ${sku}`));
    }

    private isWanted({ shelf, quantity, held, isGone }: Known): boolean {
        if (!this.on.get(shelf.store)!) return false;
        return held !== null ? held.quantity > 0 : !isGone && quantity > 0;
    }

    private itemOf(sku: string): Item | undefined {
        return this.chain.servers.community.bySku(sku)[0];
    }

    private story(what: string): string {
        return `${what}\n${this.told.join('\n')}`;
    }

    private below(limit: number): number {
        this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
        return Math.floor((this.state / 2 ** 32) * limit);
    }
}
