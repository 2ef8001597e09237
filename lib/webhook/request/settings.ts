import type { Why } from '../template/mistakes';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

/** How the data is written into the body. */
export type BodyType = 'json' | 'form';

/** One call as a person sets it: an address, headers and data as JSON templates. */
export interface CallSettings {
    url: string;
    method: Method;
    type: BodyType;
    /** text of a JSON object */
    headers: string;
    data: string;
}

/** A row of the topics to send; an empty message is the event's own, or the topic's usual one. */
export interface TopicRow {
    topic: string;
    message: string;
}

export interface HookSettings extends CallSettings {
    /** empty: the event's own */
    deviceIdentifier: string;
    /** none: every topic is sent */
    topics: readonly TopicRow[];
    /** exactly as OctoPrint-Webhooks 3 */
    oldRules: boolean;
    /** asked for a token before the call; null: none */
    oauth: CallSettings | null;
}

/** What the user keeps in credentials. */
export interface HookSecrets {
    apiSecret: string;
    oauthSecret: string;
}

/** Where in the dialog a mistake is, by the property's name. */
export type HookField = 'url' | 'headers' | 'data' | 'topics' | 'oauthUrl' | 'oauthHeaders' | 'oauthData';

/** A setting cannot be used. A person must act; what was to be sent is parked. */
export class HookMistake extends Error {
    readonly code = 'CONFIG';
    constructor(
        readonly field: HookField,
        readonly why: Why,
        readonly line: number | null = null,
        readonly column: number | null = null,
    ) {
        const place = line === null ? '' : `is not valid JSON (line ${line}, column ${column}): `;
        super(`The setting "${field}" ${place}${why.text}`);
        this.name = 'HookMistake';
    }
}

export const DEFAULT_HEADERS = '{\n  "Content-Type": "application/json"\n}';
export const DEFAULT_DATA =
    '{\n  "deviceIdentifier": "@deviceIdentifier",\n  "apiSecret": "@apiSecret",\n  "topic": "@topic",\n' +
    '  "message": "@message",\n  "extra": "@extra"\n}';
export const DEFAULT_OAUTH_DATA =
    '{\n  "client_id": "",\n  "client_secret": "@oauthSecret",\n  "grant_type": "client_credentials"\n}';
