import type { OctoPrintClient } from '../../lib/clients/octoprint/client';
import { isFresh } from '../../lib/concurrency/clock';
import { messageKey, type PrinterEvent } from '../../lib/clients/octoprint/events';
import type { PrinterNow } from '../../lib/sources/octoprint/inbound/printer-state-tracker';
import type { InboundEvent } from '../../lib/sources/octoprint/inbound/inbound-event';
import type { NodeAPI } from '../runtime/node-red';

type Way = 'live' | 'webhook';
/** One event told by both ways is told within seconds; a plugin that is held up may take longer. */
const SAME_MS = 10 * 60_000;
/** What the file is, is nice to have: a message waits for it no longer. */
const META_MS = 3000;
const WITH_META: ReadonlySet<string> = new Set([
    'PrintStarted',
    'PrintDone',
    'PrintFailed',
    'PrintPaused',
    'PrintResumed',
]);

/** Makes the messages of output 1, in their order, each event once. */
export class EventMessages {
    private readonly heard = new Map<string, { way: Way; at: number }>();
    private line: Promise<void> = Promise.resolve();

    constructor(
        private readonly RED: NodeAPI,
        private readonly octoprint: OctoPrintClient | null,
        private readonly out: (msg: { topic: string; payload: object }) => void,
    ) {}

    /** @param told what a webhook brought beside it: its own words hold */
    send(happened: PrinterEvent, printer: PrinterNow, way: Way, told?: InboundEvent): void {
        if (this.cameByTheOther(happened, way)) return;
        const currentTime = told?.currentTime ?? Math.floor(Date.now() / 1000);
        const meta = told?.meta ?? null;
        const metaOf = meta === null ? this.metaOf(happened) : Promise.resolve(meta);
        this.line = this.line.then(async () => {
            const { topic, extra, milestone } = happened;
            this.out({
                topic,
                payload: {
                    deviceIdentifier: told?.deviceIdentifier ?? this.octoprint?.deviceIdentifier ?? '',
                    topic,
                    message: told?.message ?? this.words(happened),
                    extra,
                    ...printer,
                    meta: await metaOf,
                    currentTime,
                    percentCompleteMilestone: milestone,
                },
            });
        });
    }

    private words(happened: PrinterEvent): string {
        const { topic, milestone, extra } = happened;
        const reason = typeof extra['error'] === 'string' ? extra['error'] : '';
        return this.RED._(`octoprint-event-in.message.${messageKey(happened)}`, {
            topic,
            percent: String(milestone ?? ''),
            error: reason,
        }).trim();
    }

    /** Both ways tell of the same print, by the same figures. Milestones are kept apart before. */
    private cameByTheOther({ event, extra, milestone }: PrinterEvent, way: Way): boolean {
        if (milestone !== null) return false;
        const { path, time, fileposition, reason } = extra;
        const key = JSON.stringify([event, path, time, fileposition, reason]);
        const now = Date.now();
        const before = this.heard.get(key);
        if (before !== undefined && before.way !== way && isFresh(before.at, SAME_MS, now)) {
            this.heard.delete(key);
            return true;
        }
        if (this.heard.size > 200) this.heard.clear();
        this.heard.set(key, { way, at: now });
        return false;
    }

    private async metaOf({ event, extra }: PrinterEvent): Promise<object | null> {
        const { path, origin } = extra;
        if (this.octoprint === null || !WITH_META.has(event) || typeof path !== 'string' || origin !== 'local')
            return null;
        return this.octoprint.file(path, AbortSignal.timeout(META_MS)).catch(() => null);
    }
}
