import { SETTINGS as archiveIn } from '../../bambuddy-archive-in/settings';
import { SETTINGS as linkBack } from '../../bambuddy-link-back/settings';
import { SETTINGS as bambuddyServer } from '../../bambuddy-server/settings';
import { SETTINGS as catalogStore } from '../../catalog-store/settings';
import { SETTINGS as evotorAccount } from '../../evotor-account/settings';
import { SETTINGS as evotorCatalogIn } from '../../evotor-catalog-in/settings';
import { SETTINGS as evotorWebhooks } from '../../evotor-webhooks/settings';
import { SETTINGS as imageUpload } from '../../inventree-image-upload/settings';
import { SETTINGS as partUpsert } from '../../inventree-part-upsert/settings';
import { SETTINGS as inventreeServer } from '../../inventree-server/settings';
import { SETTINGS as stockConsume } from '../../inventree-stock-consume/settings';
import { SETTINGS as stockCreate } from '../../inventree-stock-create/settings';
import { SETTINGS as inventreeStockIn } from '../../inventree-stock-in/settings';
import { SETTINGS as eventIn } from '../../octoprint-event-in/settings';
import { SETTINGS as octoprintServer } from '../../octoprint-server/settings';
import { SETTINGS as printWebhook } from '../../print-webhook/settings';
import { SETTINGS as syncApi } from '../../sync-api/settings';
import { SETTINGS as syncStore } from '../../sync-store/settings';
import { SETTINGS as vkCatalogIn } from '../../vk-catalog-in/settings';
import { SETTINGS as vkCommunity } from '../../vk-community/settings';
import { SETTINGS as vkProductUpsert } from '../../vk-product-upsert/settings';
import type { NodeSettings } from './declaration';
import type { SavedShape } from './migration-rules';

/** The settings of every node, by its type. */
export const NODES: Readonly<Record<string, NodeSettings>> = {
    'bambuddy-archive-in': archiveIn,
    'bambuddy-link-back': linkBack,
    'bambuddy-server': bambuddyServer,
    'catalog-store': catalogStore,
    'evotor-account': evotorAccount,
    'evotor-catalog-in': evotorCatalogIn,
    'evotor-webhooks': evotorWebhooks,
    'inventree-image-upload': imageUpload,
    'inventree-part-upsert': partUpsert,
    'inventree-server': inventreeServer,
    'inventree-stock-in': inventreeStockIn,
    'inventree-stock-consume': stockConsume,
    'inventree-stock-create': stockCreate,
    'octoprint-event-in': eventIn,
    'octoprint-server': octoprintServer,
    'print-webhook': printWebhook,
    'sync-api': syncApi,
    'sync-store': syncStore,
    'vk-catalog-in': vkCatalogIn,
    'vk-community': vkCommunity,
    'vk-product-upsert': vkProductUpsert,
};

/** By node type. The build writes it as a literal into the dialogs' script, where the editor migrates flows by it. */
export const SHAPES: Readonly<Record<string, SavedShape>> = Object.fromEntries(
    Object.entries(NODES).map(([type, settings]) => [type, shapeOf(settings)]),
);

function shapeOf({ version, settings }: NodeSettings): SavedShape {
    const added: Record<number, Record<string, unknown>> = {};
    const typed: Record<string, string> = {};
    for (const [name, setting] of Object.entries(settings)) {
        if (setting.kind === 'typed') typed[name] = setting.type;
        if (setting.since === undefined) continue;
        const ofVersion = (added[setting.since] ??= {});
        ofVersion[name] = setting.default;
        if (setting.kind === 'typed') ofVersion[`${name}Type`] = setting.type;
    }
    return { version, added, typed };
}
