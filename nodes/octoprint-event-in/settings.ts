import { TOPICS } from '../../lib/clients/octoprint/events';
import type { OctoPrintSourceSettings } from '../../lib/sources/octoprint/source';
import { DEFAULT_KEY_FIELDS } from '../../lib/print/part-identity';
import { listOf } from '../../lib/sources/bambuddy/filter';
import { DEFAULT_LEAVE_OUT } from '../../lib/sources/octoprint/path-patterns';
import { flagOf, textOf } from '../runtime/node-red';
import { amountSetting, numberSetting, type NumberLimits } from '../runtime/settings/number-setting';

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

/** As the dialog judges them. */
const LIMITS = {
    progressEvery: { least: 1, most: 50, otherwise: 10 },
    interval: { least: 0, most: 86_400, otherwise: 300 },
    window: { least: 1, most: 32, otherwise: 4 },
    passAfter: { least: 1, most: 86_400, otherwise: 60 },
} as const satisfies Record<string, NumberLimits>;

/** @param warn is told of what the dialog would not take */
export function settingsOf(
    id: string,
    config: Record<string, unknown>,
    warn: (text: string) => void = () => undefined,
): EventInSettings {
    const number = (name: keyof typeof LIMITS): number => numberSetting(config, name, LIMITS[name], warn);
    return {
        id,
        live: flagOf(config['live'], true),
        webhook: flagOf(config['webhook'], false),
        progressEvery: number('progressEvery'),
        interval: number('interval'),
        startWith: config['startWith'] === 'all' ? 'all' : 'now',
        rule: {
            samePart: config['samePart'] === 'name' ? 'name' : 'file',
            keyFields: DEFAULT_KEY_FIELDS,
            platesApart: false,
        },
        filament: {
            diameter: amountSetting(config, 'diameter', warn),
            density: amountSetting(config, 'density', warn),
        },
        picture: flagOf(config['picture'], true),
        leaveOut: listOf(textOf(config['leaveOut'], DEFAULT_LEAVE_OUT.join())),
        window: Math.round(number('window')),
        passAfter: number('passAfter'),
    };
}
