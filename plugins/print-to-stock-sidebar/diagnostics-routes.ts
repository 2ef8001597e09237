import type { Response } from 'express';
import { failureAnswer, send } from '../../lib/admin/http-api/answer';
import { packageVersion } from '../../lib/admin/http-api/version';
import { diagnostics, type ReportedStore, type Surroundings } from '../../lib/admin/diagnostics/report';
import type { NodeAPI, NodeDef } from '../../nodes/runtime/node-red';
import { runningWebhooks } from '../../nodes/runtime/flow/registry';
import type { WebhookNode } from '../../nodes/runtime/flow/server-nodes';
import { reportedSettings } from '../../nodes/runtime/settings/reported-settings';
import { NODES } from '../../nodes/runtime/settings/saved-shapes';

const REPORT_MS = 20_000;
/** of each webhook, newest first */
const REFUSED = 20;

/** Serves the report that people attach to an issue; `keep=names,addresses` leaves these in. */
export function diagnosticsRoute(
    RED: NodeAPI,
    root: string,
    permission: string,
    stores: () => readonly ReportedStore[],
): void {
    RED.httpAdmin.get(`${root}/diagnostics`, RED.auth.needsPermission(permission), (request, response: Response) => {
        const { keep } = request.query;
        const kept = typeof keep === 'string' ? keep.split(',') : [];
        void surroundings(RED)
            .then((around) =>
                diagnostics(
                    stores(),
                    around,
                    { names: kept.includes('names'), addresses: kept.includes('addresses') },
                    AbortSignal.timeout(REPORT_MS),
                ),
            )
            .then((body) => send(response, { status: 200, body }))
            .catch((error: unknown) => send(response, failureAnswer(error)));
    });
}

async function surroundings(RED: NodeAPI): Promise<Surroundings> {
    const found: { node: NodeDef & Record<string, unknown>; secrets: string[] }[] = [];
    RED.nodes.eachNode((node) => {
        if (!(node.type in NODES)) return;
        const credentials = (RED.nodes.getCredentials(node.id) ?? {}) as Record<string, unknown>;
        const secrets = Object.values(credentials).filter((each): each is string => typeof each === 'string');
        found.push({ node: node as NodeDef & Record<string, unknown>, secrets });
    });
    const texts = (property: string): string[] =>
        found.flatMap(({ node }) =>
            typeof node[property] === 'string' && node[property] !== '' ? [node[property]] : [],
        );
    return {
        versions: {
            package: packageVersion(),
            'Node-RED': await RED.version(),
            'Node.js': process.version,
            platform: `${process.platform} ${process.arch}`,
        },
        nodes: found.map(({ node }) => ({ type: node.type, id: node.id, settings: reportedSettings(node.type, node) })),
        webhooks: await Promise.all(runningWebhooks.all().map(webhookOf)),
        secrets: found.flatMap(({ secrets }) => secrets),
        addresses: ['url', 'webUrl', 'snapshotUrl', 'publicUrl', 'oauthUrl'].flatMap(texts),
    };
}

async function webhookOf({ id, outbox }: WebhookNode): Promise<Surroundings['webhooks'][number]> {
    const queue = await outbox.catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    if (typeof queue === 'string') return { id, problem: queue };
    const refused = queue.page(null, REFUSED).deliveries;
    return {
        id,
        ...queue.counts(),
        refused: refused.map(({ at, topic, reason, status }) => ({ at, topic, reason, status })),
    };
}
