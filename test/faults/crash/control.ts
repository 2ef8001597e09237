import type { NodeRed } from '../../harness/node-red';
import type { Press } from './scenario';
import type { CaseServers } from './servers';

/** @returns the answer; null where none came */
export async function control<T extends object>(nodeRed: NodeRed, action: object): Promise<T | null> {
    const response = await asked(nodeRed, action);
    return response?.ok === true ? (JSON.parse(response.text) as T) : null;
}

/** @returns whether the person knows that it is done, or was before */
export async function pressed(nodeRed: NodeRed, { message, refusal }: Press, servers: CaseServers): Promise<boolean> {
    const response = await asked(nodeRed, message(servers));
    return response !== null && (response.ok || (refusal?.test(response.text) ?? false));
}

async function asked(nodeRed: NodeRed, action: object): Promise<{ ok: boolean; text: string } | null> {
    try {
        const response = await fetch(`${nodeRed.url}/control`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Connection: 'close' },
            body: JSON.stringify(action),
            signal: AbortSignal.timeout(5000),
        });
        return { ok: response.ok, text: await response.text() };
    } catch {
        // not listening yet, or dead
        return null;
    }
}
