import type { Request } from 'express';
import { Crash, invalid, type Complaint } from './answers';
import type { ArchiveRow } from './rows';
import { behaves } from './version';

type Kind = 'text' | 'integer' | 'number' | 'flag' | 'verdict';

/** What PATCH takes; all else is ignored without a word (recording 133). */
const fields = {
    print_name: { kind: 'text' },
    is_favorite: { kind: 'flag', notNull: true },
    tags: { kind: 'text' },
    notes: { kind: 'text' },
    cost: { kind: 'number' },
    failure_reason: { kind: 'text' },
    quantity: { kind: 'integer', notNull: true },
    external_url: { kind: 'text' },
    printer_id: { kind: 'integer' },
    project_id: { kind: 'integer' },
    status: { kind: 'text', notNull: true },
    /** from 1.2.5.7 on */
    user_verdict: { kind: 'verdict' },
} satisfies Partial<Record<keyof ArchiveRow, { kind: Kind; notNull?: boolean }>>;

export type ArchiveUpdate = Partial<Pick<ArchiveRow, keyof typeof fields>>;

/** Reads the body of a PATCH, which arrives as text. */
export function readUpdate(req: Request, version: string): ArchiveUpdate {
    const text = typeof req.body === 'string' ? req.body : '';
    if (text === '') throw invalid({ type: 'missing', loc: ['body'], msg: 'Field required', input: null });
    const json = /\bjson\b/.test(req.get('content-type') ?? '') ? parse(text) : text;
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        const msg = 'Input should be a valid dictionary or object to extract fields from';
        throw invalid({ type: 'model_attributes_type', loc: ['body'], msg, input: json });
    }
    const given = json as Record<string, unknown>;
    const complaints: Complaint[] = [];
    const update: Record<string, unknown> = {};
    for (const [name, { kind }] of Object.entries(fields)) {
        if (!(name in given) || (kind === 'verdict' && !behaves(version, 'verdicts'))) continue;
        const value = given[name];
        const read = value === null ? null : readers[kind](value);
        if (read instanceof Mismatch) complaints.push({ ...read, loc: ['body', name], input: value });
        else update[name] = read;
    }
    if (complaints.length > 0) throw invalid(...complaints);
    return update;
}

/** A null in a column that takes none is only found by the database (recordings 140, 141). */
export function refuseNulls(update: ArchiveUpdate): void {
    for (const [name, field] of Object.entries(fields)) {
        if ('notNull' in field && update[name as keyof ArchiveUpdate] === null) throw new Crash();
    }
}

function parse(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        const ctx = { error: 'Expecting property name enclosed in double quotes' };
        throw invalid({ type: 'json_invalid', loc: ['body', 1], msg: 'JSON decode error', input: {}, ctx });
    }
}

class Mismatch {
    constructor(
        readonly type: string,
        readonly msg: string,
    ) {}
}

const readers: Record<Kind, (value: unknown) => unknown> = {
    text: (value) =>
        typeof value === 'string' ? value : new Mismatch('string_type', 'Input should be a valid string'),
    integer: (value) => {
        const number = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
        if (typeof number !== 'number') return new Mismatch('int_type', 'Input should be a valid integer');
        if (Number.isInteger(number)) return number;
        return new Mismatch('int_from_float', 'Input should be a valid integer, got a number with a fractional part');
    },
    number: (value) => {
        const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
        if (typeof number === 'number' && !Number.isNaN(number)) return number;
        return new Mismatch('float_type', 'Input should be a valid number');
    },
    flag: (value) =>
        typeof value === 'boolean' ? value : new Mismatch('bool_type', 'Input should be a valid boolean'),
    verdict: (value) =>
        value === 'good' || value === 'reject'
            ? value
            : new Mismatch('literal_error', "Input should be 'good' or 'reject'"),
};
