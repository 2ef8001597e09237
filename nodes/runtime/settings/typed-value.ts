import { numberOfText } from '../../../lib/text/number-text';
import { fieldOf } from '../../../lib/print/print';
import { isQuantity } from '../../../lib/print/rules/quantity';
import { isId, shownValue } from '../../../lib/print/fields';
import type { Message, Node, NodeAPI } from '../node-red';

/** A setting that may differ from print to print: what was typed and its type (`auto`: from the print itself). */
export interface TypedSetting {
    value: unknown;
    type: string;
    /** its name, for errors */
    label: string;
}

/** A setting of this message cannot be used. Permanent, of that message alone. */
export class SettingError extends Error {
    readonly code = 'SETTING';
    constructor(
        readonly setting: string,
        why: string,
    ) {
        super(`The setting "${setting}" ${why}`);
        this.name = 'SettingError';
    }
}

/** Reads a setting and its twin `…Type` from a node's properties. */
export function typedSetting(config: object, name: string, otherwise: { value: unknown; type: string }): TypedSetting {
    const given = config as Record<string, unknown>;
    const type = given[`${name}Type`];
    const value = given[name] ?? otherwise.value;
    if (typeof type === 'string' && type !== '') return { value, type, label: name };
    // flows made by hand leave the twin out: what stands there is meant as it stands
    const plain =
        given[name] === undefined
            ? otherwise.type
            : typeof value === 'number'
              ? 'num'
              : otherwise.type === 'auto'
                ? 'str'
                : otherwise.type;
    return { value, type: plain, label: name };
}

/** Evaluates settings for one message and the print, or product, that it carries. JSONata expressions are compiled once. */
export class TypedValues {
    private readonly expressions = new Map<string, ReturnType<NodeAPI['util']['prepareJSONataExpression']>>();

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
    ) {}

    /** @returns undefined for `auto`, and where there is no value. @throws SettingError */
    async value(setting: TypedSetting, msg: Message, print: object): Promise<unknown> {
        const { type, label } = setting;
        if (type === 'auto') return undefined;
        try {
            if (type === 'print') return fieldOf(print, String(setting.value));
            if (type === 'jsonata') return await this.jsonata(String(setting.value), msg);
            if (type === 'num' || type === 'str' || type === 'plate') return setting.value;
            return await new Promise((resolve, reject) => {
                this.RED.util.evaluateNodeProperty(
                    String(setting.value),
                    type,
                    this.node,
                    msg,
                    (error, result: unknown) => {
                        if (error !== null && error !== undefined) reject(error);
                        else resolve(result);
                    },
                );
            });
        } catch (error) {
            throw new SettingError(label, `cannot be evaluated: ${wordsOf(error)}`);
        }
    }

    /** A whole number from 1, e.g. a category. @param shownBy the server that numbers it so */
    async pk(setting: TypedSetting, msg: Message, print: object, shownBy = 'InvenTree'): Promise<number> {
        const value = await this.value(setting, msg, print);
        if (value === undefined || value === null || value === '')
            throw new SettingError(setting.label, `is empty: enter the number ${shownBy} shows for it`);
        const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
        if (!isId(number))
            throw new SettingError(setting.label, `must be a whole number from 1, and is ${shownValue(value)}`);
        return number;
    }

    /** The same of one that may be left out. @returns null where it is empty */
    async optionalPk(setting: TypedSetting, msg: Message, print: object): Promise<number | null> {
        const value = await this.value(setting, msg, print);
        if (value === undefined || value === null || value === '') return null;
        return this.pk({ ...setting, value, type: 'num' }, msg, print);
    }

    /** A number above 0, as large and as fine as InvenTree keeps a quantity; as a text with a point or a comma. */
    async amount(setting: TypedSetting, msg: Message, print: object): Promise<number> {
        const value = await this.value(setting, msg, print);
        const number = typeof value === 'string' ? numberOfText(value) : value;
        if (!isQuantity(number))
            throw new SettingError(setting.label, `must be a number above 0, and is ${shownValue(value)}`);
        return number;
    }

    /** @returns null where it is left to the print */
    async text(setting: TypedSetting, msg: Message, print: object): Promise<string | null> {
        const value = await this.value(setting, msg, print);
        if (value === undefined || value === null) return null;
        if (typeof value === 'string') return value;
        if (typeof value === 'number' || typeof value === 'boolean') return String(value);
        throw new SettingError(setting.label, `must be a text, and is ${shownValue(value)}`);
    }

    private async jsonata(text: string, msg: Message): Promise<unknown> {
        let expression = this.expressions.get(text);
        if (expression === undefined) {
            expression = this.RED.util.prepareJSONataExpression(text, this.node);
            this.expressions.set(text, expression);
        }
        const prepared = expression;
        return new Promise((resolve, reject) => {
            this.RED.util.evaluateJSONataExpression(prepared, msg, (error: Error | null, result: unknown) => {
                if (error !== null) reject(error);
                else resolve(result);
            });
        });
    }
}

/** JSONata throws objects that are no errors. */
function wordsOf(error: unknown): string {
    const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : error;
    return typeof message === 'string' ? message : JSON.stringify(error);
}
