import type { FlowPlan } from '../../lib/admin/http-api/served-source';
import { numberOf, textOf } from '../runtime/node-red';
import { SETTINGS } from '../inventree-part-upsert/settings';
import { readSettings } from '../runtime/settings/read-settings';
import { stepsFrom, type FlowNode } from '../runtime/flow/reachable-steps';
import { typedSetting } from '../runtime/settings/typed-value';

const { parameters } = SETTINGS.settings;

const MEASURES: Record<string, 'grams' | 'seconds'> = {
    weight: 'grams',
    actualWeight: 'grams',
    time: 'seconds',
    actualTime: 'seconds',
};

/** What the nodes that a source's prints come to will do, read from their settings. */
export function flowPlan(reached: readonly FlowNode[], store: string): FlowPlan {
    const ours = reached.filter((node) => node.sync === store);
    const parts = ours.filter((node) => node.type === 'inventree-part-upsert');
    const stocks = ours.filter((node) => node.type === 'inventree-stock-create');
    return {
        steps: stepsFrom(reached, store),
        categories: different(parts.map((node) => fixedPk(node, 'category'))),
        locations: different(stocks.map((node) => fixedPk(node, 'location'))),
        templates: parts.flatMap(templatesOf),
    };
}

/** @returns 0 where nothing usable is entered; null where it is chosen for each print */
function fixedPk(node: FlowNode, name: 'category' | 'location'): number | null {
    const setting = typedSetting(node, name, { value: '', type: 'num' });
    return setting.type === 'num' ? Math.max(0, Math.trunc(numberOf(setting.value, 0))) : null;
}

function templatesOf(node: FlowNode): FlowPlan['templates'] {
    return readSettings({ parameters }, node)
        .parameters.map(({ template, value, valueType }) => ({
            name: textOf(template).trim(),
            of: (valueType ?? 'print') === 'print' ? (MEASURES[textOf(value)] ?? null) : null,
        }))
        .filter(({ name }) => name !== '');
}

function different<T>(list: readonly T[]): T[] {
    return [...new Set(list)];
}
