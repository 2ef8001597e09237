import { Failure, RejectedError } from '../../../http/errors';
import type { Part, ParameterTemplate } from '../../../clients/inventree/answers';
import { addParameters, changeParameter, parametersOf } from '../../../clients/inventree/parameters';
import type { Measure } from '../../../print/units';
import type { Pass, Print } from '../../../print/print';
import type { InvenTreeDestination } from '../destination';
import { misfit, templateData } from './template-data';
import { templateOrNew } from './template-step';

/** A row of the parameter table: which template gets what. */
export interface ParameterRow {
    template: string;
    /** already evaluated for this print; null: unknown, nothing is written */
    value: Measure | string | null;
    /** it is of the whole plate: where a Part is one piece of it, it gets its share */
    ofPlate?: boolean;
    /** of a template that has to be made; default: none */
    units?: string;
    /** why there is no value although the setting names one: told once */
    problem?: string;
}

/** What of a Part's settings is about its parameters. */
export interface ParameterSettings {
    parameters: readonly ParameterRow[];
    /** parameter templates that are missing are made; default: their rows are left out */
    createTemplates?: boolean;
    /** on how many pieces what is of the plate falls; null, or missing: it is left as it is */
    pieces?: (part: Part) => Promise<number | null>;
}

/** What a Part is to show. */
export interface Wanted {
    template: ParameterTemplate;
    data: string;
}

/** The share of one piece. @param pieces on the plate; null: it is left as it is */
export function perPiece(value: ParameterRow['value'], pieces: number | null): ParameterRow['value'] {
    if (pieces === null || value === null || typeof value === 'string') return value;
    return { ...value, value: value.value / pieces };
}

/** As `writeAll`; what may not be read or written of them is told once, and holds no print up. */
export async function writeParameters(...what: Parameters<typeof writeAll>): Promise<void> {
    try {
        await writeAll(...what);
    } catch (error) {
        if (!(error instanceof Failure) || error.waits !== 'print') throw error;
        const [destination, { identity }] = what;
        destination.parameterPack.written(identity);
        destination.delivery.warnOnce(
            `Parameters are skipped: ${error.message}`,
            `no parameters: ${error.request ?? error.message}`,
        );
    }
}

/** Writes parameters where such templates exist: absent ones, and those whose value is still the one we wrote last. */
async function writeAll(
    destination: InvenTreeDestination,
    print: Print,
    { part, created }: { part: Part; created: boolean },
    settings: ParameterSettings,
    pass: Pass,
    signal: AbortSignal,
): Promise<void> {
    const written: Record<string, string | null> = { ...destination.delivery.ledger.part(print.identity)?.parameters };
    const wanted = (await wantedParameters(destination, settings, part, signal)).filter(({ template, data }) => {
        if (pass.force || !Object.hasOwn(written, template.name)) return true;
        return written[template.name] !== null && written[template.name] !== data;
    });
    if (wanted.length === 0) return;
    const isNew = created && !Object.keys(written).length;
    if (await goesWithOthers(destination, print, { part, isNew, wanted }, pass, signal)) return;
    const waiting = destination.parameterPack.take(print.identity);
    const before = isNew && waiting === null ? [] : await parametersOf(destination.client, part.pk, signal);
    const absent: Wanted[] = [];
    for (const want of wanted) {
        const there = before.find((parameter) => parameter.template === want.template.pk);
        if (there === undefined) absent.push(want);
        else if (there.data === want.data) written[want.template.name] = want.data;
        else if (there.data === (written[want.template.name] ?? waiting?.[want.template.name])) {
            const changed = await kept(destination, want, () =>
                changeParameter(destination.client, there.pk, want.data, signal),
            );
            // refused (a locked Part): the value is still ours, and may be changed another time
            if (changed !== null) written[want.template.name] = changed;
        } else written[want.template.name] = null;
    }
    Object.assign(written, await add(destination, part.pk, absent, signal));
    destination.delivery.ledger.setPartDeferred({
        ...destination.delivery.ledger.part(print.identity)!,
        parameters: written,
    });
    destination.parameterPack.written(print.identity);
}

