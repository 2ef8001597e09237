import { numberOfText } from '../text/number-text';

/** No print weighs, costs or takes more; beyond it a figure is a mistake of who wrote it. */
const MOST_FIGURE = 1e12;

/** ISO 8601 with a zone: without one every program reads it by the clock of its own place. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i;

/** A number that a server gives one of its rows: whole, from 1. */
export function isId(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** A number that a print may have: finite, and of a size that means something. */
export function isFigure(value: unknown): value is number {
    return typeof value === 'number' && Math.abs(value) <= MOST_FIGURE;
}

/**
 * A time as ISO 8601 in UTC; what ends in `Z` stays as it is written.
 * @returns null where it is none, or has no zone
 */
export function momentOf(text: string): string | null {
    const written = text.trim();
    if (!MOMENT.test(written)) return null;
    const ms = Date.parse(written);
    if (!Number.isFinite(ms)) return null;
    return written.endsWith('Z') ? written : new Date(ms).toISOString();
}

/** A value as an error shows it, short. */
export function shownValue(value: unknown): string {
    if (value === undefined) return 'missing';
    const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
    return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The message carries no print, or one whose values are not what they must be. Permanent, of that message alone. */
export class NoPrintError extends Error {
    readonly code = 'NO_PRINT';
    constructor(why: string) {
        super(`${why}. msg.payload must be a print, as sent by "finished prints": at least { batch, identity }.`);
        this.name = 'NoPrintError';
    }
}

/**
 * Reads the fields of a print from a message. What is missing, null or an empty text is null; what is there and of another
 * kind is a mistake that stock or a Part would show, so each method throws NoPrintError with the field's name.
 */
export class PrintFields {
    /** @param path of the object in the print, e.g. `printer.` */
    constructor(
        private readonly given: Record<string, unknown>,
        private readonly path = '',
    ) {}

    text(name: string): string | null {
        return this.read(name, 'a text', (value) => (typeof value === 'string' ? value : undefined));
    }

    /** A number, or a text that is one. */
    number(name: string): number | null {
        return this.read(name, 'a number', figureOf);
    }

    /** From 0: a weight, a length. */
    amount(name: string): number | null {
        return this.read(name, 'a number from 0', (value) => {
            const figure = figureOf(value);
            return figure !== undefined && figure >= 0 ? figure : undefined;
        });
    }

    /** A duration; 0 is what servers write where they do not know it. */
    seconds(name: string): number | null {
        return this.amount(name) || null;
    }

    id(name: string): number | null {
        return this.read(name, 'a whole number from 1', (value) => {
            const figure = figureOf(value);
            return isId(figure) ? figure : undefined;
        });
    }

    moment(name: string): string | null {
        const must = 'an ISO 8601 time with a time zone, such as 2026-11-22T04:33:35Z';
        return this.read(name, must, (value) =>
            typeof value === 'string' ? (momentOf(value) ?? undefined) : undefined,
        );
    }

    oneOf<T extends string>(name: string, words: readonly T[]): T | null {
        return this.read(name, `one of ${words.join(', ')}`, (value) => words.find((word) => word === value));
    }

    texts(name: string): string[] {
        const list = this.read(name, 'a list of strings', (value) =>
            Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined,
        );
        return list ?? [];
    }

    record(name: string): Record<string, unknown> | null {
        return this.read(name, 'an object', (value) => (isRecord(value) ? value : undefined));
    }

    /** The fields of an object in it. */
    of(name: string): PrintFields {
        return new PrintFields(this.record(name) ?? {}, `${this.path}${name}.`);
    }

    private read<T>(name: string, must: string, reading: (value: unknown) => T | undefined): T | null {
        const value = this.given[name];
        if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return null;
        const read = reading(value);
        if (read !== undefined) return read;
        throw new NoPrintError(
            `"${this.path}${name}" of the print in msg.payload must be ${must}, and is ${shownValue(value)}`,
        );
    }
}

function figureOf(value: unknown): number | undefined {
    const number = typeof value === 'string' ? numberOfText(value) : value;
    return isFigure(number) ? number : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
