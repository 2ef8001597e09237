import type { Connection } from '../../test/harness/project';
import { now, offer } from '../rpc';
import { LIST, onceKnown, runLimit, runLimitOnce } from './limit';
import { runScript } from './script';

interface Ran {
    began: number;
    /** processor time of this process, in milliseconds */
    cpu: number;
}

async function measured(work: () => Promise<void>): Promise<Ran> {
    const before = process.cpuUsage();
    const began = now();
    await work();
    const { user, system } = process.cpuUsage(before);
    return { began, cpu: (user + system) / 1000 };
}

/** The contenders that need no Node-RED. */
const methods = {
    limit: (connection: Connection, writes: number): Promise<Ran> => measured(() => runLimit(connection, writes)),
    lists: (connection: Connection, writes: number): Promise<Ran> => measured(() => runLimit(connection, writes, LIST)),
    getReady: async (connection: Connection): Promise<void> => void (await onceKnown(connection)),
    limitOnce: (connection: Connection, after: string): Promise<Ran> => measured(() => runLimitOnce(connection, after)),
    script: (connection: Connection): Promise<Ran> => measured(() => runScript(connection)),
};

export type BareMethods = typeof methods;

offer(methods);
