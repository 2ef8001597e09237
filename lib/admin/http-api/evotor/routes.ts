/** What Evotor's cloud sends to a service (swagger of 2017; `v2` beside it is documented for receipts and installation). */
export type EvotorCall =
    | { ask: 'create' | 'verify' | 'token' }
    /** something happened; `wakes`: what of the catalog may have changed by it */
    | { ask: 'notification'; wakes: 'all' | 'stock' | null };

interface Route {
    path: RegExp;
    methods: Readonly<Record<string, EvotorCall>>;
}

const notification = (wakes: 'all' | 'stock' | null): EvotorCall => ({ ask: 'notification', wakes });

/**
 * Every documented webhook. Notifications say that something happened and nothing more: what happened is read by the token
 * for the cloud.
 */
const ROUTES: readonly Route[] = [
    { path: /^\/user\/create$/, methods: { POST: { ask: 'create' } } },
    { path: /^\/user\/verify$/, methods: { POST: { ask: 'verify' } } },
    { path: /^\/user\/token$/, methods: { POST: { ask: 'token' } } },
    // new goods of a terminal
    {
        path: /^\/inventories\/stores\/[^/]+\/products$/,
        methods: { POST: notification('all'), PUT: notification('all') },
    },
    { path: /^\/inventories\/stores\/[^/]+\/documents$/, methods: { PUT: notification('stock') } },
    { path: /^\/inventories\/stores$/, methods: { PUT: notification('all') } },
    { path: /^\/inventories\/devices$/, methods: { PUT: notification(null) } },
    { path: /^\/inventories\/employees$/, methods: { PUT: notification(null) } },
    { path: /^\/receipts$/, methods: { POST: notification('stock') } },
    { path: /^\/subscription\/event$/, methods: { POST: notification(null) } },
    { path: /^\/installation\/event$/, methods: { POST: notification(null) } },
];

/** @param below path below the node's own. @returns null: the path is none of Evotor's */
export function evotorRoute(below: string): Route['methods'] | null {
    const path = below.replace(/\/$/, '');
    return ROUTES.find((route) => route.path.test(path))?.methods ?? null;
}
