import { migrate } from './migrations.js';

/** Brings nodes of flows that an earlier version saved up to date as they come into the editor. */
export function upgradeOnLoad() {
    RED.events.on('nodes:add', (node) => {
        const migrated = migrate(node.type, node);
        for (const property of Object.keys(migrated)) {
            if (migrated[property] !== node[property]) node[property] = migrated[property];
        }
    });
}
