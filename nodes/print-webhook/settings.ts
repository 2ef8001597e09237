import { TIMEOUT_S } from '../../lib/http/policy';
import { DEFAULT_DATA, DEFAULT_HEADERS, DEFAULT_OAUTH_DATA, METHODS } from '../../lib/webhook/request/settings';
import { NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

const METHOD = { kind: 'choice', default: 'POST', of: METHODS } as const;
const CONTENT_TYPE = { kind: 'choice', default: 'json', of: ['json', 'form'] } as const;
const HEADERS = { kind: 'json', default: DEFAULT_HEADERS } as const;

export const SETTINGS = {
    version: 1,
    settings: {
        name: NAME,
        url: { kind: 'url', default: '', example: 'https://chat.example/hooks/prints', required: true, withUser: true },
        method: METHOD,
        contentType: CONTENT_TYPE,
        headers: HEADERS,
        data: { kind: 'json', default: DEFAULT_DATA },
        // empty: the event's own
        deviceIdentifier: { kind: 'text', default: '' },
        // none: every topic is sent
        topics: { kind: 'topics', default: [], since: 1 },
        // seconds, for each topic and device
        cooldown: { kind: 'number', default: 0, least: 0, most: 86_400, since: 1 },
        snapshotUrl: {
            kind: 'url',
            default: '',
            example: 'http://octopi.local/webcam/?action=snapshot',
            withUser: true,
        },
        // for the pictures of its Bambuddy
        sync: { ...SYNC_STORE, required: false },
        // seconds
        timeout: { kind: 'number', ...TIMEOUT_S, since: 1 },
        insecure: { kind: 'flag', default: false },
        // hours
        keepTrying: { kind: 'number', default: 24, least: 0, most: 720, since: 1 },
        // messages that wait
        queue: { kind: 'integer', default: 1000, least: 1, most: 100_000, since: 1 },
        again: { kind: 'flag', default: true, since: 1 },
        oldRules: { kind: 'flag', default: false },
        oauth: { kind: 'flag', default: false },
        oauthUrl: {
            kind: 'url',
            default: '',
            example: 'https://login.example/token',
            required: true,
            withUser: true,
            onlyWith: 'oauth',
        },
        oauthMethod: METHOD,
        oauthContentType: CONTENT_TYPE,
        oauthHeaders: HEADERS,
        oauthData: { kind: 'json', default: DEFAULT_OAUTH_DATA },
    },
    credentials: ['apiSecret', 'oauthSecret'],
} as const satisfies NodeSettings;
