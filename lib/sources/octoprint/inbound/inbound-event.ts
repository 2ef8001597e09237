import { eventOfTopic, printerEvent, isRecord, type PrinterEvent } from '../../../clients/octoprint/events';
import type { PrinterNow } from './printer-state-tracker';

/** What a webhook of OctoPrint-Webhooks tells, under the names of the plugin's own parameters. */
export interface InboundEvent {
    happened: PrinterEvent;
    deviceIdentifier: string | null;
    message: string | null;
    printer: PrinterNow;
    meta: Record<string, unknown> | null;
    /** seconds since 1970 */
    currentTime: number | null;
}

/** The body names no event. */
export class NoTopicError extends Error {
    constructor() {
        super('The body has no "topic". Add "topic": "@topic" to the data of OctoPrint-Webhooks');
        this.name = 'NoTopicError';
    }
}

/**
 * A form has texts only: the plugin writes objects, lists and numbers as JSON, true and false as Python does
 * (recordings octoprint-webhooks/21, 90).
 */
export function valueOfText(text: string): unknown {
    const trimmed = text.trim();
    if (trimmed === 'True' || trimmed === 'False') return trimmed === 'True';
    if (!/^[[{]/.test(trimmed) && !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(trimmed)) return text;
    try {
        return JSON.parse(trimmed) as unknown;
    } catch {
        return text;
    }
}

/**
 * Reads a webhook: what it does not hold is empty.
 * @param fields of the body, by the keys of the plugin's default data; others are left alone
 * @throws NoTopicError
 */
export function parseInbound(fields: Readonly<Record<string, unknown>>): InboundEvent {
    const topic = fields['topic'];
    if (typeof topic !== 'string' || topic.trim() === '') throw new NoTopicError();
    const record = (key: string): Record<string, unknown> => (isRecord(fields[key]) ? fields[key] : {});
    const text = (key: string): string | null => (typeof fields[key] === 'string' ? fields[key] : null);
    const event = eventOfTopic(topic);
    const progress = record('progress');
    const milestone = event === 'PrintProgress' ? milestoneOf(fields, progress, text('message')) : null;
    return {
        happened: printerEvent(event, record('extra'), milestone),
        deviceIdentifier: text('deviceIdentifier'),
        message: text('message'),
        printer: {
            state: record('state'),
            job: record('job'),
            progress,
            currentZ: number(fields['currentZ']),
            offsets: record('offsets'),
        },
        meta: isRecord(fields['meta']) ? fields['meta'] : null,
        currentTime: number(fields['currentTime']),
    };
}

/** The plugin's default data has it in the message only: "Your print is 10 % complete." */
function milestoneOf(
    fields: Readonly<Record<string, unknown>>,
    progress: Record<string, unknown>,
    message: string | null,
): number | null {
    const given = number(fields['percentCompleteMilestone']);
    if (given !== null) return given;
    const said = /(\d{1,3})\s*%/.exec(message ?? '')?.[1];
    if (said !== undefined) return Number(said);
    const completion = number(progress['completion']);
    return completion === null ? null : Math.floor(completion);
}

function number(value: unknown): number | null {
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    if (typeof value !== 'string' || value.trim() === '') return null;
    const parsed = Number(value);
    return Number.isFinite(parsed) ? parsed : null;
}
