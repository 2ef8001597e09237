import { SETTINGS as archiveIn } from '../../bambuddy-archive-in/settings';
import { SETTINGS as linkBack } from '../../bambuddy-link-back/settings';
import { SETTINGS as bambuddyServer } from '../../bambuddy-server/settings';
import { SETTINGS as imageUpload } from '../../inventree-image-upload/settings';
import { SETTINGS as partUpsert } from '../../inventree-part-upsert/settings';
import { SETTINGS as inventreeServer } from '../../inventree-server/settings';
import { SETTINGS as stockCreate } from '../../inventree-stock-create/settings';
import { SETTINGS as eventIn } from '../../octoprint-event-in/settings';
import { SETTINGS as octoprintServer } from '../../octoprint-server/settings';
import { SETTINGS as printWebhook } from '../../print-webhook/settings';
import { SETTINGS as syncApi } from '../../sync-api/settings';
import { SETTINGS as syncStore } from '../../sync-store/settings';
import type { NodeSettings } from './declaration';

const NODES: Readonly<Record<string, NodeSettings>> = {
    'bambuddy-archive-in': archiveIn,
    'bambuddy-link-back': linkBack,
    'bambuddy-server': bambuddyServer,
    'inventree-image-upload': imageUpload,
    'inventree-part-upsert': partUpsert,
    'inventree-server': inventreeServer,
    'inventree-stock-create': stockCreate,
    'octoprint-event-in': eventIn,
    'octoprint-server': octoprintServer,
    'print-webhook': printWebhook,
    'sync-api': syncApi,
    'sync-store': syncStore,
};

/** What migrations need to know of a node's settings. */
export interface SavedShape {
    /** of the properties as they are saved now */
    version: number;
    /** by config version: the settings that came with it, with their defaults */
    added: Readonly<Record<number, Readonly<Record<string, unknown>>>>;
    /** typed settings with the type that each has by default */
    typed: Readonly<Record<string, string>>;
}

/** By node type. The build writes it as literals beside the dialogs, where the editor migrates flows by it. */
export const SHAPES: Readonly<Record<string, SavedShape>> = Object.fromEntries(
    Object.entries(NODES).map(([type, settings]) => [type, shapeOf(settings)]),
);

function shapeOf({ version, settings }: NodeSettings): SavedShape {
    const added: Record<number, Record<string, unknown>> = {};
    const typed: Record<string, string> = {};
    for (const [name, setting] of Object.entries(settings)) {
        if (setting.since !== undefined) (added[setting.since] ??= {})[name] = setting.default;
        if (setting.kind === 'typed') typed[name] = setting.type;
    }
    return { version, added, typed };
}
