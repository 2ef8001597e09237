import { textOf } from '../node-red';
import type { Setting } from './declaration';
import { NODES } from './saved-shapes';

type Config = Readonly<Record<string, unknown>>;

/** Settings of this kind are told as they are: they name nobody, no place and no server. */
const TOLD: ReadonlySet<Setting['kind']> = new Set([
    'flag',
    'choice',
    'number',
    'integer',
    'amount',
    'pks',
    'prefix',
    'path',
    'keys',
    'configNode',
    'flowNode',
]);

const SET = '(set)';

/**
 * What a report tells of a node's settings: those that are not as usual. Of a text, an address or a table only that there
 * is one; of a typed setting its type.
 * @param config the node as its flow has it
 */
export function reportedSettings(type: string, config: Config): Record<string, unknown> {
    const { settings } = NODES[type]!;
    return Object.fromEntries(
        Object.entries(settings)
            .filter(([name, setting]) => name !== 'name' && isChanged(setting, config, name))
            .map(([name, setting]) => [name, told(setting, config, name)]),
    );
}

function isChanged(setting: Setting, config: Config, name: string): boolean {
    const value = config[name];
    if (value === undefined) return false;
    if (setting.kind === 'typed' && config[`${name}Type`] !== setting.type) return true;
    // a number may be saved as a text
    const plain = (each: unknown): string => JSON.stringify(each).replace(/^"(.*)"$/, '$1');
    return plain(value) !== plain(setting.default);
}

function told(setting: Setting, config: Config, name: string): unknown {
    const value = config[name];
    if (TOLD.has(setting.kind)) return value;
    if (setting.kind !== 'typed') return Array.isArray(value) ? `(${value.length})` : SET;
    const type = textOf(config[`${name}Type`], setting.type);
    const number = /^\s*(-?\d+(?:[.,]\d+)?)\s*$/.exec(typeof value === 'number' ? value.toString() : textOf(value));
    return number === null ? type : `${type} ${number[1]}`;
}
