import { isFresh } from '../../concurrency/clock';
import type { OctoPrintClient } from '../../clients/octoprint/client';
import { octoPrintAt } from '../../clients/octoprint/server-kind';
import { OCTOPRINT } from '../../clients/octoprint/server-traits';
import type { Target } from './connection';
import { aboutServer, problemOf } from './problem';
import type { KeyDecided, KeyRequested } from './wire';

const APP = 'Print to Stock (Node-RED)';
/** OctoPrint drops a request that is not polled; so does this. */
const LIFE_MS = 10 * 60_000;
const DECISION_MS = 10_000;
const MOST = 20;

interface KeyRequest {
    client: OctoPrintClient;
    token: string;
    /** when it was made, ms since 1970 */
    at: number;
}

/** Keys that a person hands out in OctoPrint's own window: asked for here, polled by the dialog, given to it once. */
export class KeyRequests {
    private readonly requests = new Map<string, KeyRequest>();

    /** @param newId names a request for the dialog: OctoPrint's own token stays here */
    constructor(
        private readonly newId: () => string,
        private readonly now: () => number = Date.now,
    ) {}

    async ask(target: Target): Promise<KeyRequested> {
        const client = octoPrintAt({ ...target, secret: '' });
        try {
            const { token } = await client.askForKey(APP, AbortSignal.timeout(target.timeoutMs));
            const request = this.newId();
            this.tidy();
            this.requests.set(request, { client, token, at: this.now() });
            return { request, problem: null };
        } catch (error) {
            client.close();
            return { request: null, problem: problemOf(error, aboutServer(OCTOPRINT, target.address)) };
        }
    }

    /** @returns with `granted` the key, once: it goes into the dialog's password field */
    async decision(request: string): Promise<KeyDecided> {
        const found = this.requests.get(request);
        if (found === undefined) return { state: 'denied' };
        const { client, token } = found;
        try {
            const decision = await client.keyDecision(token, AbortSignal.timeout(DECISION_MS));
            if (decision.state !== 'waiting') this.forget(request);
            return decision;
        } catch (error) {
            return { state: 'problem', problem: problemOf(error, aboutServer(OCTOPRINT, client.address)) };
        }
    }

    private forget(request: string): void {
        this.requests.get(request)?.client.close();
        this.requests.delete(request);
    }

    private tidy(): void {
        for (const [id, { at }] of this.requests)
            if (!isFresh(at, LIFE_MS, this.now()) || this.requests.size >= MOST) this.forget(id);
    }
}
