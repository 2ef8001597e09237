import type { BambuddyClient } from '../../clients/bambuddy/client';
import { bambuddyAt } from '../../clients/bambuddy/server-kind';
import type { Target } from './connection';
import { inTime } from './deadline';
import { withoutSecret } from './probe';
import { aboutServer, problemOf } from './problem';
import type { NameKind, Names } from './wire';

export const NAME_KINDS: readonly NameKind[] = ['printers', 'projects', 'tags'];

type Reader = (bambuddy: BambuddyClient, signal: AbortSignal) => Promise<Names['items']>;

const READERS: Readonly<Record<NameKind, Reader>> = {
    printers: async (bambuddy, signal) =>
        (await bambuddy.printers(signal)).flatMap(({ id, name }) => (name === null ? [] : [{ id, name }])),
    projects: async (bambuddy, signal) => (await bambuddy.projects(signal)).map(({ id, name }) => ({ id, name })),
    tags: async (bambuddy, signal) => (await bambuddy.tags(signal)).map((name) => ({ id: null, name })),
};

/** The printers, projects or tags of a Bambuddy. Looks with a connection of its own, which is closed afterwards. */
export async function names(target: Target, kind: NameKind, gone: AbortSignal): Promise<Names> {
    const about = aboutServer(target.kind, target.address);
    let client: BambuddyClient | null = null;
    try {
        client = bambuddyAt(target);
        const items = await inTime(READERS[kind](client, gone), target.timeoutMs, about, gone);
        return { items, problem: null };
    } catch (error) {
        return { items: [], problem: withoutSecret(problemOf(error, about), target.secret) };
    } finally {
        client?.close();
    }
}
