import type { ProductRow } from '../../test/simulators/evotor/rows';
import type { ShopLife } from './life';
import { inStep } from './in-step';
import type { Asked, ShopServers } from './servers';
import type { SimulatedClock } from './simulated-clock';

/** What happens at the till on a day, in products of 10,000. The rest stays as it is. */
export const DAY = {
    /** one is sold, and some are left */
    sold: 100,
    /** the last is sold; on the next day there are some again */
    soldOut: 5,
    /** another price, by a twentieth */
    priced: 20,
    /** another description */
    described: 3,
    added: 3,
    removed: 2,
} as const;
type Happening = keyof typeof DAY;

const HOURS = 24;
const HOUR_MS = 3_600_000;
/** The last day is quiet, so that the figures that wait for their day are out when the month ends. */
const QUIET_DAYS = 1;

export interface Month extends Asked {
    days: number;
    /** by the community's own count, which a month's limit is held against */
    used: number;
}

/**
 * A month of hourly passes. Once a day the whole list is read, in the other hours what has changed: of a row that is as it
 * was nothing comes of either.
 * @throws Error where something was refused, or the shop is not as the till at the end
 */
export async function month(servers: ShopServers, life: ShopLife, clock: SimulatedClock): Promise<Month> {
    const began = clock.now();
    const days = daysOf(began);
    const till = new Till(servers);
    for (let hour = 0; hour < days * HOURS; hour++) {
        const isQuiet = hour >= (days - QUIET_DAYS) * HOURS;
        if (!isQuiet) till.work(hour);
        await life.read(hour % HOURS === 0 ? 'full' : 'changes');
        if (hour % HOURS === 0) till.dayIsRead();
        await clock.to(began + (hour + 1) * HOUR_MS - 1);
    }
    if (life.errors.length > 0) throw life.errors[0]!;
    const used = servers.vkUsed;
    if (!life.isInStep) throw new Error('the month is over and something still waits');
    inStep(servers);
    return { ...servers.take(), days, used };
}

/** People at the till, the same in each run. */
class Till {
    private readonly random = randomFrom(18);
    private readonly scale: number;
    private soldOut: ProductRow[] = [];
    private readonly again: ProductRow[] = [];

    constructor(private readonly servers: ShopServers) {
        this.scale = servers.store.products.size / 10_000;
    }

    /** One hour, with its part of what happens in the day. */
    work(hour: number): void {
        const { tills } = this.servers.evotor;
        const { store } = this.servers;
        const some = (what: Happening, work: (row: ProductRow) => void): void => {
            const share = (DAY[what] * this.scale) / HOURS;
            const count = Math.floor(share * (hour + 1)) - Math.floor(share * hour);
            for (let n = 0; n < count; n++) work(this.any());
        };
        for (const row of this.again.splice(0)) if (store.products.has(row.id)) tills.change(row, { quantity: 50 });
        some('sold', (row) => {
            if ((row.quantity ?? 0) > 1) tills.sell(row, 1);
        });
        some('soldOut', (row) => {
            tills.change(row, { quantity: 0 });
            this.soldOut.push(row);
        });
        some('priced', (row) => tills.change(row, { price: Math.round(row.price * 1.05) }));
        some('described', (row) => tills.change(row, { description: `${row.name}, описан заново в час ${hour}` }));
        some('added', () => void this.servers.addProduct());
        some('removed', ({ id }) => tills.remove(store, id));
    }

    /** What was sold out is bought for the next day. */
    dayIsRead(): void {
        this.again.push(...this.soldOut);
        this.soldOut = [];
    }

    private any(): ProductRow {
        const rows = [...this.servers.store.products.values()];
        return rows[Math.floor(this.random() * rows.length)]!;
    }
}

/** Numbers of 0 to 1, by a linear congruence (Numerical Recipes). */
function randomFrom(seed: number): () => number {
    let state = seed;
    return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}

function daysOf(time: number): number {
    const date = new Date(time);
    return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}
