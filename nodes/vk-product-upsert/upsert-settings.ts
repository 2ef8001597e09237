import { createHash } from 'node:crypto';
import { KEEPABLE, type ProductExtras, type UpsertSettings } from '../../lib/destinations/vk-market/rules/settings';
import { productIn, type Product } from '../../lib/product/product';
import { numberOfText } from '../../lib/text/number-text';
import type { Message } from '../runtime/node-red';
import type { ValuesOf } from '../runtime/settings/read-settings';
import { SettingError, type TypedValues } from '../runtime/settings/typed-value';
import { fromGroups } from './group-rows';
import type { SETTINGS } from './settings';
import { filled } from './template';

type Values = ValuesOf<typeof SETTINGS.settings>;

/** The rules of the node for one product: its group may have one of its own. */
export function settingsFor(values: Values, product: Product): UpsertSettings {
    return {
        price: { markup: values.markup, rounding: values.rounding },
        availability: {
            outOfStock: fromGroups(values.groups, product, 'outOfStock') ?? values.outOfStock,
            goneProducts: values.goneProducts,
            sendStock: values.sendStock,
        },
        albums: values.albums,
        keepManual: new Set(KEEPABLE.filter((field) => values.keepManual.includes(field))),
        mostHidden: { count: values.mostHidden, percent: values.mostHiddenPercent },
        dryRun: values.dryRun,
    };
}

/** What is said of one product by typed settings and templates. @throws SettingError */
export async function extrasFor(
    values: Values,
    typed: TypedValues,
    msg: Message,
    product: Product,
): Promise<ProductExtras> {
    const category = fromGroups(values.groups, product, 'category');
    return {
        categoryId: category === null ? await typed.pk(values.category, msg, product, 'VK') : categoryOf(category),
        oldPrice: await amountOf(values, typed, msg, product),
        description: filled(values.description, product),
        link: filled(values.link, product),
    };
}

/**
 * Reads the product of a message.
 * @throws NoProductError
 */
export function productOf(msg: Message): { product: Product; change: string } {
    const { change } = msg as { change?: unknown };
    return { product: productIn(msg.payload), change: typeof change === 'string' ? change : 'changed' };
}

/** Tells one node's settings from others, whatever its name and place: when it differs, all products are offered again. */
export function digestOf(values: Values): string {
    const { name: _name, ...rules } = values;
    return createHash('sha1').update(JSON.stringify(rules)).digest('hex').slice(0, 12);
}

function categoryOf(text: string): number {
    const number = Number(text);
    if (Number.isInteger(number) && number > 0) return number;
    throw new SettingError('groups', `must have a number of a category of VK in each row, and has ${text}`);
}

async function amountOf(
    { oldPrice }: Values,
    typed: TypedValues,
    msg: Message,
    product: Product,
): Promise<number | null> {
    const value = await typed.value(oldPrice, msg, product);
    const number = typeof value === 'string' ? numberOfText(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
