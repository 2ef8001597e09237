import type { FieldErrors } from './errors';
import { isUrl } from './text';
import type { State } from './state';

/** Thrown by a rule with the messages for its field. */
class Wrong extends Error {
    constructor(readonly messages: string[]) {
        super(messages.join(' '));
    }
}

export function wrong(...messages: string[]): Error {
    return new Wrong(messages);
}

/** Makes the stored value of one field out of what was sent. */
export type Rule<T> = (value: unknown, state: State) => T;

const notNull = 'This field may not be null.';

export function text(maxLength: number, options: { blank?: boolean } = {}): Rule<string> {
    return (value) => {
        if (value === null) throw wrong(notNull);
        if (typeof value === 'object' || typeof value === 'boolean') throw wrong('Not a valid string.');
        const content = String(value);
        if (content === '' && options.blank === false) throw wrong('This field may not be blank.');
        if (Array.from(content).length > maxLength) throw wrong(tooLong(maxLength));
        return content;
    };
}

export function nullableText(maxLength: number): Rule<string | null> {
    const rule = text(maxLength);
    return (value, state) => (value === null ? null : rule(value, state));
}

export function link(): Rule<string> {
    return (value, state) => {
        if (value === null) throw wrong(notNull);
        const content = String(value);
        const messages: string[] = [];
        if (content.length > 2000) messages.push(tooLong(2000));
        if (content !== '' && !isUrl(state, content)) messages.push('Enter a valid URL.');
        if (messages.length > 0) throw wrong(...messages);
        return content;
    };
}

export function nullableLink(): Rule<string | null> {
    const rule = link();
    return (value, state) => (value === null ? null : rule(value, state));
}

function tooLong(maxLength: number): string {
    return `Ensure this field has no more than ${maxLength} characters.`;
}

export const bool: Rule<boolean> = (value) => {
    const word = String(value).toLowerCase();
    if (['true', '1', 'yes', 'on', 't', 'y'].includes(word)) return true;
    if (['false', '0', 'no', 'off', 'f', 'n', ''].includes(word)) return false;
    throw wrong('Must be a valid boolean.');
};

export const wholeNumber: Rule<number> = (value) => {
    const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
    if (!Number.isInteger(number)) throw wrong('A valid integer is required.');
    return number;
};

export const quantity: Rule<number> = (value) => {
    const number = typeof value === 'number' ? value : typeof value === 'string' ? parseFloat(value) : NaN;
    if (!Number.isFinite(number)) throw wrong('Invalid value');
    if (number < 0) {
        throw wrong('Ensure this value is greater than or equal to 0.', 'Quantity must be greater than zero');
    }
    // measured on 479
    if (/\.\d{6,}|e-/.test(String(number))) throw wrong('Ensure that there are no more than 5 decimal places.');
    return number;
};

/** pk of a row that must exist; null and (in forms) an empty text mean none */
export function reference(rows: (state: State) => ReadonlyMap<number, unknown>): Rule<number | null> {
    return (value, state) => {
        if (value === null || value === '') return null;
        const pk =
            typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value)) ? Number(value) : NaN;
        if (Number.isNaN(pk)) throw wrong(`Incorrect type. Expected pk value, received ${pythonType(value)}.`);
        if (!rows(state).has(pk)) throw wrong(`Invalid pk "${pk}" - object does not exist.`);
        return pk;
    };
}

function pythonType(value: unknown): string {
    if (typeof value === 'string') return 'str';
    if (typeof value === 'boolean') return 'bool';
    return Array.isArray(value) ? 'list' : 'dict';
}

export const tags: Rule<string[]> = (value) => {
    let list = value;
    if (typeof value === 'string') {
        try {
            list = JSON.parse(value) as unknown;
        } catch {
            throw wrong('Invalid json list. A tag list submitted in string form must be valid json.');
        }
    }
    if (!Array.isArray(list)) throw wrong('Expected a list of items but got something else.');
    return list.map(String);
};

export const date: Rule<string | null> = (value) => {
    if (value === null || value === '') return null;
    if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return value;
    throw wrong('Date has wrong format. Use one of these formats instead: YYYY-MM-DD.');
};

export type Rules<Row> = { [Field in keyof Row]?: Rule<Row[Field]> };

/**
 * Applies the rules to the fields that were sent. Fields without a rule are ignored, as the server ignores
 * them; what is wrong is collected.
 */
export function applyRules<Row>(
    state: State,
    rules: Rules<Row>,
    fields: Record<string, unknown>,
): { values: Partial<Row>; errors: FieldErrors } {
    const values: Partial<Row> = {};
    const errors: FieldErrors = {};
    for (const name of Object.keys(rules) as (keyof Row & string)[]) {
        const rule = rules[name];
        if (!rule || !(name in fields)) continue;
        try {
            values[name] = rule(fields[name], state);
        } catch (error) {
            if (!(error instanceof Wrong)) throw error;
            errors[name] = error.messages;
        }
    }
    return { values, errors };
}
