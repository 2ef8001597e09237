// Which room may import which: downwards only. `npm run lint` fails on any other import.
'use strict';

/** What every source may import: the destination's contract, and what is below. */
const SOURCE = ['lib/destinations/destination.ts', 'lib/delivery', 'lib/print', 'lib/store'];

/** The same of a source of products. */
const CATALOG = ['lib/sources/source.ts', 'lib/sources/catalog', 'lib/delivery/products', 'lib/product', 'lib/store'];

/** What every client may import: how a kind of server is identified and tested. */
const SERVER = ['lib/clients/server-kind.ts', 'lib/clients/findings.ts'];

/** Each room, and what it may import beside itself and what everybody may. */
const ROOMS = {
    'lib/text': [],
    'lib/concurrency': [],
    'lib/http': [],
    'lib/store': [],
    'lib/print': ['lib/store'],
    'lib/product': ['lib/store'],
    'lib/delivery': ['lib/print', 'lib/product', 'lib/store'],
    'lib/clients/bambuddy': SERVER,
    'lib/clients/inventree': SERVER,
    'lib/clients/octoprint': SERVER,
    'lib/clients/evotor': SERVER,
    'lib/clients/vk': SERVER,
    'lib/destinations/inventree': [
        'lib/destinations/destination.ts',
        'lib/clients/inventree',
        'lib/delivery',
        'lib/print',
        'lib/store',
    ],
    'lib/destinations/vk-market': ['lib/clients/vk', 'lib/delivery/products', 'lib/product', 'lib/store'],
    'lib/sources/bambuddy': ['lib/sources/source.ts', ...SOURCE, 'lib/clients/bambuddy'],
    'lib/sources/catalog': ['lib/product', 'lib/store'],
    'lib/sources/evotor': [...CATALOG, 'lib/clients/evotor'],
    'lib/sources/inventree': [...CATALOG, 'lib/clients/inventree'],
    'lib/sources/octoprint': ['lib/sources/source.ts', ...SOURCE, 'lib/clients/octoprint'],
    'lib/webhook': ['lib/store'],
    'lib/admin': [
        'lib/sync.ts',
        'lib/clients',
        'lib/destinations',
        'lib/sources',
        'lib/webhook',
        'lib/delivery',
        'lib/print',
        'lib/product',
        'lib/store',
    ],
};
/** What any room of `lib` may import: failures by who must act, locks and clocks, texts. */
const EVERYBODY = ['lib/http', 'lib/concurrency', 'lib/text'];

/** `lib/text` stands for what is below it, `lib/sync.ts` for itself. */
const below = (path) => (path.endsWith('.ts') ? `^${path.replace('.', '\\.')}$` : `^${path}/`);

module.exports = {
    forbidden: [
        ...Object.entries(ROOMS).map(([room, allowed]) => ({
            name: `${room} imports downwards only`,
            severity: 'error',
            from: { path: below(room) },
            to: { path: '^(lib|nodes|plugins|editor)/', pathNot: [room, ...allowed, ...EVERYBODY].map(below) },
        })),
        {
            name: 'lib knows no Node-RED',
            severity: 'error',
            from: { path: '^lib/' },
            to: { path: '^(nodes|plugins)/|^node_modules/node-red' },
        },
        {
            name: 'the engine of the store knows no record type',
            severity: 'error',
            from: { path: '^lib/store/engine/' },
            to: { path: '^lib/', pathNot: ['lib/store/engine', 'lib/concurrency'].map(below) },
        },
        {
            name: 'no circles',
            severity: 'error',
            from: { path: '^(lib|nodes|plugins)/' },
            to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
        },
    ],
    options: {
        tsPreCompilationDeps: true,
        tsConfig: { fileName: 'tsconfig.json' },
        doNotFollow: { path: 'node_modules' },
        exclude: { path: '^(test|bench|dist)/' },
    },
};
