/** A node's properties as they are saved in a flow. */
export type Config = Record<string, unknown>;

/** What migrations need to know of a node's settings. */
export interface SavedShape {
    /** of the properties as they are saved now */
    version: number;
    /** by config version: the settings that came with it, with their defaults */
    added: Readonly<Record<number, Readonly<Record<string, unknown>>>>;
    /** typed settings with the type that each has by default */
    typed: Readonly<Record<string, string>>;
}

/**
 * By type and the version that it leads to: what a migration does besides adding the settings that are declared `since`
 * that version. Flows saved before nodes carried a version (package 0.1.0) are of version 0.
 */
const CONVERSIONS: Record<string, Record<number, (config: Config, shape: SavedShape) => Config>> = {
    'inventree-part-upsert': { 1: withTypes },
    'inventree-stock-create': { 1: (config, shape) => withTypes(stockStatus(config), shape) },
};

/**
 * The rules of `migrate`, for whoever has the shapes: the runtime and, with a literal of them, the editor.
 * @param shapes by node type
 */
export function migrateBy<T extends object>(shapes: Readonly<Record<string, SavedShape>>, type: string, saved: T): T {
    const shape = shapes[type];
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
