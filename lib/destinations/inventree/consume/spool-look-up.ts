import type { StockItem } from '../../../clients/inventree/answers';
import { partsByParameter, stockByBarcode, stockOfPart } from '../../../clients/inventree/spools/items';
import { stockByBatch, stockByPk } from '../../../clients/inventree/stock';
import { RejectedError } from '../../../http/errors';
import { colorOf, type FilamentSlot } from '../../../print/filament';
import type { SpoolRow } from '../../../print/spool-row';
import type { InvenTreeDestination } from '../destination';

export const FIND_BY = ['batch', 'barcode', 'parameter', 'table'] as const;
export type FindBy = (typeof FIND_BY)[number];

/** How the StockItem of a slot's spool is found. */
export interface SpoolRule {
    by: FindBy;
    /** the text to look for, with names of the slot in braces, e.g. `{tag}` */
    key: string;
    /** name of the Part's parameter, where it is found by one */
    parameter: string;
    table: readonly SpoolRow[];
}

/** What the braces of a key may name. */
export const SLOT_FIELDS = ['tag', 'uuid', 'spool', 'name', 'material', 'color', 'tray', 'slot', 'printer'] as const;

/**
 * The StockItem of the spool in a slot. Of several only one that is not empty counts.
 * @throws RejectedError where there is none, or which one it is cannot be told; as the client
 */
export async function spoolOf(
    destination: InvenTreeDestination,
    rule: SpoolRule,
    slot: FilamentSlot,
    printer: string | null,
    signal: AbortSignal,
): Promise<StockItem> {
    const { client } = destination;
    if (rule.by === 'table') return fromTable(destination, rule.table, slot, printer, signal);
    const key = keyOf(rule.key, slot, printer);
    if (rule.by === 'barcode') {
        const pk = await stockByBarcode(client, key, signal);
        const item = pk === null ? null : await stockByPk(client, pk, signal);
        return item ?? reject(`no StockItem has the barcode ${key}`);
    }
    if (rule.by === 'batch') return only(await stockByBatch(client, key, signal), `with the batch ${key}`);
    const template = await destination.template(rule.parameter.trim(), signal);
    if (template === undefined) reject(`there is no parameter template ${rule.parameter}`);
    const items: StockItem[] = [];
    for (const part of await partsByParameter(client, template.pk, key, signal))
        items.push(...(await stockOfPart(client, part, signal)));
    return only(items, `in stock whose Part has ${key} as ${template.name}`);
}

/** Whether a row of the table fits a slot. */
export function fits(row: SpoolRow, slot: FilamentSlot, printer: string | null): boolean {
    const isAny = (wanted: string, is: string | null): boolean =>
        wanted.trim() === '' || wanted.trim().toLowerCase() === is?.trim().toLowerCase();
    const color = colorOf(row.color) ?? row.color;
    return (
        isAny(row.printer, printer) &&
        isAny(row.tray, slot.tray) &&
        isAny(row.material, slot.material) &&
        isAny(color, slot.color)
    );
}

async function fromTable(
    destination: InvenTreeDestination,
    table: readonly SpoolRow[],
    slot: FilamentSlot,
    printer: string | null,
    signal: AbortSignal,
): Promise<StockItem> {
    const row = table.find((each) => fits(each, slot, printer));
    if (row === undefined) {
        const what = [slot.material, slot.color, slot.tray, printer].filter((each) => each !== null).join(', ');
        reject(`no row of the table fits ${what === '' ? 'it' : what}`);
    }
    return (await stockByPk(destination.client, row.stock, signal)) ?? reject(`there is no StockItem #${row.stock}`);
}

/** The key with the slot's own values. @throws RejectedError where one of them is not known: what is left fits another spool */
function keyOf(key: string, slot: FilamentSlot, printer: string | null): string {
    const { spool, material, color, tray } = slot;
    const values: Record<(typeof SLOT_FIELDS)[number], string | null> = {
        tag: spool?.tag ?? null,
        uuid: spool?.uuid ?? null,
        spool: spool === null ? null : String(spool.id),
        name: spool?.name ?? null,
        material,
        color,
        tray,
        slot: slot.slot,
        printer,
    };
    const text = key.replace(/\{(\w+)\}/g, (braces, name: string) => {
        if (!Object.hasOwn(values, name)) reject(`the setting "key" names ${braces}, which no slot has`);
        return values[name as keyof typeof values] ?? reject(`its ${name} is not known`);
    });
    return text.trim() === '' ? reject('the setting "key" is empty') : text.trim();
}

function only(items: readonly StockItem[], what: string): StockItem {
    const filled = items.filter(({ quantity }) => quantity > 0);
    if (filled.length > 1)
        reject(`${filled.length} StockItems are there ${what}: ${filled.map(({ pk }) => `#${pk}`).join(', ')}`);
    return filled[0] ?? items[0] ?? reject(`there is no StockItem ${what}`);
}

function reject(why: string): never {
    throw new RejectedError(`The spool was not found: ${why}`, { server: 'InvenTree' });
}
