import { createHash } from 'node:crypto';
import { unescaped } from '../text/inventree-text';
import { isPlaceholder } from './placeholder-names';

/** When two prints are the same Part. */
export interface IdentityRule {
    samePart: 'file' | 'name' | 'fields';
    /** for `fields`: the first that is not empty */
    keyFields: readonly string[];
    platesApart: boolean;
}

export const DEFAULT_KEY_FIELDS = ['content_hash', 'filename', 'print_name', 'name'] as const;
const NAME_FIELDS = ['print_name', 'name', 'filename'] as const;
/** Fields that people and programs fill with a name. */
const NAMING: ReadonlySet<string> = new Set(NAME_FIELDS);

/** What identity is made of: the archive as its server sends it. */
export type KeySource = Readonly<Record<string, unknown>>;

/**
 * The identity of a print: `<field>:<value>` of the first field that is not empty, and `:plate:<n>` where the plate is
 * known and plates are told apart. Names are compared as a person reads them: in Unicode NFC, unescaped; a placeholder
 * counts as empty.
 * @returns null where no field has a value
 */
export function identityOf(archive: KeySource, rule: IdentityRule): string | null {
    return firstKey(archive, rule, keyValue, plateOf(archive));
}

/**
 * The identity that version 0.1 gave this print, whose Part goes on being its Part.
 * @param otherwise the identity of a print that has no key by the rule
 * @returns null where it is the same as now, or there was none. The plate in the name of a file without a 3MF counted
 * for nothing then: a Part found by that key would be of another plate, so these have none either
 */
export function formerIdentityOf(
    archive: KeySource,
    rule: IdentityRule,
    otherwise: string | null = null,
): string | null {
    const now = identityOf(archive, rule) ?? otherwise;
    const former = firstKey(archive, rule, formerValue, plateId(archive));
    if (now === null || former === null || former === now) return null;
    return rule.platesApart && plateOf(archive) !== plateId(archive) ? null : former;
}

/**
 * The identities that a print without a 3MF would have had for the same thing: by its name alone, which is all that the
 * server knows of such a print.
 * @param identity of this print, which has its 3MF. @returns nothing for one without
 */
export function identitiesWithoutFile(identity: string, archive: KeySource): string[] {
    if (!identity.startsWith('content_hash:')) return [];
    const plate = /:plate:\d+$/.exec(identity)?.[0] ?? '';
    const identities: string[] = [];
    for (const field of ['print_name', 'name']) {
        const value = keyValue(archive, field);
        if (value !== null) identities.push(`${field}:${value}${plate}`);
    }
    return identities;
}

/** IPN of an identity: the prefix and the first 12 characters of the SHA-1 of the key, lower-case hex. */
export function ipnOf(identity: string, prefix: string): string {
    const hash = createHash('sha1').update(identity).digest('hex').slice(0, 12);
    return prefix === '' ? hash : `${prefix}-${hash}`;
}

/**
 * Every IPN that this print could have been given, by us under any rule or by the sidecar before us: each key field, with
 * its name and without, with the plate and without, as the rules of now and of before read it. Lower case, as the server
 * compares.
 */
export function possibleIpns(archive: KeySource, keyFields: readonly string[], prefix: string): Set<string> {
    const ipns = new Set<string>();
    const plates = new Set(['', plateSuffix(plateId(archive)), plateSuffix(plateOf(archive))]);
    for (const field of new Set([...DEFAULT_KEY_FIELDS, ...keyFields])) {
        for (const value of new Set([keyValue(archive, field), formerValue(archive, field)])) {
            if (value === null || (NAMING.has(field) && isPlaceholder(value))) continue;
            for (const key of [`${field}:${value}`, value])
                for (const plate of plates) ipns.add(ipnOf(`${key}${plate}`, prefix).toLowerCase());
        }
    }
    return ipns;
}

/** Whether an IPN has the form that is given here: the prefix and twelve hex digits. Nobody types that. */
export function isIpnForm(ipn: string, prefix: string): boolean {
    const lower = ipn.toLowerCase();
    const start = prefix === '' ? '' : `${prefix.toLowerCase()}-`;
    return lower.startsWith(start) && /^[0-9a-f]{12}$/.test(lower.slice(start.length));
}

/**
 * Whether a Part's IPN says that it is of another content: it has our form, and no key of this print gives it. An IPN that
 * a person typed says nothing.
 * @param identities of the print, beside those of its archive
 */
export function isIpnOfAnother(
    ipn: string,
    archive: KeySource,
    identities: readonly string[],
    prefix: string,
): boolean {
    if (!isIpnForm(ipn, prefix)) return false;
    const lower = ipn.toLowerCase();
    if (identities.some((identity) => ipnOf(identity, prefix).toLowerCase() === lower)) return false;
    return !possibleIpns(archive, [], prefix).has(lower);
}

/** Prints without a 3MF have the plate in the name of the printer's own file only. */
const PLATE_FILE = /(?:^|\/)Metadata\/plate_(\d+)\.gcode$/;

/**
 * The plate of an archive, as far as it tells one from another: the server's, else the one in the file's name from the
 * second on. The first is what a file with one plate has too.
 */
export function plateOf(archive: KeySource): number | null {
    const known = plateId(archive);
    if (known !== null) return known;
    const { filename } = archive;
    const named = typeof filename === 'string' ? PLATE_FILE.exec(filename)?.[1] : undefined;
    return named === undefined || Number(named) < 2 ? null : Number(named);
}

function firstKey(
    archive: KeySource,
    rule: IdentityRule,
    valueOf: (archive: KeySource, field: string) => string | null,
    plate: number | null,
): string | null {
    for (const field of fieldsOf(rule)) {
        const value = valueOf(archive, field);
        if (value !== null) return `${field}:${value}${rule.platesApart ? plateSuffix(plate) : ''}`;
    }
    return null;
}

function fieldsOf(rule: IdentityRule): readonly string[] {
    if (rule.samePart === 'name') return NAME_FIELDS;
    if (rule.samePart === 'fields' && rule.keyFields.length > 0) return rule.keyFields;
    return DEFAULT_KEY_FIELDS;
}

function keyValue(archive: KeySource, field: string): string | null {
    const value = formerValue(archive, field);
    if (value === null || !NAMING.has(field)) return value;
    const name = unescaped(value).normalize('NFC').trim();
    return name === '' || isPlaceholder(name) ? null : name;
}

/** As version 0.1 read it: letter by letter, placeholders too. */
function formerValue(archive: KeySource, field: string): string | null {
    const value = archive[field];
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string' || value.trim() === '') return null;
    return field === 'filename' && isPrintersOwn(value) ? null : value.trim();
}

/** Prints without a 3MF all carry `/data/Metadata/plate_1.gcode`: they would fall into one Part. */
function isPrintersOwn(filename: string): boolean {
    return filename.startsWith('/') || /^[A-Za-z]:[\\/]/.test(filename) || PLATE_FILE.test(filename);
}

function plateId(archive: KeySource): number | null {
    const plate = archive['plate_id'];
    return typeof plate === 'number' ? plate : null;
}

function plateSuffix(plate: number | null): string {
    return plate === null ? '' : `:plate:${plate}`;
}
