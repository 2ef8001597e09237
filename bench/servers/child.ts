import type { Connection } from '../../test/harness/project';
import { now, offer } from '../rpc';
import { SimulatedServers, type History, type RequestCount, type ServerOptions } from './simulated-servers';

let servers: SimulatedServers | null = null;

function open(): SimulatedServers {
    if (servers === null) throw new Error('no shop is open');
    return servers;
}

/** One shop at a time, in a process of its own, so that its work is nobody's. */
const methods = {
    async open(options: ServerOptions): Promise<Connection> {
        await servers?.close();
        servers = new SimulatedServers(options);
        return servers.open();
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
