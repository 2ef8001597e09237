import { TOPICS } from '../../lib/octoprint/events';
import type { OctoPrintSourceSettings } from '../../lib/sync/octoprint-source';
import { DEFAULT_KEY_FIELDS } from '../../lib/sync/identity';
import { listOf } from '../../lib/sync/filter';
import { DEFAULT_LEAVE_OUT } from '../../lib/sync/path-patterns';
import { flagOf, numberOf, textOf } from '../runtime/node-red';

export interface EventInSettings extends OctoPrintSourceSettings {
    live: boolean;
    webhook: boolean;
    /** percent */
    progressEvery: number;
}

/** What is told unless a flow says otherwise. */
const DEFAULT_TOPICS: readonly string[] = ['started', 'done', 'failed', 'paused', 'resumed', 'userAction', 'error'];

/** OctoPrint's names of the events that are told: of the topics that are ticked, and of others by their name. */
export function wantedOf(config: Record<string, unknown>): Set<string> {
    const given = config['topics'];
    const keys = Array.isArray(given) ? given : DEFAULT_TOPICS;
    const events = TOPICS.filter(({ key }) => keys.includes(key)).map(({ event }): string => event);
    return new Set([...events, ...listOf(textOf(config['events']))]);
}

export function settingsOf(id: string, config: Record<string, unknown>): EventInSettings {
    const between = (key: string, otherwise: number, least: number, most: number): number =>
        Math.min(most, Math.max(least, numberOf(config[key], otherwise)));
    const amount = (key: string): number | null => {
        const value = numberOf(config[key], 0);
        return value > 0 ? value : null;
    };
    return {
        id,
        live: flagOf(config['live'], true),
        webhook: flagOf(config['webhook'], false),
        progressEvery: between('progressEvery', 10, 1, 50),
        interval: between('interval', 300, 0, 2_000_000),
        startWith: config['startWith'] === 'all' ? 'all' : 'now',
        rule: {
            samePart: config['samePart'] === 'name' ? 'name' : 'file',
            keyFields: DEFAULT_KEY_FIELDS,
            platesApart: false,
        },
        filament: { diameter: amount('diameter'), density: amount('density') },
        picture: flagOf(config['picture'], true),
        leaveOut: listOf(textOf(config['leaveOut'], DEFAULT_LEAVE_OUT.join())),
        window: Math.round(between('window', 4, 1, 32)),
        passAfter: between('passAfter', 60, 1, 2_000_000),
    };
}
