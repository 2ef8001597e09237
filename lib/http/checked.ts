import * as v from 'valibot';
import { UnreadableRowError, type ServerName } from './errors';

/** May be null, missing on older servers or of an unknown form: null. For all that we can do without. */
export const maybe = <const T extends v.GenericSchema>(schema: T) =>
    v.fallback(v.optional(v.nullable(schema), null), null);

export type Checked = <const T extends v.GenericSchema>(schema: T, body: unknown, what: string) => v.InferOutput<T>;

/**
 * A reader of a server's answers: throws UnreadableRowError naming the first thing that is not as that server sends it.
 * What is not the server's own answer at all was told from it before (`OwnForm`).
 */
export function checkedFor(server: ServerName): Checked {
    return (schema, body, what) => {
        const result = v.safeParse(schema, body);
        if (result.success) return result.output;
        throw new UnreadableRowError(`${server} answered ${what} in an unexpected form (${whyNot(result.issues[0])})`, {
            server,
            failureKind: 'unreadable',
        });
    };
}

/** A row of a list that is not as that server sends it. The rows beside it are read all the same. */
export class UnreadableRow {
    constructor(
        readonly row: unknown,
        /** the field and what is wrong with it */
        readonly why: string,
    ) {}

    /** A field of it, where the row has fields at all. */
    field(name: string): unknown {
        return isObject(this.row) && Object.hasOwn(this.row, name) ? this.row[name] : undefined;
    }
}

/**
 * Reads the rows of a list one by one.
 * @returns as many as there are, in their order
 * @throws UnreadableRowError where none of them is an object: such a list is another server's
 */
export function readRowsOf(server: ServerName) {
    return <const T extends v.GenericSchema>(
        schema: T,
        list: readonly unknown[],
        what: string,
    ): (v.InferOutput<T> | UnreadableRow)[] => {
        // says it in the same words
        if (list.length > 0 && !list.some(isObject)) checkedFor(server)(v.array(v.looseObject({})), list, what);
        return list.map((row) => {
            const result = v.safeParse(schema, row);
            return result.success ? result.output : new UnreadableRow(row, whyNot(result.issues[0]));
        });
    };
}

/** Whether a row of a list could be read. */
export function isReadable<T>(row: T | UnreadableRow): row is T {
    return !(row instanceof UnreadableRow);
}

function whyNot(issue: v.BaseIssue<unknown>): string {
    return `${issue.path?.map((item) => String(item.key)).join('.') ?? 'the whole'}: ${issue.message}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
