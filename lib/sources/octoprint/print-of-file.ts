import { createHash } from 'node:crypto';
import type { Ledger } from '../../store/ledger/ledger';
import { stamped } from '../../print/batch-code';
import { formerIdentityOf, identityOf, type IdentityRule } from '../../print/part-identity';
import type { Print } from '../../print/print';
import type { FileState } from './history/compare-with-history';
import { OCTOPRINT_PRINTS } from './print-kind';

/** One successful print of a file. */
export interface FilePrint {
    path: string;
    file: FileState;
    /** the how-manieth success of that file it was, by OctoPrint's count */
    n: number;
    /** ms since 1970; null: not known */
    endedAt: number | null;
    /** ms since 1970: it was before this, where the end is not known */
    notAfter: number | null;
    /** how long it took, in seconds */
    seconds: number | null;
    /** the server's own object */
    raw: Record<string, unknown> | null;
}

export interface PrintedBy {
    address: string;
    prefix: string;
    deviceIdentifier: string;
    rule: IdentityRule;
}

/** The print that travels the wires, from a file of OctoPrint and one of its successes. */
export function printOfFile(ledger: Ledger, of: FilePrint, by: PrintedBy): Print {
    const { path, file, endedAt, seconds } = of;
    const title = path.split('/').at(-1)!;
    const name = (file.display ?? title).replace(/\.(gcode|gco|g)$/i, '');
    const key = { content_hash: file.hash, filename: path, print_name: name, name };
    const former = formerIdentityOf(key, by.rule, `filename:${path}`);
    const completedAt = endedAt === null ? null : new Date(endedAt).toISOString();
    const startedAt = endedAt === null || seconds === null ? null : new Date(endedAt - seconds * 1000).toISOString();
    return {
        source: OCTOPRINT_PRINTS.kind,
        server: by.address,
        archiveId: null,
        runId: null,
        batch: fileBatch(ledger, by.prefix, of),
        identity: identityOf(key, by.rule) ?? `filename:${path}`,
        ...(former === null ? {} : { formerIdentity: former }),
        name,
        filename: path,
        contentHash: file.hash,
        plate: null,
        status: 'completed',
        startedAt,
        completedAt,
        ...(of.notAfter === null ? {} : { notAfter: new Date(of.notAfter).toISOString() }),
        printSeconds: seconds || null,
        // OctoPrint measures nothing: what its analysis expects of the whole file is all there is
        weightGrams: file.grams,
        estimate: { seconds: file.seconds || null, grams: file.grams },
        quantity: null,
        cost: null,
        energyCost: null,
        filamentType: null,
        filamentColor: null,
        layerHeight: null,
        printer: { id: null, name: by.deviceIdentifier === '' ? null : by.deviceIdentifier, model: null },
        project: { id: null, name: null },
        tags: [],
        url: `${by.address}/`,
        makerworldUrl: null,
        designer: null,
        externalUrl: null,
        archive: of.raw,
    };
}

/**
 * `<prefix>-<hash8>-<n-th success>`. OctoPrint counts for each path, and from 0 again for a file that was deleted and
 * uploaded anew: a code that is taken gets the end of the print appended.
 */
function fileBatch(ledger: Ledger, prefix: string, of: FilePrint): string {
    const code = `${prefix}-${hash8(of.file.hash, of.path)}-${of.n}`;
    const isFree = (each: string): boolean => ledger.print(each) === undefined && ledger.code(each) === undefined;
    if (isFree(code)) return code;
    const ended = of.endedAt ?? of.notAfter;
    const dated = ended === null ? code : stamped(code, new Date(ended).toISOString());
    for (let n = 2, next = dated; ; n++, next = `${dated}-${n}`) if (isFree(next)) return next;
}

/** The next code of a print whose code is another item's in InvenTree. @returns null: there is no other */
export function nextFileBatch(ledger: Ledger, print: Print): string | null {
    const ended = print.completedAt ?? print.notAfter ?? null;
    if (ended === null) return null;
    const stamp = ended.replace(/\D/g, '').slice(0, 14);
    if (!print.batch.includes(`-${stamp}`)) return stamped(print.batch, ended);
    for (let n = 2; n < 100; n++) {
        const next = `${print.batch.replace(new RegExp(`(-${stamp})(-\\d{1,2})?$`), '$1')}-${n}`;
        if (next !== print.batch && ledger.print(next) === undefined) return next;
    }
    return null;
}

/** `n` of `octoprint-1234abcd-n`, with or without a time behind it. */
export function ordinalOf(batch: string, prefix: string): { hash8: string; n: number } | null {
    const found = /^([0-9a-f]{8})-(\d{1,6})(?:-\d{14})?(?:-\d{1,2})?$/.exec(batch.slice(prefix.length + 1));
    return found === null ? null : { hash8: found[1]!, n: Number(found[2]) };
}

/** Files on an SD card have no hash: of these it is their path's. */
export function hash8(hash: string | null, path: string): string {
    return (hash ?? createHash('sha1').update(`sdcard:${path}`).digest('hex')).slice(0, 8);
}
