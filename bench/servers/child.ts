import type { Connection } from '../../test/harness/project';
import { now, offer } from '../rpc';
import { Shop, type History, type RequestCount, type ShopOptions } from './shop';

let shop: Shop | null = null;

function open(): Shop {
    if (shop === null) throw new Error('no shop is open');
    return shop;
}

/** One shop at a time, in a process of its own, so that its work is nobody's. */
const methods = {
    async open(options: ShopOptions): Promise<Connection> {
        await shop?.close();
        shop = new Shop(options);
        return shop.open();
    },
    print: (history: History): void => open().print(history),
    printNow: (): { batch: string; at: number } => ({ batch: open().printNow(), at: now() }),
    age: (archives: number): void => open().age(archives),
    finished: (patienceMs: number): Promise<number> => open().finished(patienceMs),
    stocked: (batch: string, patienceMs: number): Promise<number> => open().stocked(batch, patienceMs),
    watch: (): void => open().watch(),
    asked: (pattern: string, patienceMs: number): Promise<number> => open().asked(new RegExp(pattern), patienceMs),
    forgetRequests: (): void => open().forgetRequests(),
    count: (): RequestCount => open().count(),
};

export type ServerMethods = typeof methods;

offer(methods);
