import { join } from 'node:path';
import { filledExample, withControl, withService, type Connection } from '../../test/harness/project';
import { now } from '../rpc';
import { ProbedNodeRed } from './probed';

export interface PackageSettings {
    /** of the InvenTree server; default as shipped: 1 */
    writes?: number;
    /** of the source; default as shipped: 4 */
    window?: number;
    /** default: a new store */
    file?: string;
    source?: Record<string, unknown>;
    debug?: boolean;
}

export interface Report {
    created: number;
    existing: number;
    failed: number;
}

interface Status {
    lastPoll: string | null;
    lastError: string | null;
    underWay: number;
    counts: Record<string, number>;
}

/** How often a status is asked for whose cost counts for the prints. */
const SELDOM_MS = 100;
const SECRETS = { serviceToken: 'bench', webhookSecret: 'bench' };

/** This package as it is shipped: the example flow in a real Node-RED. */
export class PackageContender {
    private stores = 0;

    private constructor(readonly node: ProbedNodeRed) {}

    static async start(): Promise<PackageContender> {
        return new PackageContender(await ProbedNodeRed.start());
    }

    stop(): Promise<void> {
        return this.node.stop();
    }

    /** Deploys the example. @returns its store's file */
    async deploy(connection: Connection, settings: PackageSettings = {}): Promise<string> {
        const file = settings.file ?? join(this.node.userDir, `store-${++this.stores}.json`);
        const { url, token } = { url: connection.inventreeUrl, token: connection.token };
        const flow = filledExample(connection, {
            'sync-store': { file },
            'inventree-server': { url, credentials: { token }, writes: settings.writes ?? 1 },
            'bambuddy-archive-in': { window: settings.window ?? 4, ...settings.source },
            ...(settings.debug === false ? { debug: { active: false } } : {}),
        });
        await this.node.deploy(withService(withControl(flow), SECRETS));
        return file;
    }

    /** Deploys, and waits for the first look to be over. */
    async ready(connection: Connection, settings: PackageSettings = {}): Promise<string> {
        const file = await this.deploy(connection, settings);
        await this.until((status) => status.lastPoll !== null);
        return file;
    }

    /** Starts an import of the whole history (or from a time on) as a person would. @returns when, and its answer */
    async import(since?: string): Promise<{ began: number; report: Report }> {
        const began = now();
        const report = await this.node.post<Report>('/control', {
            action: 'backfill',
            mode: 'all',
            ...(since === undefined ? {} : { since }),
        });
        if (report.failed > 0) throw new Error(`${report.failed} prints failed`);
        return { began, report };
    }

    async poll(): Promise<void> {
        await this.node.post('/control', { action: 'poll' });
    }

    /** Bambuddy's webhook. */
    async wake(): Promise<void> {
        await this.node.post(
            '/print-to-stock/webhooks/bambuddy',
            { event: 'print_complete', title: 'Print Completed' },
            { Authorization: `Bearer ${SECRETS.webhookSecret}` },
        );
    }

    /** Waits until nothing is under way any more. */
    async settled(): Promise<void> {
        await this.until(({ underWay, counts }) => {
            const { accepted = 0, part = 0, stock = 0 } = counts;
            return underWay === 0 && accepted + part + stock === 0;
        }, SELDOM_MS);
    }

    private async until(come: (status: Status) => boolean, everyMs = 20): Promise<void> {
        for (const end = now() + 60_000; now() < end;) {
            const status = await this.node.post<Status>('/control', { action: 'status' }).catch(() => null);
            if (status?.lastError != null) throw new Error(status.lastError);
            if (status !== null && come(status)) return;
            await new Promise((resolve) => setTimeout(resolve, everyMs));
        }
        throw new Error(`Node-RED did not come to rest:\n${this.node.nodeRed.log.slice(-10).join('\n')}`);
    }
}
