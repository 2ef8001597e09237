import { RejectedError } from '../../lib/http/errors';
import { buildResult } from '../../lib/destinations/inventree/build/build-result';
import { partAfterStock } from '../../lib/destinations/inventree/part/part-look-up';
import { awaitPartParameter } from '../../lib/destinations/inventree/part/part-parameter';
import { printerLocation } from '../../lib/destinations/inventree/stock/printer-location';
import { fillPrice, type PurchasePrice } from '../../lib/destinations/inventree/stock/purchase-price';
import { stockStep } from '../../lib/destinations/inventree/stock/stock-step';
import type { Print } from '../../lib/print/print';
import { priceOf } from '../../lib/print/rules/price';
import { quantityNote, type Quantity } from '../../lib/print/rules/quantity';
import { migrate } from '../runtime/settings/migrations';
import { type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { partOf, NoPartError } from '../runtime/settings/part-of';
import { NodeStatus } from '../runtime/status/status';
import { fixedPlaceProblem } from '../runtime/settings/fixed-place';
import { byRules, pkByRules } from '../runtime/rules/places';
import { saysMore, stockQuantity } from '../runtime/rules/stock-quantity';
import { stepNode } from '../runtime/message/step-node';
import { SettingError, TypedValues } from '../runtime/settings/typed-value';
import { readSettings, type ValuesOf } from '../runtime/settings/read-settings';
import { SETTINGS as PART } from '../inventree-part-upsert/settings';
import { SETTINGS } from './settings';

const TYPE = 'inventree-stock-create';

const init = (RED: NodeAPI): void => {
    function StockCreate(this: Node, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const values = new TypedValues(RED, this);
        const status = new NodeStatus(RED, this, TYPE);
        const setting = readSettings(SETTINGS.settings, config);
        const stockStatus = { ...setting.stockStatus, label: 'status' };
        const ipnPrefix = typeof config['ipnPrefix'] === 'string' ? config['ipnPrefix'] : undefined;

        stepNode(RED, this, config, {
            type: TYPE,
            step: 'stock',
            status,
            run: async ({ msg, print, pass, sync, signal }) => {
                const part = partOf(msg);
                sync.delivery.take(print, 'stock');
                // what is in stock stays as it is: nothing is asked for it
                const { stockPk, apply } = sync.delivery.ledger.print(print.batch) ?? {};
                const isMade = pass.mode === 'parts' || (stockPk !== undefined && apply === undefined);
                const context = { values, msg, print, part };
                const quantity =
                    apply?.none === true
                        ? NOTHING
                        : await stockQuantity(setting, values, msg, print, part, async (template) =>
                              isMade ? null : awaitPartParameter(sync.destination, part.pk, template, signal),
                          );
                const place = await pkByRules(setting.rules, 'location', setting.location, context);
                const location =
                    setting.locationPerPrinter && !isMade
                        ? await printerLocation(sync.destination, place, print, signal)
                        : place;
                const owner = await values.optionalPk(
                    byRules(setting.rules, 'owner', setting.owner, context),
                    msg,
                    print,
                );
                const price = purchasePrice(setting, print, quantity.value);
                const stock = await stockStep(
                    sync.destination,
                    print,
                    part.pk,
                    {
                        location,
                        quantity: quantity.value,
                        ...(saysMore(setting) || print.pieces !== undefined
                            ? { quantityNote: quantityNote(quantity, setting.packSize, print) }
                            : {}),
                        status: await pkByRules(setting.rules, 'status', stockStatus, context),
                        notes: await values.text(setting.notes, msg, print),
                        deleteOnDeplete: setting.deleteOnDeplete,
                        buildOrders: setting.buildOrders,
                        more: { ...(owner === null ? {} : { owner }), ...price },
                        ipnPrefix: ipnPrefix ?? prefixOf(part.IPN),
                    },
                    pass,
                    signal,
                );
                if (stock === null)
                    return void status.show('grey', 'dot', pass.mode === 'parts' ? 'partsOnly' : 'gone');
                msg['stock'] = { ...stock, ...buildResult(sync.delivery.ledger.print(stock.batch)) };
                msg['part'] = partAfterStock(sync.destination, print, part);
                // a cost that came late: per piece of what was put into stock then
                const late = pass.force && !stock.created ? purchasePrice(setting, print, stock.quantity) : null;
                if (late !== null) await fillPrice(sync.destination, stock.pk, late, signal);
                if (stock.created) status.show('green', 'dot', 'added', { quantity: stock.quantity });
                else status.show('grey', 'dot', 'already');
            },
            check: (sync, signal) => fixedPlaceProblem(sync, setting.location, signal, setting.locationPerPrinter),
            failureStatus: (error) => {
                if (error instanceof NoPartError) return 'noPart';
                if (error instanceof SettingError && error.setting === 'location') return 'locationMissing';
                if (error instanceof SettingError && ['quantity', 'packSize'].includes(error.setting))
                    return 'badQuantity';
                if (error instanceof RejectedError && error.setting === 'location') return 'locationRefused';
                return undefined;
            },
        });
    }
    RED.nodes.registerType(TYPE, StockCreate as never);
};

/** Of a print of which nothing is good after all. */
const NOTHING: Quantity = { value: 0, pieces: 0, origin: 'person', by: null };

type PriceSettings = Pick<ValuesOf<typeof SETTINGS.settings>, 'price' | 'currency' | 'priceDecimals'>;

/** @returns null where it is not wanted, or not known */
function purchasePrice(
    { price: parts, currency, priceDecimals }: PriceSettings,
    print: Print,
    quantity: number,
): PurchasePrice | null {
    if (quantity === 0) return null;
    const price = priceOf(print, parts, quantity, priceDecimals);
    if (price === null) return null;
    const code = currency.trim().toUpperCase();
    return { purchase_price: price, ...(code === '' ? {} : { purchase_price_currency: code }) };
}

/** `BMB` of `BMB-0123456789ab`; the usual one where a person gave the Part another IPN. */
function prefixOf(ipn: string): string {
    return /^(.*)-[0-9a-f]{12}$/i.exec(ipn)?.[1] ?? PART.settings.ipnPrefix.default;
}

export = init;
