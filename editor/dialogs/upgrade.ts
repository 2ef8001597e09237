import { SHAPES } from 'saved-shapes';
import { migrateBy } from '../../nodes/runtime/settings/migration-rules';

/** Brings nodes of flows that an earlier version saved up to date as they come into the editor. */
export function upgradeOnLoad() {
    RED.events.on('nodes:add', (node) => {
        const migrated = migrateBy(SHAPES, node.type, node);
        for (const [property, value] of Object.entries(migrated)) {
            if (value !== node[property]) node[property] = value;
        }
    });
}
