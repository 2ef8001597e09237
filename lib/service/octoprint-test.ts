import { AuthError, ClosedError, ConfigError, Failure, RejectedError } from '../http/errors';
import type { OctoPrintClient } from '../octoprint/client';

/** What a test button shows. */
export interface ConnectionTest {
    ok: boolean;
    address: string;
    server: { name: string; version: string; api?: string } | null;
    checks: { name: string; ok: boolean; key: string; values: Record<string, unknown> }[];
    problem: ConnectionProblem | null;
    ms: number;
}

export interface ConnectionProblem {
    kind: string;
    /** the server's words */
    message: string;
    whatToDo: string | null;
}

/** Of what went wrong, by the first row that fits its words or its class. */
const KINDS: readonly { kind: string; is: (error: Error) => boolean }[] = [
    { kind: 'certificate', is: (error) => error instanceof Failure && error.setting === 'insecure' },
    { kind: 'redirect', is: (error) => error instanceof ConfigError && /redirects/.test(error.message) },
    { kind: 'scheme', is: (error) => /https there|http:\/\/ or https/.test(error.message) },
    { kind: 'html', is: (error) => error instanceof ConfigError && /instead of JSON/.test(error.message) },
    { kind: 'noAddress', is: (error) => error instanceof ConfigError && /the URL/.test(error.message) },
    { kind: 'wrongServer', is: (error) => error instanceof ConfigError || error instanceof RejectedError },
    { kind: 'unauthorized', is: (error) => error instanceof AuthError },
    { kind: 'dns', is: (error) => /was not found|could not be looked up/.test(error.message) },
    { kind: 'refused', is: (error) => /refused the connection/.test(error.message) },
    { kind: 'timeout', is: (error) => error instanceof ClosedError || /did not answer/.test(error.message) },
];

/**
 * Asks an OctoPrint what is needed of it: who it is, whose the key is, and whether that user sees the files.
 * @param dialog null where the key would go to another address than it was entered for
 */
export async function testOctoPrint(
    dialog: () => { client: OctoPrintClient; timeoutMs: number } | null,
): Promise<ConnectionTest> {
    const began = Date.now();
    const result: ConnectionTest = { ok: false, address: '', server: null, checks: [], problem: null, ms: 0 };
    try {
        const opened = dialog();
        if (opened === null) result.problem = { kind: 'secretAgain', message: '', whatToDo: null };
        else await look(opened, result).finally(() => opened.client.close());
        result.ok = result.problem === null && result.checks.every(({ ok }) => ok);
    } catch (error) {
        result.problem = problemOf(error instanceof Error ? error : new Error(String(error)));
    }
    return { ...result, ms: Date.now() - began };
}

async function look(
    { client, timeoutMs }: { client: OctoPrintClient; timeoutMs: number },
    result: ConnectionTest,
): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs);
    result.address = client.address;
    const version = await client.version(signal);
    result.server = { name: 'OctoPrint', version };
    const { name } = await client.login(signal);
    result.checks.push({ name: 'login', ok: true, key: 'login', values: { name } });
    const list = await client.files(null, signal);
    result.checks.push({ name: 'files', ok: true, key: 'files', values: { n: list?.files.length ?? 0 } });
    if (!client.hasCamera) return;
    const picture = await client.snapshot(signal).catch(() => null);
    const key = picture === null ? 'noPicture' : 'picture';
    result.checks.push({
        name: 'snapshot',
        ok: picture !== null,
        key,
        values: { kb: Math.ceil((picture?.bytes.length ?? 0) / 1024) },
    });
}

export function problemOf(error: Error): ConnectionProblem {
    const kind = KINDS.find(({ is }) => is(error))?.kind ?? 'unavailable';
    return { kind, message: error instanceof ClosedError ? '' : error.message, whatToDo: null };
}
