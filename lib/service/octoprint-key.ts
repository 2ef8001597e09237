import type { OctoPrintClient, KeyDecision } from '../octoprint/client';
import { problemOf, type ConnectionProblem } from './octoprint-test';

const APP = 'Print to Stock (Node-RED)';
/** OctoPrint forgets a request that nobody asks for; we do, too. */
const LIFE_MS = 10 * 60_000;
const MOST = 20;

interface Request {
    client: OctoPrintClient;
    token: string;
    until: number;
}

/** Keys that a person hands out in OctoPrint's own window: asked for here, polled by the dialog, given to it once. */
export class KeyRequests {
    private readonly requests = new Map<string, Request>();

    /** @param newId names a request for the dialog: OctoPrint's own token stays here */
    constructor(private readonly newId: () => string) {}

    async ask(
        dialog: () => { client: OctoPrintClient; timeoutMs: number } | null,
    ): Promise<{ request: string | null; problem: ConnectionProblem | null }> {
        try {
            const { client, timeoutMs } = dialog()!;
            const { token } = await client.askForKey(APP, AbortSignal.timeout(timeoutMs));
            const request = this.newId();
            this.tidy();
            this.requests.set(request, { client, token, until: Date.now() + LIFE_MS });
            return { request, problem: null };
        } catch (error) {
            return { request: null, problem: problemOf(error as Error) };
        }
    }

    /** @returns with `granted` the key, once: it goes into the dialog's password field */
    async decision(request: string): Promise<KeyDecision | { state: 'problem'; problem: ConnectionProblem }> {
        const found = this.requests.get(request);
        if (found === undefined) return { state: 'denied' };
        try {
            const decision = await found.client.keyDecision(found.token, AbortSignal.timeout(10_000));
            if (decision.state !== 'waiting') this.forget(request);
            return decision;
        } catch (error) {
            return { state: 'problem', problem: problemOf(error as Error) };
        }
    }

    private forget(request: string): void {
        this.requests.get(request)?.client.close();
        this.requests.delete(request);
    }

    private tidy(): void {
        for (const [id, { until }] of this.requests)
            if (until < Date.now() || this.requests.size >= MOST) this.forget(id);
    }
}
