import { listOf } from '../../../lib/sources/bambuddy/filter';
import type { IdentityRule } from '../../../lib/print/part-identity';
import { SETTINGS } from '../../bambuddy-archive-in/settings';
import { readSettings } from './read-settings';

const { samePart, keyFields, platesApart } = SETTINGS.settings;

/** "Same Part when" of a finished prints node. @param config its properties, or what stands in its dialog */
export function identityRule(config: Record<string, unknown>): IdentityRule {
    const rule = readSettings({ samePart, keyFields, platesApart }, config);
    return { ...rule, keyFields: listOf(rule.keyFields) };
}
