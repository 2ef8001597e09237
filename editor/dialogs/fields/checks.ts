import { shared } from '../texts';

type Label = () => string;

type Values = Parameters<Translate>[1];
/** Judges a value that is meant as it stands: `true`, or what is wrong. */
type Judge = (value: string, label: string) => Verdict;

// Node-RED takes a text as the reason only from validators that are written with two parameters.

const FIELD = /^\w+(\.\w+)*$/;

// Node-RED fills in what is nothing but a variable of the environment; what it holds is judged when the node starts.
const VARIABLE = /^\$\{\S+\}$/;
export const isVariable = (value: unknown): boolean => VARIABLE.test(String(value));

const PATH = /^\/?[A-Za-z0-9._~-]+(\/[A-Za-z0-9._~-]+)*\/?$/;
const NAMES = /^\s*\w+(\s*,\s*\w+)*\s*$/;

/** What may stand in a field of the print, such as `printer.name`. */
export const isPrintField = (value: unknown): boolean => FIELD.test(String(value));

/**
 * An address of a server.
 * @param label its text, asked for when it is needed
 * @param options.withUser a user name and a password may stand in it
 */
export function url(
    label: Label,
    { required, example, withUser = false }: { required?: () => Verdict; example: string; withUser?: boolean },
): Validator {
    return function (value, _opt) {
        if (!value) return required === undefined || required();
        if (isVariable(value)) return true;
        return urlProblem(String(value).trim(), label(), example, withUser) ?? true;
    };
}

function urlProblem(value: string, label: string, example: string, withUser: boolean): string | null {
    let parsed;
    try {
        parsed = new URL(value);
    } catch {
        return shared('error.url', { label, example });
    }
    if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') return shared('error.scheme', { label });
    if (!withUser && (parsed.username || parsed.password)) return shared('error.userinfo', { label });
    return null;
}

export function number(label: Label, min: number, max: number): Validator {
    return function (value, _opt) {
        // flows made by hand leave out what is usual
        if (value === undefined || isVariable(value)) return true;
        const given = Number(value);
        const fits = String(value).trim() !== '' && given >= min && given <= max;
        return fits || shared('error.number', { label: label(), min, max });
    };
}

export function integer(label: Label, min: number, max: number): Validator {
    const inRange = number(label, min, max);
    return function (value, opt) {
        const inside = inRange.call(this, value, opt) === true;
        if (inside && (value === undefined || isVariable(value) || Number.isInteger(Number(value)))) return true;
        return shared('error.integer', { label: label(), min, max });
    };
}

/** An amount that may be left out. @param wrong its label → what to say */
export function amount(label: Label, wrong: (values: Values) => string): Validator {
    return function (value, _opt) {
        const given = String(value ?? '').trim();
        return (
            given === '' ||
            Number(given.replace(/^(\d+),(\d+)$/, '$1.$2')) > 0 ||
            isVariable(given) ||
            wrong({ label: label() })
        );
    };
}

/** A path below Node-RED's own address. @param wrong () → what to say */
export function path(wrong: () => string): Validator {
    return function (value, _opt) {
        const given = String(value);
        return isVariable(given) || (PATH.test(given) && given.length <= 100) || wrong();
    };
}

/** Names that are separated by commas. @param wrong () → what to say */
export function names(wrong: () => string): Validator {
    return function (value, _opt) {
        return isVariable(value) || NAMES.test(String(value)) || wrong();
    };
}

/** Whether a box is ticked: in the dialog as it shows, elsewhere as it is stored. */
export function ticked(node: EditorNode, property: string): boolean {
    const box = $(`#node-input-${property}`);
    return box.length > 0 ? box.prop('checked') === true : node[property] === true;
}

/** A text that is JSON; the place of a mistake in it stands in the dialog. */
export function jsonObject(label: Label): Validator {
    return function (value, _opt) {
        // flows made by hand leave out what is usual
        if (value === undefined) return true;
        try {
            const parsed: unknown = JSON.parse(String(value));
            if (parsed && typeof parsed === 'object' && !Array.isArray(parsed)) return true;
        } catch {
            // said below
        }
        return shared('error.json', { label: label() });
    };
}

/**
 * A typed input and its twin `…Type`.
 * @param t the node's texts: `label.<property>` is its label
 * @param fixed judges a value that is meant as it stands
 * @param fixedTypes the types whose value is that
 */
export function typed(
    property: string,
    t: Translate,
    fixed: Judge,
    fixedTypes: readonly string[] = ['num', 'str'],
): Validator {
    return function (value, _opt) {
        const type = typeShown(this, property);
        const label = t(`label.${property}`);
        if (type === 'auto') return true;
        if (fixedTypes.includes(type)) return fixed(String(value).trim(), label);
        return valueOfType(value, type, label);
    };
}

/** A value that is found out for each print: a field, a message property, an expression. */
export function valueOfType(value: unknown, type: string, label: string): Verdict {
    if (!value) return shared('error.empty', { label });
    if (type === 'print') return isPrintField(value) || shared('error.print', { label });
    return RED.utils.validateTypedProperty(value, type, { label });
}

// A value typed into the dialog is judged by the type chosen there, a stored one by the stored type.
function typeShown(node: EditorNode, property: string): string {
    // there is none where no dialog is open
    const shown: string | undefined = $(`#node-input-${property}Type`).val();
    return shown || String(node[`${property}Type`]);
}

export const text =
    (max: number, required = false): Judge =>
    (value, label) => {
        if (required && value === '') return shared('error.empty', { label });
        return value.length <= max || shared('error.long', { label, max });
    };

/** The number InvenTree shows for a category, location or status. */
export const pk =
    (wrong: (values: Values) => string, missing: (values: Values) => string): Judge =>
    (value, label) =>
        /^[1-9]\d*$/.test(value) || (value === '' ? missing : wrong)({ label });
