import { listOf } from '../../../lib/sources/bambuddy/filter';
import type { IdentityRule } from '../../../lib/print/part-identity';
import { flagOf, textOf } from '../node-red';

/** "Same Part when" of a finished prints node. */
export function identityRule(config: Record<string, unknown>): IdentityRule {
    const samePart = config['samePart'];
    return {
        samePart: samePart === 'name' || samePart === 'fields' ? samePart : 'file',
        keyFields: listOf(textOf(config['keyFields'])),
        platesApart: flagOf(config['platesApart'], true),
    };
}
