import { DEFAULT_LEAVE_OUT } from '../../lib/sources/octoprint/path-patterns';
import { LONGEST_WAIT, NAME, SYNC_STORE, type NodeSettings } from '../runtime/settings/declaration';

export const SETTINGS = {
    version: 2,
    settings: {
        name: NAME,
        server: { kind: 'configNode', default: '', of: 'octoprint-server', required: true },
        // none: only events are told
        sync: { ...SYNC_STORE, required: false },
        topics: {
            kind: 'keys',
            default: ['started', 'done', 'failed', 'paused', 'resumed', 'userAction', 'error'],
            since: 1,
        },
        // percent
        progressEvery: { kind: 'integer', default: 10, least: 1, most: 50, since: 1 },
        events: { kind: 'names', default: '', optional: true },
        live: { kind: 'flag', default: true, since: 1 },
        webhook: { kind: 'flag', default: false },
        path: { kind: 'path', default: '/octoprint', onlyWith: 'webhook', since: 1 },
        startWith: { kind: 'choice', default: 'now', of: ['now', 'all'], since: 1 },
        samePart: { kind: 'choice', default: 'file', of: ['file', 'name'], since: 1 },
        // scripts of queue plugins
        leaveOut: { kind: 'text', default: DEFAULT_LEAVE_OUT.join(', '), since: 2 },
        picture: { kind: 'flag', default: true, since: 1 },
        // millimetres, grams per cubic centimetre
        diameter: { kind: 'amount', default: '' },
        density: { kind: 'amount', default: '' },
        // seconds; 0: never by itself
        interval: { kind: 'number', default: 300, least: 0, most: LONGEST_WAIT, since: 1 },
        window: { kind: 'integer', default: 4, least: 1, most: 32, since: 1 },
        // seconds
        passAfter: { kind: 'number', default: 60, least: 1, most: LONGEST_WAIT, since: 1 },
    },
    credentials: ['apiSecret'],
} as const satisfies NodeSettings;
