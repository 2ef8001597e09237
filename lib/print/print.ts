import { sanitize, limits } from '../text/inventree-text';
import { VERDICTS, type Verdict } from '../store/ledger/records';
import { NoPrintError, PrintFields } from './fields';
import { printKind } from './print-kind';

export { NoPrintError };

/** A finished print as it travels the wires in `msg.payload`. Times ISO 8601 UTC with `Z`, grams, seconds; unknown is null. */
export interface Print {
    source: string;
    /** the source's address or name */
    server: string | null;
    archiveId: number | null;
    runId: number | null;
    /** code of the StockItem */
    batch: string;
    /** which Part: prints of one identity are one Part */
    identity: string;
    /** the one that an earlier version of this package gave it, where that was another: its Part goes on being this print's */
    formerIdentity?: string;
    name: string | null;
    filename: string | null;
    contentHash: string | null;
    plate: number | null;
    status: string;
    startedAt: string | null;
    completedAt: string | null;
    /** where the end is not known: it was before this */
    notAfter?: string;
    printSeconds: number | null;
    weightGrams: number | null;
    /** the slicer's, the same for every run */
    estimate: { seconds: number | null; grams: number | null };
    /** what a person said of it in Bambuddy; missing: nothing */
    verdict?: Verdict;
    /** how many of its pieces a person counted as good, when asked; missing: nobody was asked */
    pieces?: number;
    /** the status that its StockItem gets whatever the stock node says */
    stockStatus?: number;
    /** it failed, and is sent for what it used alone: no Part and no stock is made of it */
    filamentOnly?: true;
    /** the source's own count of what was on the plate */
    quantity: number | null;
    cost: number | null;
    energyCost: number | null;
    filamentType: string | null;
    filamentColor: string | null;
    layerHeight: number | null;
    printer: { id: number | null; name: string | null; model: string | null };
    project: { id: number | null; name: string | null };
    tags: string[];
    /** the archive's page */
    url: string | null;
    makerworldUrl: string | null;
    designer: string | null;
    externalUrl: string | null;
    /** the server's own object */
    archive: Record<string, unknown> | null;
}

/** The file that the print is of is not known to its source (yet): see `PrintKind.lacksFile`. */
export function isWithoutFile(print: Print): boolean {
    return printKind(print.source).lacksFile?.(print) ?? false;
}

/** `msg.sync`: what this pass is to do. */
export interface Pass {
    force: boolean;
    /** `parts`: no stock */
    mode: 'all' | 'parts';
}

/**
 * Reads a print from a message, whoever made it: what is missing becomes null.
 * @throws NoPrintError where it is none, or a value of it is of another kind than `Print` says
 */
export function printOf(payload: unknown): Print {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
        throw new NoPrintError('No print in msg.payload');
    const given = payload as Record<string, unknown>;
    const fields = new PrintFields(given);
    const batch = text(given['batch']);
    const identity = text(given['identity']);
    if (batch === null) throw new NoPrintError('The print in msg.payload has no batch');
    if (identity === null) throw new NoPrintError('The print in msg.payload has no identity');
    if (sanitize(batch, limits.batch) !== batch)
        throw new NoPrintError(
            `The batch of the print in msg.payload cannot be stored unchanged in InvenTree: at most ${limits.batch} characters, no HTML, no line breaks`,
        );
    const [estimate, printer, project] = [fields.of('estimate'), fields.of('printer'), fields.of('project')];
    const notAfter = fields.moment('notAfter');
    const formerIdentity = fields.text('formerIdentity');
    const verdict = fields.oneOf('verdict', VERDICTS);
    const stockStatus = fields.id('stockStatus');
    const pieces = fields.amount('pieces');
    return {
        source: fields.text('source') ?? 'manual',
        server: fields.text('server'),
        archiveId: fields.id('archiveId'),
        runId: fields.id('runId'),
        batch,
        identity,
        ...(formerIdentity === null ? {} : { formerIdentity }),
        name: fields.text('name'),
        filename: fields.text('filename'),
        contentHash: fields.text('contentHash'),
        plate: fields.amount('plate'),
        status: fields.text('status') ?? 'completed',
        startedAt: fields.moment('startedAt'),
        completedAt: fields.moment('completedAt'),
        ...(notAfter === null ? {} : { notAfter }),
        printSeconds: fields.seconds('printSeconds'),
        weightGrams: fields.amount('weightGrams'),
        estimate: { seconds: estimate.seconds('seconds'), grams: estimate.amount('grams') },
        ...(verdict === null ? {} : { verdict }),
        ...(pieces === null ? {} : { pieces }),
        ...(stockStatus === null ? {} : { stockStatus }),
        ...(given['filamentOnly'] === true ? { filamentOnly: true as const } : {}),
        quantity: fields.number('quantity'),
        cost: fields.number('cost'),
        energyCost: fields.number('energyCost'),
        filamentType: fields.text('filamentType'),
        filamentColor: fields.text('filamentColor'),
        layerHeight: fields.amount('layerHeight'),
        printer: {
            id: printer.id('id'),
            name: printer.text('name'),
            model: printer.text('model'),
        },
        project: { id: project.id('id'), name: project.text('name') },
        tags: fields.texts('tags'),
        url: fields.text('url'),
        makerworldUrl: fields.text('makerworldUrl'),
        designer: fields.text('designer'),
        externalUrl: fields.text('externalUrl'),
        archive: fields.record('archive'),
    };
}

/** A field of the print by a dotted path, e.g. `printer.name`. */
export function fieldOf(print: object, path: string): unknown {
    return path
        .trim()
        .split('.')
        .reduce<unknown>(
            (value, key) =>
                typeof value === 'object' && value !== null && Object.hasOwn(value, key)
                    ? (value as Record<string, unknown>)[key]
                    : undefined,
            print,
        );
}

/** `msg.sync`, with what is missing as in an ordinary pass. */
export function passOf(sync: unknown): Pass {
    const given = isRecord(sync) ? sync : {};
    return { force: given['force'] === true, mode: given['mode'] === 'parts' ? 'parts' : 'all' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
    return typeof value === 'string' && value.trim() !== '' ? value : null;
}
