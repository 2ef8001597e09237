/**
 * What changed with which API version. Where no changelog tells the boundary it lies between two
 * versions that were measured, and is marked so.
 */
const since = {
    /** a list body may be posted to the parameters */
    bulkParameters: 410,
    /** parameters of any model at /api/parameter/; before, of Parts only at /api/part/parameter/ */
    genericParameters: 430,
    /** details and tags come when asked for, and with every answer to a POST or PATCH (tags: 434, the rest measured 388/479) */
    detailsOnRequest: 434,
    /** `<b` counts as HTML without its `>` (measured: 425 no, 479 yes) */
    unclosedTagsAreHtml: 434,
    /** metadata at /api/metadata/<model>/<pk>/ */
    genericMetadata: 436,
    /** PATCH /api/stock/ with `items` */
    bulkStock: 463,
    /** media URLs are percent-encoded, and the list of thumbnails has them whole (measured 388/479) */
    wholeMediaUrls: 434,
    /** /api/ tells `disable_theme_storage` (measured 388/479) */
    themeStorage: 434,
    /** settings tell `confirm` (measured 388/479) */
    settingsConfirm: 434,
    /** StockItem tracking tells its Part (measured 388/479) */
    trackingTellsPart: 434,
    /** /api/user/me/token/ and /api/user/me/roles/ instead of /api/user/token/ and /api/user/roles/ (between 486 and 496) */
    accountBelowMe: 490,
    /** what an item went through is kept when it is gone, with `item: null`, and can be asked for by Part (changelog; seen on 530) */
    trackingOutlivesItems: 450,
    /** Parts can be sorted by `id` */
    partOrderById: 482,
    /** outputs of a trackable Part need no serial numbers, unless the order tracks stock (between 480 and 529; seen on 479 and 530) */
    outputsWithoutSerials: 500,
    /** outputs are completed by the background worker, behind the answer */
    outputsInBackground: 494,
    /** StockItems tell `creation_date` */
    stockCreationDate: 496,
    /** a transfer with `merge` joins items of one Part whatever their batch */
    mergesBatches: 512,
    /** stock is no tree any more: children of an item that is deleted move up to its parent */
    noStockTree: 521,
    /** templates tell `unique`: of all parameters of such a one no two have the same value */
    uniqueTemplates: 522,
} as const;

export type Feature = keyof typeof since;

export function has(apiVersion: number, feature: Feature): boolean {
    return apiVersion >= since[feature];
}

const serverVersions: [apiVersion: number, version: string][] = [
    [480, '1.5.0 dev'],
    [479, '1.4.0 dev'],
    [425, '1.2.0 dev'],
    [0, '0.18.0 dev'],
];

export function serverVersion(apiVersion: number): string {
    return serverVersions.find(([from]) => apiVersion >= from)![1];
}
