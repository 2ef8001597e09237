import { acceptable, limits } from '../inventree/text';
import { VERDICTS, type Verdict } from '../store/records';

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
    /** the status that its StockItem gets whatever the stock node says */
    stockStatus?: number;
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

/** `msg.sync`: what this pass is to do. */
export interface Pass {
    force: boolean;
    /** `parts`: no stock */
    mode: 'all' | 'parts';
}

/** The message carries no print, or one without what every print needs. Permanent, of that message alone. */
export class NoPrintError extends Error {
    readonly code = 'NO_PRINT';
    constructor(why: string) {
        super(
            `${why}. Expected msg.payload to be a print, as "finished prints" sends it: at least { batch, identity }.`,
        );
        this.name = 'NoPrintError';
    }
}

/**
 * Reads a print from a message, whoever made it: what is missing becomes null.
 * @throws NoPrintError
 */
export function printOf(payload: unknown): Print {
    if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
        throw new NoPrintError('No print in msg.payload');
    const given = payload as Record<string, unknown>;
    const batch = text(given['batch']);
    const identity = text(given['identity']);
    if (batch === null) throw new NoPrintError('The print in msg.payload has no batch');
    if (identity === null) throw new NoPrintError('The print in msg.payload has no identity');
    if (acceptable(batch, limits.batch) !== batch)
        throw new NoPrintError(
            `The batch of the print in msg.payload is none that InvenTree keeps as it is: at most ${limits.batch} characters, no HTML, no line breaks`,
        );
    const part = (key: string): Record<string, unknown> => (isRecord(given[key]) ? given[key] : {});
    return {
        source: text(given['source']) ?? 'manual',
        server: text(given['server']),
        archiveId: number(given['archiveId']),
        runId: number(given['runId']),
        batch,
        identity,
        ...(text(given['formerIdentity']) === null ? {} : { formerIdentity: text(given['formerIdentity'])! }),
        name: text(given['name']),
        filename: text(given['filename']),
        contentHash: text(given['contentHash']),
        plate: number(given['plate']),
        status: text(given['status']) ?? 'completed',
        startedAt: text(given['startedAt']),
        completedAt: text(given['completedAt']),
        ...(text(given['notAfter']) === null ? {} : { notAfter: text(given['notAfter'])! }),
        printSeconds: number(given['printSeconds']),
        weightGrams: number(given['weightGrams']),
        estimate: { seconds: number(part('estimate')['seconds']), grams: number(part('estimate')['grams']) },
        ...givenOutcome(given),
        quantity: number(given['quantity']),
        cost: number(given['cost']),
        energyCost: number(given['energyCost']),
        filamentType: text(given['filamentType']),
        filamentColor: text(given['filamentColor']),
        layerHeight: number(given['layerHeight']),
        printer: {
            id: number(part('printer')['id']),
            name: text(part('printer')['name']),
            model: text(part('printer')['model']),
        },
        project: { id: number(part('project')['id']), name: text(part('project')['name']) },
        tags: Array.isArray(given['tags']) ? given['tags'].filter((tag): tag is string => typeof tag === 'string') : [],
        url: text(given['url']),
        makerworldUrl: text(given['makerworldUrl']),
        designer: text(given['designer']),
        externalUrl: text(given['externalUrl']),
        archive: isRecord(given['archive']) ? given['archive'] : null,
    };
}

/** A field of the print by a dotted path, e.g. `printer.name`. */
export function fieldOf(print: Print, path: string): unknown {
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

function givenOutcome(given: Record<string, unknown>): Pick<Print, 'verdict' | 'stockStatus'> {
    const verdict = VERDICTS.find((each) => each === given['verdict']);
    const status = number(given['stockStatus']);
    return {
        ...(verdict === undefined ? {} : { verdict }),
        ...(status !== null && Number.isSafeInteger(status) && status > 0 ? { stockStatus: status } : {}),
    };
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
    return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function number(value: unknown): number | null {
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
