import type { Request } from 'express';
import { Crash, invalid, type Complaint } from './answers';

const INT64 = 2n ** 63n;

/** Query parameters of one request, checked and refused as FastAPI does; unknown ones are nobody's business. */
export class Query {
    private readonly values: URLSearchParams;

    constructor(req: Request) {
        this.values = new URL(req.originalUrl, 'http://localhost').searchParams;
    }

    text(name: string): string | undefined {
        return this.values.getAll(name).at(-1);
    }

    required(name: string, minLength: number): string {
        const input = this.text(name);
        const loc = ['query', name];
        if (input === undefined) throw invalid({ type: 'missing', loc, msg: 'Field required', input: null });
        if (input.length >= minLength) return input;
        const msg = `String should have at least ${minLength} characters`;
        throw invalid({ type: 'string_too_short', loc, msg, input, ctx: { min_length: minLength } });
    }

    /** A text of a given form; another is 422. */
    pattern(name: string, form: RegExp): string | undefined {
        const input = this.text(name);
        if (input === undefined || form.test(input)) return input;
        const msg = `String should match pattern '${form.source}'`;
        throw invalid({
            type: 'string_pattern_mismatch',
            loc: ['query', name],
            msg,
            input,
            ctx: { pattern: form.source },
        });
    }

    integer(name: string): number | undefined {
        const input = this.text(name);
        return input === undefined ? undefined : integer(input, ['query', name]);
    }

    /** An integer with limits; outside of them 422 (recording 207). */
    bounded(name: string, { least, most, fallback }: { least: number; most?: number; fallback: number }): number {
        const value = this.integer(name) ?? fallback;
        const input = this.text(name);
        const loc = ['query', name];
        if (value < least) {
            const msg = `Input should be greater than or equal to ${least}`;
            throw invalid({ type: 'greater_than_equal', loc, msg, input, ctx: { ge: least } });
        }
        if (most !== undefined && value > most) {
            const msg = `Input should be less than or equal to ${most}`;
            throw invalid({ type: 'less_than_equal', loc, msg, input, ctx: { le: most } });
        }
        return value;
    }

    flag(name: string): boolean {
        return ['1', 'true', 'on', 'yes', 't', 'y'].includes((this.text(name) ?? '').toLowerCase());
    }

    /** A day; a date with time is taken when the time is midnight (recordings 61 to 64). */
    date(name: string): string | undefined {
        const input = this.text(name);
        if (input === undefined) return undefined;
        const parts = readTime(input);
        const loc = ['query', name];
        if (parts === undefined) {
            throw invalid(unreadable('date_from_datetime_parsing', loc, 'a valid date or datetime', input));
        }
        if (/[1-9]/.test(parts.time)) {
            const msg = 'Datetimes provided to dates should have zero time - e.g. be exact dates';
            throw invalid({ type: 'date_from_datetime_inexact', loc, msg, input });
        }
        return parts.date;
    }

    /**
     * A time as SQLite compares it: as text with six decimals, its offset dropped, not converted (recording 206).
     * Stored times without decimals are therefore smaller than the same second given here.
     */
    time(name: string): string | undefined {
        const input = this.text(name);
        if (input === undefined) return undefined;
        const parts = readTime(input);
        if (parts !== undefined) return `${parts.date}T${parts.time}`;
        throw invalid(unreadable('datetime_from_date_parsing', ['query', name], 'a valid datetime or date', input));
    }
}

/** An id in the path; beyond 64 bits SQLite's driver throws (recording 85). */
export function idOf(req: Request, name: string): number {
    return integer(req.params[name] ?? '', ['path', name]);
}

function integer(input: string, loc: string[]): number {
    const text = input.trim();
    if (!/^[+-]?\d+$/.test(text)) {
        const msg = 'Input should be a valid integer, unable to parse string as an integer';
        throw invalid({ type: 'int_parsing', loc, msg, input });
    }
    const value = BigInt(text.replace(/^\+/, ''));
    if (value >= INT64 || value < -INT64) throw new Crash();
    return Number(value);
}

function readTime(input: string): { date: string; time: string } | undefined {
    const match = /^(\d{4}-\d\d-\d\d)(?:[Tt _](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,6})\d*)?(?:[Zz]|[+-]\d\d:?\d\d)?)?$/.exec(
        input,
    );
    if (!match || Number.isNaN(Date.parse(match[1]!))) return undefined;
    const [, date, minutes = '00:00', seconds = ':00', fraction = ''] = match;
    return { date: date!, time: `${minutes}${seconds}.${fraction.padEnd(6, '0')}` };
}

function unreadable(type: string, loc: string[], wanted: string, input: string): Complaint {
    const error = input.length < 10 ? 'input is too short' : 'unexpected extra characters at the end of the input';
    return { type, loc, msg: `Input should be ${wanted}, ${error}`, input, ctx: { error } };
}
