import type { PreviewedProduct, PreviewRun } from '../../lib/delivery/products/actions/shop-actions';
import type { VkMarket } from '../../lib/destinations/vk-market/market';
import type { ValuesOf } from '../runtime/settings/read-settings';
import { SettingError, type TypedValues } from '../runtime/settings/typed-value';
import { picturesOf } from './pictures';
import type { SETTINGS } from './settings';
import { extrasFor, settingsFor } from './upsert-settings';

/** What a node would do about products, by its settings. @param upsert id of the node */
export function previewRun(
    upsert: string,
    market: VkMarket,
    values: ValuesOf<typeof SETTINGS.settings>,
    typed: TypedValues,
): PreviewRun {
    const preview = market.preview();
    const look = async ({ product, change, awaitsPicture }: PreviewedProduct): Promise<void> => {
        try {
            const extras = await extrasFor(values, typed, { _msgid: '', payload: product, change }, product);
            const settings = settingsFor(values, product);
            // a picture that cannot be made is told when it is to be sent
            const pictures = picturesOf(product, values, () => undefined);
            await preview.add([{ upsert, product, change, extras, settings, pictures, awaitsPicture }]);
        } catch (error) {
            if (!(error instanceof SettingError)) throw error;
            preview.cannot(error.message);
        }
    };
    return {
        add: async (products) => {
            for (const product of products) await look(product);
        },
        report: () => preview.report(),
    };
}
