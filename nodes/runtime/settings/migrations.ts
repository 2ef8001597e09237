// the build lays this file and what it imports beside the dialogs: a browser wants the ending
import { SHAPES, type SavedShape } from './saved-shapes.js';

/** A node's properties as they are saved in a flow. */
export type Config = Record<string, unknown>;

/**
 * By type and the version that it leads to: what a migration does besides adding the settings that are declared `since`
 * that version. Flows saved before nodes carried a version (package 0.1.0) are of version 0.
 */
const CONVERSIONS: Record<string, Record<number, (config: Config, shape: SavedShape) => Config>> = {
    'inventree-part-upsert': { 1: withTypes },
    'inventree-stock-create': { 1: (config, shape) => withTypes(stockStatus(config), shape) },
};

/**
 * A node of a flow that an earlier version of the package saved, as this one has it. The editor does the same as it loads
 * a flow (the build puts this file beside the dialogs), so that both always agree.
 * @returns the same object where there is nothing to do: it is up to date, from a later version, or not ours
 */
export function migrate<T extends object>(type: string, saved: T): T {
    const shape = SHAPES[type];
    const { version } = saved as Config;
    const from = typeof version === 'number' && version > 0 ? Math.floor(version) : 0;
    if (shape === undefined || from >= shape.version) return saved;
    let config: Config = { ...saved, type };
    for (let next = from + 1; next <= shape.version; next++) {
        config = CONVERSIONS[type]?.[next]?.(config, shape) ?? config;
        // a flow made by hand means what is usual, and the dialog shows it: no field empty, no box unticked that holds
        const added = shape.added[next];
        if (added !== undefined) config = { ...added, ...present(config) };
    }
    return { ...config, version: shape.version } as unknown as T;
}

/** A property that is undefined is one that is not there. */
function present(config: Config): Config {
    return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** Flows made by hand leave out the twin `…Type` of a typed setting: what stands there is meant as it stands. */
function withTypes(config: Config, { typed }: SavedShape): Config {
    const migrated = { ...config };
    for (const [property, usual] of Object.entries(typed)) {
        const twin = `${property}Type`;
        if (typeof config[twin] === 'string' && config[twin] !== '') continue;
        const value = config[property];
        if (value === undefined) continue;
        migrated[twin] = typeof value === 'number' ? 'num' : usual === 'auto' ? 'str' : usual;
    }
    return migrated;
}

/** In the editor `status` is what a node shows below it: only flows made by hand have it. */
function stockStatus(config: Config): Config {
    const { status, statusType, ...others } = config;
    const isSetting = typeof status === 'number' || typeof status === 'string';
    if (config['stockStatus'] !== undefined || !isSetting) return config;
    return { ...others, stockStatus: status, ...(statusType === undefined ? {} : { stockStatusType: statusType }) };
}
