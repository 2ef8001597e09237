/** A node's properties as they are saved in a flow. */
export type Config = Record<string, unknown>;
type Migration = (config: Config) => Config;

/** What a typed input is by default: flows made by hand leave its twin `…Type` out. */
const TWINS: Record<string, Record<string, string>> = {
    'inventree-part-upsert': {
        category: 'num',
        ipnPrefix: 'str',
        partName: 'auto',
        description: 'auto',
        keywords: 'str',
        link: 'auto',
    },
    'inventree-stock-create': { location: 'num', quantity: 'num', stockStatus: 'num', notes: 'auto' },
};

/**
 * By type: what brings a node from each config version to the next one, the first from 0 to 1. Flows saved before nodes
 * carried a version (package 0.1.0) are of version 0.
 */
const MIGRATIONS: Record<string, readonly Migration[]> = {
    'bambuddy-server': [unchanged],
    'inventree-server': [withDefaults({ frontend: '' })],
    'sync-store': [unchanged],
    'bambuddy-archive-in': [
        unchanged,
        withDefaults({
            outcome: 'wait',
            outcomeDays: 7,
            unanswered: 'attention',
            rejected: 'skip',
            rejectedStatus: 65,
            doubles: 'hold',
        }),
    ],
    'inventree-part-upsert': [(config) => withDefaults({ createTemplates: false })(withTwins(config))],
    'inventree-stock-create': [(config) => withTwins(stockStatus(config))],
    'inventree-image-upload': [unchanged],
    'bambuddy-link-back': [unchanged],
    'sync-api': [unchanged],
    // a flow made by hand means what is usual, and the dialog shows it: no field empty, no box unticked that holds
    'print-webhook': [withDefaults({ cooldown: 0, timeout: 30, keepTrying: 24, queue: 1000, again: true, topics: [] })],
    'octoprint-server': [withDefaults({ prefix: 'octoprint', timeout: 30 })],
    'octoprint-event-in': [
        withDefaults({
            topics: ['started', 'done', 'failed', 'paused', 'resumed', 'userAction', 'error'],
            progressEvery: 10,
            live: true,
            path: '/octoprint',
            startWith: 'now',
            samePart: 'file',
            picture: true,
            interval: 300,
            window: 4,
            passAfter: 60,
        }),
        // scripts of queue plugins; the list is that of lib/sources/octoprint/path-patterns.ts, which the editor does not load
        withDefaults({
            leaveOut: 'cp_bed_clearing_script, cp_queue_finished_script, cp_queue_finished, clear_bed, bed_clearing',
        }),
    ],
};

/**
 * A node of a flow that an earlier version of the package saved, as this one has it. The editor does the same as it loads
 * a flow (the build puts this file beside the dialogs), so that both always agree.
 * @returns the same object where there is nothing to do: it is up to date, from a later version, or not ours
 */
export function migrate<T extends object>(type: string, saved: T): T {
    const migrations = MIGRATIONS[type];
    const { version } = saved as Config;
    const from = typeof version === 'number' && version > 0 ? Math.floor(version) : 0;
    if (migrations === undefined || from >= migrations.length) return saved;
    const migrated = migrations.slice(from).reduce<Config>((config, step) => step(config), { ...saved, type });
    return { ...migrated, version: migrations.length } as unknown as T;
}

function unchanged(config: Config): Config {
    return config;
}

function withDefaults(defaults: Config): Migration {
    return (config) => ({ ...defaults, ...present(config) });
}

/** A property that is undefined is one that is not there. */
function present(config: Config): Config {
    return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

/** What stands there without a type is meant as it stands. */
function withTwins(config: Config): Config {
    const migrated = { ...config };
    for (const [property, usual] of Object.entries(TWINS[String(config['type'])] ?? {})) {
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
