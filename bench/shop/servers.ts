import { picture } from '../../test/simulators/bambuddy/png';
import { EvotorSimulator } from '../../test/simulators/evotor';
import type { ProductRow, StoreRow } from '../../test/simulators/evotor/rows';
import { VkSimulator, type Community } from '../../test/simulators/vk';
import { GROUP, type ShopAddresses } from './life';
import type { SimulatedClock } from './simulated-clock';

/** What VK allows of requests. */
export const PER_SECOND = 3;

/** Groups of the till, each of which becomes an album: 4 at the root and 9 in each. */
const ROOTS = 4;
const IN_EACH = 9;

/** Big enough for VK as it is: to enlarge one takes the processor and no request. */
const PICTURE = picture(7, 400);

/** Requests of some time, counted by the servers themselves. */
export interface Asked {
    evotor: { stores: number; groups: number; products: number; images: number };
    vk: {
        /** to the API; an `execute` is one */
        requests: number;
        /** as the month counts them: each call of an `execute` */
        calls: number;
        /** by method, wherever they were made */
        methods: Record<string, number>;
        /** packets of pictures to the upload servers, which no rate counts */
        uploads: number;
    };
}

/** Evotor with one store and VK with one empty community, on one clock. VK holds to its rates. */
export class ShopServers {
    readonly evotor: EvotorSimulator;
    readonly vk: VkSimulator;
    readonly community: Community;
    readonly store: StoreRow;
    private readonly vkToken: string;
    private readonly groups: string[] = [];
    private made = 0;
    private asked = nothingAsked();

    constructor(private readonly clock: SimulatedClock) {
        this.evotor = new EvotorSimulator({ now: clock.now });
        this.vk = new VkSimulator({ now: clock.now });
        this.store = this.evotor.tills.addStore(this.evotor.account.userId, { name: 'На углу' });
        // so that a list of what has changed tells the sales, too
        this.evotor.tills.salesAreChanges = true;
        this.community = this.vk.addCommunity(GROUP);
        this.vkToken = this.vk.tokens.add({ life: null });
        this.vk.limits.perSecond = PER_SECOND;
        for (let root = 0; root < ROOTS; root++) {
            const { id } = this.evotor.tills.addGroup(this.store, `Отдел ${root + 1}`);
            this.groups.push(id);
            for (let n = 0; n < IN_EACH; n++)
                this.groups.push(this.evotor.tills.addGroup(this.store, `Полка ${n + 1}`, { parentId: id }).id);
        }
        this.evotor.interfere = ({ url }) => void this.noteEvotor(url.split('?')[0]!);
        this.vk.interfere = ({ url }) => {
            if (url.startsWith('/method/')) this.asked.vk.requests++;
            else if (url.startsWith('/upload/')) this.asked.vk.uploads++;
            return undefined;
        };
    }

    async open(): Promise<void> {
        await Promise.all([this.evotor.listen(), this.vk.listen()]);
    }

    async close(): Promise<void> {
        await Promise.all([this.evotor.close(), this.vk.close()]);
    }

    /** Answers take their time on the clock. */
    answerAfter({ evotorMs, vkMs, uploadMs }: { evotorMs: number; vkMs: number; uploadMs: number }): void {
        this.evotor.hold = () => this.clock.hold(evotorMs);
        this.vk.hold = ({ url }) => this.clock.hold(url.startsWith('/upload/') ? uploadMs : vkMs);
    }

    /** A product of the till with a picture, in one of its groups in turn. */
    addProduct(): ProductRow {
        const n = this.made++;
        const product = this.evotor.tills.addProduct(this.store, `Товар номер ${n}`, {
            description: `Описание товара ${n}, какого покупателю достаточно`,
            price: 100 + (n % 900),
            quantity: 50,
            code: String(n),
            articleNumber: `A-${n}`,
            barcodes: [String(2_000_000_000_000 + n)],
            parentId: this.groups[n % this.groups.length]!,
        });
        this.evotor.tills.setPicture(product, PICTURE);
        return product;
    }

    get addresses(): ShopAddresses {
        const { evotor, vk, store, vkToken } = this;
        return {
            evotor: { url: evotor.url, token: evotor.token },
            vk: { url: vk.url, token: vkToken },
            store: store.id.toLowerCase(),
        };
    }

    /** Calls of this month by VK's own count. */
    get vkUsed(): number {
        return this.vk.limits.usedBy(this.vk.tokens.tokens.get(this.vkToken)!.client);
    }

    /** What was asked since the last time. @throws Error where VK was sent what its schema does not allow, or refused a call */
    take(): Asked {
        const { calls, violations } = this.vk;
        const refused = calls.find(({ error }) => error !== null);
        if (refused !== undefined) throw new Error(`VK refused ${refused.method} with ${refused.error}`);
        if (violations.length > 0) throw new Error(violations[0]);
        const { asked } = this;
        asked.vk.calls = calls.length;
        for (const { method } of calls) asked.vk.methods[method] = (asked.vk.methods[method] ?? 0) + 1;
        this.asked = nothingAsked();
        calls.length = 0;
        for (const simulator of [this.evotor, this.vk]) simulator.requests.length = 0;
        this.evotor.shownToPictures.length = 0;
        return asked;
    }

    private noteEvotor(path: string): void {
        const { evotor } = this.asked;
        if (path.endsWith('/images')) evotor.images++;
        else if (path.endsWith('/products')) evotor.products++;
        else if (path.endsWith('/product-groups')) evotor.groups++;
        else if (path === '/stores') evotor.stores++;
    }
}

function nothingAsked(): Asked {
    return {
        evotor: { stores: 0, groups: 0, products: 0, images: 0 },
        vk: { requests: 0, calls: 0, methods: {}, uploads: 0 },
    };
}
