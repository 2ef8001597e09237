import { createHash } from 'node:crypto';

/** When two prints are the same Part. */
export interface IdentityRule {
    samePart: 'file' | 'name' | 'fields';
    /** for `fields`: the first that is not empty */
    keyFields: readonly string[];
    platesApart: boolean;
}

export const DEFAULT_KEY_FIELDS = ['content_hash', 'filename', 'print_name', 'name'] as const;
const NAME_FIELDS = ['print_name', 'name', 'filename'] as const;

/** What identity is made of: the archive as its server sends it. */
export type KeySource = Readonly<Record<string, unknown>>;

/**
 * The identity of a print: `<field>:<value>` of the first field that is not empty, and `:plate:<n>` where the plate is
 * known and plates are told apart.
 * @returns null where no field has a value
 */
export function identityOf(archive: KeySource, rule: IdentityRule): string | null {
    for (const field of fieldsOf(rule)) {
        const value = keyValue(archive, field);
        if (value !== null) return `${field}:${value}${rule.platesApart ? plateSuffix(archive) : ''}`;
    }
    return null;
}

/** IPN of an identity: the prefix and the first 12 characters of the SHA-1 of the key, lower-case hex. */
export function ipnOf(identity: string, prefix: string): string {
    const hash = createHash('sha1').update(identity).digest('hex').slice(0, 12);
    return prefix === '' ? hash : `${prefix}-${hash}`;
}

/**
 * Every IPN that this print could have been given, by us under any rule or by the sidecar before us: each key field, with
 * its name and without, with the plate and without. Lower case, as the server compares.
 */
export function possibleIpns(archive: KeySource, keyFields: readonly string[], prefix: string): Set<string> {
    const ipns = new Set<string>();
    for (const field of new Set([...DEFAULT_KEY_FIELDS, ...keyFields])) {
        const value = keyValue(archive, field);
        if (value === null) continue;
        for (const key of [`${field}:${value}`, value]) {
            for (const plate of ['', plateSuffix(archive)]) ipns.add(ipnOf(`${key}${plate}`, prefix).toLowerCase());
        }
    }
    return ipns;
}

function fieldsOf(rule: IdentityRule): readonly string[] {
    if (rule.samePart === 'name') return NAME_FIELDS;
    if (rule.samePart === 'fields' && rule.keyFields.length > 0) return rule.keyFields;
    return DEFAULT_KEY_FIELDS;
}

function keyValue(archive: KeySource, field: string): string | null {
    const value = archive[field];
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string' || value.trim() === '') return null;
    return field === 'filename' && isNoName(value) ? null : value.trim();
}

/** Prints without a 3MF all carry `/data/Metadata/plate_1.gcode` (recording 79): they would fall into one Part. */
function isNoName(filename: string): boolean {
    return (
        filename.startsWith('/') ||
        /^[A-Za-z]:[\\/]/.test(filename) ||
        /(^|\/)Metadata\/plate_\d+\.gcode$/.test(filename)
    );
}

function plateSuffix(archive: KeySource): string {
    const plate = archive['plate_id'];
    return typeof plate === 'number' ? `:plate:${plate}` : '';
}
