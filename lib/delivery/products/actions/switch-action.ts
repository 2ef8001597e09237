import type { Given } from '../../../store/catalog/catalog';
import { CatalogActionError, textOf, type ActionFields } from './names';
import type { CatalogActionParts } from './parts';
import { groupOf, storeOf } from './places';

/** A switch as an answer tells it; group null: the store itself. */
export interface Switched {
    store: string;
    group: string | null;
    on: boolean;
}

/**
 * Switches a store or a group: `{ store, group?, on }`, or many as `{ switches: [{ store, group?, on }] }`.
 * @throws CatalogActionError where one of them is wrong: then none is set
 */
export async function switchAction(parts: CatalogActionParts, fields: ActionFields): Promise<object> {
    const { switches } = fields;
    const isMany = switches !== undefined;
    if (isMany && !Array.isArray(switches)) throw new CatalogActionError('"switches" must be a list');
    const asked: readonly ActionFields[] = isMany ? switches.map(objectIn) : [fields];
    const switched = asked.map((each) => switchOf(parts, each));
    await setSwitches(parts, switched);
    return isMany ? { switches: switched } : switched[0]!;
}

/** Sets switches that are known to be right, and looks at all products once. */
export async function setSwitches(
    { catalog, offers }: CatalogActionParts,
    switches: readonly Switched[],
): Promise<void> {
    for (const { store, group, on } of switches) {
        const record: Given<'switches'> = { store, ...(group === null ? {} : { group }), on };
        catalog.setDeferred('switches', record);
    }
    await catalog.flush();
    offers.lookAtAll();
}

/** @throws CatalogActionError */
export function switchOf(parts: CatalogActionParts, fields: ActionFields): Switched {
    const store = storeOf(parts, textOf(fields, 'store'));
    const { on, group } = fields;
    if (typeof on !== 'boolean') throw new CatalogActionError('"on" must be true or false');
    const isStore = group === undefined || group === null;
    return { store: store.id, group: isStore ? null : groupOf(parts, store, textOf(fields, 'group')), on };
}

function objectIn(value: unknown): ActionFields {
    if (typeof value === 'object' && value !== null) return value as ActionFields;
    throw new CatalogActionError('"switches" must be a list of { store, group, on }');
}
