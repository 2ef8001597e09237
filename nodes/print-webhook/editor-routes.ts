import { mistakesOf, preview, testSend } from '../../lib/webhook/test-send/test-send';
import type { HookSecrets } from '../../lib/webhook/request/settings';
import { textOf, type NodeAPI } from '../runtime/node-red';
import type { WebhookNode } from '../runtime/flow/server-nodes';
import { hookSettingsOf, sendingOf, webhookValues } from './settings-of';

/** What the editor's routes ask of a deployed `print-webhook`. */
export interface PrintWebhookNode extends WebhookNode {
    deployed: { url: string; oauthUrl: string; insecure: boolean };
}

/** What the editor puts into the field of a stored secret. */
const STORED = '__PWRD__';

interface Body {
    id?: unknown;
    config?: Record<string, unknown>;
    secrets?: Record<string, unknown>;
    topic?: unknown;
}

/**
 * `POST /print-to-stock/webhook/preview` and `…/send`, once for the package. Body: `{ id, config, secrets, topic }` as the
 * dialog shows them now; a stored secret is the editor's mask.
 */
export function webhookRoutes(RED: NodeAPI): void {
    const guard = RED.auth.needsPermission('print-to-stock.write');

    RED.httpAdmin.post('/print-to-stock/webhook/preview', guard, (request, response) => {
        const { id, config: shown = {}, topic } = bodyOf(request.body);
        const config = withVariables(RED, id, shown);
        response.json({
            ...preview(hookSettingsOf(webhookValues(config)), textOf(topic, 'Print In Stock')),
            problem: null,
        });
    });

    RED.httpAdmin.post('/print-to-stock/webhook/send', guard, (request, response) => {
        const { id, config: shown = {}, secrets = {}, topic } = bodyOf(request.body);
        const config = withVariables(RED, id, shown);
        const values = webhookValues(config);
        const settings = hookSettingsOf(values);
        const options = sendingOf(values);
        const known = deployedNode(RED, id);
        const found = secretsOf(secrets, known, config, options.insecure);
        const seen = preview(settings, textOf(topic, 'Print In Stock'));
        if (found === null) {
            const problem = { kind: 'secretAgain' };
            return void response.json({
                ...seen,
                mistakes: mistakesOf(settings),
                answer: null,
                failure: null,
                problem,
            });
        }
        testSend(settings, found, textOf(topic, 'Print In Stock'), options).then(
            (result) => response.json({ ...result, problem: null }),
            (error: unknown) => response.status(500).json({ problem: { kind: 'failed', message: String(error) } }),
        );
    });
}

/**
 * The secrets to test with: as typed, or those of the deployed node, as long as they go where that one sends them.
 * @returns null where a stored secret would go elsewhere
 */
export function secretsOf(
    given: Record<string, unknown>,
    known: PrintWebhookNode | null,
    config: Record<string, unknown>,
    insecure: boolean,
): HookSecrets | null {
    const typed: HookSecrets = { apiSecret: textOf(given['apiSecret']), oauthSecret: textOf(given['oauthSecret']) };
    const usesStored = Object.values(typed).includes(STORED);
    if (!usesStored) return typed;
    if (known === null) return null;
    const { deployed, credentials } = known;
    const { url, oauth } = hookSettingsOf(webhookValues(config));
    const samePlace =
        place(url) === place(deployed.url) &&
        (oauth === null || place(oauth.url) === place(deployed.oauthUrl)) &&
        (!insecure || deployed.insecure);
    if (!samePlace) return null;
    const { apiSecret, oauthSecret } = credentials;
    return {
        apiSecret: typed.apiSecret === STORED ? (apiSecret ?? '') : typed.apiSecret,
        oauthSecret: typed.oauthSecret === STORED ? (oauthSecret ?? '') : typed.oauthSecret,
    };
}

/** Addresses that are a variable of the environment, `${NAME}`: what the deployed node, saved with the same, has for it. */
function withVariables(RED: NodeAPI, id: unknown, config: Record<string, unknown>): Record<string, unknown> {
    const known = deployedNode(RED, id);
    if (known === null) return config;
    let saved: Record<string, unknown> = {};
    RED.nodes.eachNode((node) => {
        if (node.id === id) saved = node as unknown as Record<string, unknown>;
    });
    const filled = { ...config };
    for (const name of ['url', 'oauthUrl'] as const)
        if (/^\$\{\S+\}$/.test(textOf(config[name])) && saved[name] === config[name])
            filled[name] = known.deployed[name];
    return filled;
}

function deployedNode(RED: NodeAPI, id: unknown): PrintWebhookNode | null {
    const node = typeof id === 'string' ? (RED.nodes.getNode(id) as PrintWebhookNode | null) : null;
    return node !== null && 'deployed' in node ? node : null;
}

/** Origin and path: the query may differ. */
function place(url: string): string {
    return url.trim().replace(/[?#][^]*$/, '');
}

function bodyOf(body: unknown): Body {
    return typeof body === 'object' && body !== null ? body : {};
}