/** Those of a new Part of an import go in one list with those of others, where the server takes one. */
async function goesWithOthers(
    { client, parameterPack }: InvenTreeDestination,
    print: Print,
    { part, isNew, wanted }: { part: Part; isNew: boolean; wanted: readonly Wanted[] },
    pass: Pass,
    signal: AbortSignal,
): Promise<boolean> {
    if (!parameterPack.takes(print, pass) || !(isNew || parameterPack.has(print.identity))) return false;
    const { bulkParameters } = (await client.handshake(signal)).dialect;
    // a value that is taken would have the list refused
    if (!bulkParameters || wanted.some(({ template }) => isUnique(template))) return false;
    return parameterPack.put(print, part.pk, wanted, isNew);
}

async function wantedParameters(
    destination: InvenTreeDestination,
    { parameters, createTemplates = false, pieces }: ParameterSettings,
    part: Part,
    signal: AbortSignal,
): Promise<Wanted[]> {
    const wanted: Wanted[] = [];
    const isShared = pieces !== undefined && parameters.some(({ ofPlate, value }) => ofPlate && value !== null);
    const onPlate = isShared ? await pieces(part) : null;
    for (const { template: given, value: whole, ofPlate, units = '', problem } of parameters) {
        const value = ofPlate ? perPiece(whole, onPlate) : whole;
        const name = given.trim();
        if (problem !== undefined) destination.delivery.warnOnce(`The parameter "${name}" is skipped: ${problem}`);
        if (value === null || value === '' || name === '') continue;
        const template = createTemplates
            ? await templateOrNew(destination, { name, units }, signal)
            : await destination.template(name, signal);
        if (template === undefined) continue;
        const data = templateData(value, template);
        if (data !== null && data !== '') wanted.push({ template, data });
        else if (data === null) {
            const what = misfit(template);
            destination.delivery.warnOnce(`${what}, which does not fit ${textOf(value)}: it is skipped`, what);
        }
    }
    return wanted;
}

/** `"PLA"`, `148.2 (grams)` */
function textOf(value: Measure | string): string {
    if (typeof value === 'string') return `"${value.slice(0, 40)}"`;
    return value.of === 'none' ? `${value.value}, a figure without a unit` : `${value.value} (${value.of})`;
}

/**
 * Adds parameters. Values of templates that let each value be there once (from API 522 on) go apart: one that is taken would
 * have all of them refused.
 * @returns what was written, by template; null: it was refused, or a person's is there
 */
export async function add(
    destination: InvenTreeDestination,
    part: number,
    wanted: Wanted[],
    signal: AbortSignal,
): Promise<Record<string, string | null>> {
    const apart = wanted.filter(({ template }) => isUnique(template)).map((want) => [want]);
    const written: Record<string, string | null> = {};
    for (const group of [wanted.filter(({ template }) => !isUnique(template)), ...apart])
        Object.assign(written, await addTogether(destination, part, group, signal));
    return written;
}

/** Together where the server takes that; where one of them is refused, each on its own. */
async function addTogether(
    destination: InvenTreeDestination,
    part: number,
    wanted: readonly Wanted[],
    signal: AbortSignal,
): Promise<Record<string, string | null>> {
    try {
        await addParameters(destination.client, part, bodyOf(wanted), signal);
        return Object.fromEntries(wanted.map(({ template, data }) => [template.name, data]));
    } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        destination.forgetTemplates();
        const written: Record<string, string | null> = {};
        const there = await parametersOf(destination.client, part, signal);
        for (const want of wanted) {
            const same = there.find((parameter) => parameter.template === want.template.pk);
            const alone = (): Promise<void> => addParameters(destination.client, part, bodyOf([want]), signal);
            if (same === undefined) written[want.template.name] = await kept(destination, want, alone);
            else written[want.template.name] = same.data === want.data ? want.data : null;
        }
        return written;
    }
}

function bodyOf(wants: readonly Wanted[]): { template: number; data: string }[] {
    return wants.map(({ template, data }) => ({ template: template.pk, data }));
}

function isUnique({ unique }: ParameterTemplate): boolean {
    return unique !== null && unique > 0;
}

/** A parameter that is refused (locked Part, value out of its choices) is told once and holds nothing up. */
async function kept(
    destination: InvenTreeDestination,
    want: Wanted,
    write: () => Promise<void>,
): Promise<string | null> {
    try {
        await write();
        return want.data;
    } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        const unique = isUnique(want.template) ? ' (each value may be there once)' : '';
        const what = `The parameter "${want.template.name}"${unique} was refused`;
        destination.delivery.warnOnce(`${what}: ${error.message}`, what);
        return null;
    }
}
