import { printerEvent, isRecord, PRINT_EVENTS, type PrinterEvent } from '../../../clients/octoprint/events';
import { Milestones } from './milestones';
import type { SocketMessage, Subscription } from '../../../clients/octoprint/session';

/** What is known of the printer at this moment, as OctoPrint sends it. */
export interface PrinterNow {
    state: Record<string, unknown>;
    job: Record<string, unknown>;
    progress: Record<string, unknown>;
    currentZ: number | null;
    offsets: Record<string, unknown>;
}

/** The line a printer repeats every few seconds while it waits for a person. */
export const USER_ACTION_LINE = 'echo:busy: paused for user';
/** Heard no more for so long, the next such line is another call for a person. */
const SAME_CALL_MS = 20_000;

/** Makes of the messages of the socket what happened: events as they come, milestones and calls for a person. */
export class PrinterStateTracker {
    private now: PrinterNow = { state: {}, job: {}, progress: {}, currentZ: null, offsets: {} };
    private readonly milestones: Milestones | null;
    private lastCall = -Infinity;
    private fresh = true;
    private live = false;

    /**
     * @param wanted OctoPrint's names of the events that are told; the printer's calls and milestones among them
     * @param every percent between two milestones
     */
    constructor(
        private readonly wanted: ReadonlySet<string>,
        every: number,
        private readonly clock: () => number = Date.now,
    ) {
        this.milestones = wanted.has('PrintProgress') ? new Milestones(every) : null;
    }

    get printer(): PrinterNow {
        return this.now;
    }

    /** The upload that is being printed at this moment, by its path; null: none, or one from a card. */
    get job(): string | null {
        const flags = this.now.state['flags'];
        const file = this.now.job['file'];
        if (!isRecord(flags) || !isRecord(file) || file['origin'] !== 'local') return null;
        const isUnderWay = flags['printing'] === true || flags['paused'] === true;
        return isUnderWay && typeof file['path'] === 'string' ? file['path'] : null;
    }

    get subscription(): Subscription {
        const events = [...this.wanted, ...PRINT_EVENTS, 'plugin_webhooks_notify'];
        return {
            events: [...new Set(events)].filter((name) => name !== 'PrintProgress' && name !== 'UserActionNeeded'),
            logs: this.wanted.has('UserActionNeeded') ? USER_ACTION_LINE : '',
        };
    }

    /** After a reconnection: events of a running print continue from its present state. */
    joined(): void {
        [this.fresh, this.live] = [true, true];
    }

    /** @returns what happened, of what is wanted; and the event as it came, for those who look for prints */
    heard(message: SocketMessage): { happened: PrinterEvent[]; event: { type: string; payload: unknown } | null } {
        const state = message['current'] ?? message['history'];
        if (isRecord(state)) return { happened: this.look(state), event: null };
        const event = message['event'];
        if (!isRecord(event) || typeof event['type'] !== 'string') return { happened: [], event: null };
        const { type, payload } = event;
        if (type === 'PrintStarted') this.milestones?.begin();
        // a quick print passes some between two looks
        const passed = type === 'PrintDone' ? (this.milestones?.reached(99.999) ?? []) : [];
        if (type === 'PrintDone' || type === 'PrintFailed') this.milestones?.end();
        const occurrence = printerEvent(type, payload);
        const own = this.wanted.has(occurrence.event) && this.isNews(occurrence) ? [occurrence] : [];
        return { happened: [...passed.map(progress), ...own], event: { type, payload } };
    }

    /** What a webhook told. @returns whether it is wanted, and news */
    isWanted(occurrence: PrinterEvent): boolean {
        const { event, milestone } = occurrence;
        // the socket tells of begin and end in time; a webhook may be late
        if (event === 'PrintStarted' && !this.live) this.milestones?.begin();
        if ((event === 'PrintDone' || event === 'PrintFailed') && !this.live) this.milestones?.end();
        if (!this.wanted.has(event)) return false;
        if (event === 'PrintProgress') return milestone !== null && (this.milestones?.take(milestone) ?? false);
        return this.isNews(occurrence);
    }

    private look(state: Record<string, unknown>): PrinterEvent[] {
        const record = (key: string): Record<string, unknown> => (isRecord(state[key]) ? state[key] : {});
        const z = state['currentZ'];
        this.now = {
            state: record('state'),
            job: record('job'),
            // an idle printer's messages are without it
            progress: record('progress'),
            currentZ: typeof z === 'number' ? z : null,
            offsets: record('offsets'),
        };
        const completion = this.now.progress['completion'];
        const percent = typeof completion === 'number' ? completion : null;
        if (this.fresh) {
            this.fresh = false;
            this.milestones?.joinAt(percent);
        }
        const reached = this.milestones?.reached(percent) ?? [];
        return [...reached.map(progress), ...this.calls(state['logs']).filter((call) => this.isNews(call))];
    }

    private calls(logs: unknown): PrinterEvent[] {
        const lines = Array.isArray(logs) ? logs : [];
        const isCall = lines.some((line) => typeof line === 'string' && line.includes(USER_ACTION_LINE));
        return isCall ? [printerEvent('UserActionNeeded', {})] : [];
    }

    /** The printer repeats its call until a person reacts, and the plugin sends each: one is enough. */
    private isNews({ event }: PrinterEvent): boolean {
        if (event !== 'UserActionNeeded') return true;
        const before = this.lastCall;
        this.lastCall = this.clock();
        return this.lastCall - before > SAME_CALL_MS;
    }
}

function progress(milestone: number): PrinterEvent {
    return printerEvent('PrintProgress', {}, milestone);
}
