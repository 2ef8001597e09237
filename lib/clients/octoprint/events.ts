/** What OctoPrint-Webhooks calls the events people ask for; `key` names its text and its checkbox. */
export const TOPICS = [
    { event: 'PrintStarted', topic: 'Print Started', key: 'started' },
    { event: 'PrintDone', topic: 'Print Done', key: 'done' },
    { event: 'PrintFailed', topic: 'Print Failed', key: 'failed' },
    { event: 'PrintPaused', topic: 'Print Paused', key: 'paused' },
    { event: 'PrintResumed', topic: 'Print Resumed', key: 'resumed' },
    { event: 'UserActionNeeded', topic: 'User Action Needed', key: 'userAction' },
    { event: 'Error', topic: 'Error', key: 'error' },
    { event: 'PrintProgress', topic: 'Print Progress', key: 'progress' },
] as const;
export type TopicKey = (typeof TOPICS)[number]['key'];

/** Events of the plugin that mean one of ours: they come over the websocket where it is installed. */
const SAME_AS: Readonly<Record<string, string>> = { plugin_webhooks_notify: 'UserActionNeeded' };

/** Something that happened at the printer, as one of our messages tells it. */
export interface PrinterEvent {
    /** OctoPrint's name of it */
    event: string;
    /** null for an event that was asked for by its name */
    key: TopicKey | null;
    topic: string;
    /** what the event carries: name, path, origin, time, reason … */
    extra: Record<string, unknown>;
    milestone: number | null;
}

/** @param event OctoPrint's name of it */
export function printerEvent(event: string, extra: unknown, milestone: number | null = null): PrinterEvent {
    const name = SAME_AS[event] ?? event;
    const known = TOPICS.find((each) => each.event === name);
    return {
        event: name,
        key: known?.key ?? null,
        topic: known?.topic ?? name,
        extra: isRecord(extra) ? extra : {},
        milestone,
    };
}

/** A topic as a webhook names it, in any case. @returns OctoPrint's name of the event; the topic itself for any other */
export function eventOfTopic(topic: string): string {
    const name = topic.trim();
    const known = TOPICS.find((each) => [each.topic, each.event].some((one) => same(one, name)));
    return known?.event ?? SAME_AS[name] ?? name;
}

/** The text that tells of it, as a key: a cancel is no failure, though OctoPrint calls it one. */
export function messageKey({ key, extra }: PrinterEvent): string {
    if (key === 'failed' && extra['reason'] === 'cancelled') return 'cancelled';
    return key ?? 'other';
}

/** What is asked of the websocket beside the topics that were chosen: by these the prints are found. */
export const PRINT_EVENTS = [
    'PrintStarted',
    'PrintDone',
    'PrintFailed',
    'PrintCancelled',
    // written after PrintDone was told, in a thread of its own: only now the file's history has the print
    'MetadataStatisticsUpdated',
    'FileRemoved',
] as const;

/** The file that an event is about. @returns null where it names none, or what is no path below OctoPrint's uploads */
export function pathOf({ path }: Readonly<Record<string, unknown>>): string | null {
    if (typeof path !== 'string' || path.trim() === '') return null;
    return path.split('/').some((name) => name === '..' || name === '.') ? null : path;
}

/** How long a print took, in seconds, as its end tells it. @returns null where that is no time a print can take */
export function durationOf({ time }: Readonly<Record<string, unknown>>): number | null {
    return typeof time === 'number' && time >= 0 && time <= 1e9 ? time : null;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same(a: string, b: string): boolean {
    return a.toLowerCase() === b.toLowerCase();
}
