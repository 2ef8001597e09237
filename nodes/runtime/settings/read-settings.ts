import type { TopicRow } from '../../../lib/webhook/request/settings';
import { flagOf, textOf } from '../node-red';
import type { SpoolRow } from '../../../lib/print/spool-row';
import type { Setting, Settings } from './declaration';
import { ruleRowsOf } from '../rules/read-rules';
import type { RuleRow } from './rule-row';
import { amountSetting, numberSetting } from './number-setting';
import type { GroupRow } from './group-table';
import type { ParameterConfig } from './parameter-table';
import { typedSetting, type TypedSetting } from './typed-value';

type Config = Readonly<Record<string, unknown>>;
/** `123456`, `-123456`, `club123456`, `public123456`, and the address of such a page. */
export const COMMUNITY = /^(?:https?:\/\/(?:m\.)?vk\.(?:com|ru)\/)?(?:-|club|public)?([1-9]\d{0,14})\/?$/;

const OUT_OF_STOCK: readonly GroupRow['outOfStock'][] = ['', 'hide', 'show', 'always'];

type Warn = (text: string) => void;

/** What the runtime gets of a setting, by its kind. */
type Value<S extends Setting> = S extends { kind: 'flag' }
    ? boolean
    : S extends { kind: 'number' | 'integer' }
      ? number
      : S extends { kind: 'amount' }
        ? number | null
        : S extends { kind: 'choice'; of: readonly (infer Choice)[] }
          ? Choice
          : S extends { kind: 'typed' }
            ? TypedSetting
            : S extends { kind: 'parameters' }
              ? readonly ParameterConfig[]
              : S extends { kind: 'keys' }
                ? readonly string[]
                : S extends { kind: 'topics' }
                  ? TopicRow[]
                  : S extends { kind: 'groups' }
                    ? GroupRow[]
                    : S extends { kind: 'rules' }
                      ? RuleRow[]
                      : S extends { kind: 'spools' }
                        ? SpoolRow[]
                        : string;

export type ValuesOf<S extends Settings> = { -readonly [Name in keyof S]: Value<S[Name]> };

/**
 * The settings of a node as its flow has them.
 * @param settings the declared ones
 * @param config the node's properties, migrated; flows made by hand may leave out what is usual
 * @param warn is told of a number that its limits do not allow, and of what is used in its place
 * @returns by name: texts, flags, numbers within their limits, choices that exist, typed settings with their type
 */
export function readSettings<S extends Settings>(
    settings: S,
    config: Config,
    warn: Warn = () => undefined,
): ValuesOf<S> {
    const values = Object.entries(settings).map(([name, setting]) => [name, read(name, setting, config, warn)]);
    return Object.fromEntries(values) as ValuesOf<S>;
}

function read(name: string, setting: Setting, config: Config, warn: Warn): unknown {
    const value = config[name];
    switch (setting.kind) {
        case 'flag':
            return flagOf(value, setting.default);
        case 'choice':
            return setting.of.includes(value as string) ? value : setting.default;
        case 'number':
        case 'integer': {
            const { least, most } = setting;
            const number = numberSetting(config, name, { least, most, otherwise: setting.default }, warn);
            return setting.kind === 'integer' ? Math.round(number) : number;
        }
        case 'amount':
            return amountSetting(config, name, warn);
        case 'url':
            return textOf(value, setting.default).trim();
        case 'community':
            return communityOf(value);
        case 'prefix':
            return textOf(value).trim() || setting.default;
        case 'typed':
            return typedSetting(config, name, { value: setting.default, type: setting.type });
        case 'parameters':
        case 'keys':
            return Array.isArray(value) ? value : setting.default;
        case 'topics':
            return topicsOf(value);
        case 'rules':
            return ruleRowsOf(value, setting.columns);
        case 'groups':
            return groupsOf(value);
        case 'spools':
            return spoolsOf(value);
        default:
            return textOf(value, setting.default);
    }
}

/** Rows without a group are left out. */
function groupsOf(value: unknown): GroupRow[] {
    if (!Array.isArray(value)) return [];
    return (value as Config[])
        .map(({ group, category, outOfStock }) => ({
            group: textOf(group).trim(),
            category: typeof category === 'number' ? String(category) : textOf(category).trim(),
            outOfStock: OUT_OF_STOCK.find((each) => each === outOfStock) ?? '',
        }))
        .filter(({ group }) => group !== '');
}

/** Rows without a StockItem are left out. */
function spoolsOf(value: unknown): SpoolRow[] {
    if (!Array.isArray(value)) return [];
    return (value as Config[])
        .map((row) => ({
            printer: textOf(row['printer']).trim(),
            tray: textOf(row['tray']).trim(),
            material: textOf(row['material']).trim(),
            color: textOf(row['color']).trim(),
            stock: Number(row['stock']),
        }))
        .filter(({ stock }) => Number.isSafeInteger(stock) && stock >= 1);
}

/** @returns its number without a sign; empty where it is none */
function communityOf(value: unknown): string {
    const written = typeof value === 'number' ? String(value) : textOf(value).trim();
    return COMMUNITY.exec(written)?.[1] ?? '';
}

/** Rows without a topic are left out. */
function topicsOf(value: unknown): TopicRow[] {
    if (!Array.isArray(value)) return [];
    return (value as Config[])
        .map((row) => ({ topic: textOf(row['topic']).trim(), message: textOf(row['message']) }))
        .filter(({ topic }) => topic !== '');
}
