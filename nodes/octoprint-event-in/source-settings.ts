import { TOPICS } from '../../lib/clients/octoprint/events';
import { DEFAULT_KEY_FIELDS } from '../../lib/print/part-identity';
import { listOf } from '../../lib/sources/bambuddy/filter';
import type { OctoPrintSourceSettings } from '../../lib/sources/octoprint/source';
import type { ValuesOf } from '../runtime/settings/read-settings';
import type { SETTINGS } from './settings';

type Values = ValuesOf<typeof SETTINGS.settings>;

export interface EventInSettings extends OctoPrintSourceSettings {
    live: boolean;
    webhook: boolean;
    /** percent */
    progressEvery: number;
}

/** OctoPrint's names of the events that are told: of the topics that are ticked, and of others by their name. */
export function wantedOf({ topics, events }: Pick<Values, 'topics' | 'events'>): Set<string> {
    const named = TOPICS.filter(({ key }) => topics.includes(key)).map(({ event }): string => event);
    return new Set([...named, ...listOf(events)]);
}

/** What the source is told of its node's settings. */
export function sourceSettings(id: string, values: Values): EventInSettings {
    const { live, webhook, progressEvery, interval, startWith, picture, window, passAfter } = values;
    return {
        id,
        live,
        webhook,
        progressEvery,
        interval,
        startWith,
        rule: { samePart: values.samePart, keyFields: DEFAULT_KEY_FIELDS, platesApart: false },
        filament: { diameter: values.diameter, density: values.density },
        picture,
        leaveOut: listOf(values.leaveOut),
        window,
        passAfter,
    };
}
