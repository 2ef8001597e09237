import { inTime } from '../../../lib/admin/dialogs/deadline';
import type { PreviewResult } from '../../../lib/admin/dialogs/wire';
import type { Print } from '../../../lib/print/print';
import { quantityNote } from '../../../lib/print/rules/quantity';
import type { RulePart } from '../../../lib/print/rules/rules';
import { parameterData } from '../../../lib/print/units';
import { perPiece } from '../../../lib/destinations/inventree/part/parameter-step';
import { partParameter } from '../../../lib/destinations/inventree/part/part-parameter';
import type { Sync } from '../../../lib/sync';
import { newPart, stockNotes } from '../../../lib/destinations/inventree/texts';
import type { Message } from '../node-red';
import { parameterRow } from '../settings/parameter-rows';
import { isPerPiece, piecesPerPart, quantitySettingsOf, saysMore, stockQuantity } from '../rules/stock-quantity';
import type { TypedSetting, TypedValues } from '../settings/typed-value';

/** A setting as a dialog shows it just now. `id` is its name; a row of the parameter table has its template, or an empty type. */
export interface PreviewValue {
    id: string;
    value: unknown;
    type: string | undefined;
    template: string | undefined;
}

export interface PreviewContext {
    values: TypedValues;
    sync: Sync;
    print: Print;
    msg: Message;
    /** the Part that prints of this identity go to already */
    part: RulePart | null;
    /** the settings of the *add to stock* node */
    stock: Record<string, unknown>;
}

const MOST_VALUES = 50;
const MOST_CHARACTERS = 20_000;
const SHOWN_CHARACTERS = 500;
const TEMPLATES_MS = 3000;

/** Reads the values from what a browser sent. */
export function previewValuesOf(given: unknown): PreviewValue[] {
    if (!Array.isArray(given)) return [];
    const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
    return given.slice(0, MOST_VALUES).flatMap((each: unknown) => {
        if (typeof each !== 'object' || each === null) return [];
        const { id, value, type, template } = each as Record<string, unknown>;
        if (typeof id !== 'string' || String(value).length > MOST_CHARACTERS) return [];
        return [{ id, value, type: text(type), template: text(template) }];
    });
}

/** What a setting gives for the print, or why it gives nothing; both as at runtime. */
export async function previewed(value: PreviewValue, context: PreviewContext): Promise<PreviewResult> {
    try {
        const { text, missing } =
            value.template === undefined && value.type !== ''
                ? { text: await setting(value, context), missing: false }
                : await parameter(value, context);
        const shown = text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
        return missing ? { text: shown, missing } : { text: shown };
    } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
    }
}

type Rule = (setting: TypedSetting, context: PreviewContext) => Promise<string>;

const pk: Rule = async (setting, { values, msg, print }) => String(await values.pk(setting, msg, print));
const plain: Rule = async (setting, { values, msg, print }) => (await values.text(setting, msg, print)) ?? '';

/** The nodes' settings by name; what is not here is a text. */
const RULES: Readonly<Record<string, Rule>> = {
    category: pk,
    location: pk,
    stockStatus: pk,
    quantity: async (quantity, context) => {
        const settings = { ...quantitySettingsOf(context.stock), quantity };
        const { values, msg, print, part } = context;
        const found = await stockQuantity(settings, values, msg, print, part, parameterOf(context));
        if (!saysMore(settings)) return String(found.value);
        return quantityNote(found, settings.packSize, print).replace(/^\w+: /, '');
    },
    partName: async (setting, { values, msg, print }) => newPart.name(print, await values.text(setting, msg, print)),
    description: async (setting, { values, msg, print }) =>
        newPart.description(print, await values.text(setting, msg, print)),
    keywords: async (setting, { values, msg, print }) =>
        newPart.keywords((await values.text(setting, msg, print)) ?? ''),
    link: async (setting, { values, msg, print }) =>
        newPart.link(print, await values.text(setting, msg, print)).link ?? '',
    notes: async (setting, { values, msg, print }) => stockNotes(print, await values.text(setting, msg, print)),
};

/** A preview does not wait for an InvenTree that is off: then as if the Part had no such parameter. */
function parameterOf({ sync, part }: PreviewContext): (template: string) => Promise<string | null> {
    const { signal } = new AbortController();
    return (template) =>
        part === null
            ? Promise.resolve(null)
            : inTime(partParameter(sync.destination, part.pk, template, signal), TEMPLATES_MS, {}, signal).catch(
                  () => null,
              );
}

function setting({ id, value, type = 'str' }: PreviewValue, context: PreviewContext): Promise<string> {
    const rule = Object.hasOwn(RULES, id) ? RULES[id]! : plain;
    return rule({ value, type, label: id }, context);
}

/** As InvenTree would get it, in the unit of the template where that is there. */
async function parameter(
    { value, type, template = '' }: PreviewValue,
    context: PreviewContext,
): Promise<{ text: string; missing: boolean }> {
    const { values, msg, print, part, sync } = context;
    const row = await parameterRow(
        { template, value: value as string, ...(type === undefined || type === '' ? {} : { valueType: type }) },
        values,
        msg,
        print,
    );
    if (row.problem !== undefined) throw new Error(row.problem);
    if (row.value === null) return { text: '', missing: false };
    const { units, missing } = await templateUnits(sync, template.trim(), row.units ?? '');
    const stock = quantitySettingsOf(context.stock);
    const pieces =
        row.ofPlate && isPerPiece(stock)
            ? await piecesPerPart(stock, values, msg, print, part, parameterOf(context))
            : null;
    const data = parameterData(perPiece(row.value, pieces)!, units);
    if (data === null) throw new Error(`The unit ${units} of the template does not fit`);
    return { text: typeof row.value === 'string' || units === '' ? data : `${data} ${units}`, missing };
}

/** A preview does not wait for an InvenTree that is off: then as a new template would have it. */
async function templateUnits(
    sync: Sync,
    template: string,
    ofNew: string,
): Promise<{ units: string; missing: boolean }> {
    const { signal } = new AbortController();
    try {
        const found = await inTime(sync.destination.template(template, signal), TEMPLATES_MS, {}, signal);
        return { units: found?.units.trim() ?? ofNew, missing: template !== '' && found === undefined };
    } catch {
        return { units: ofNew, missing: false };
    }
}
