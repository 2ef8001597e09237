import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NodeSettings } from '../../nodes/runtime/settings/declaration';
import { projectRoot } from '../harness/project';
import { NODE_TYPES } from './texts';

const load = createRequire(__filename);

/** The nodes with their declared settings. */
export const NODES = NODE_TYPES.map((type): [string, NodeSettings] => {
    const file = join(projectRoot, 'nodes', type, 'settings.ts');
    return [type, (load(file) as { SETTINGS: NodeSettings }).SETTINGS];
});
