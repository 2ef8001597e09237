const PACKAGE = '@print-to-stock/node-red-bambuddy-inventree';
const CATALOGUE = `${PACKAGE}/print-to-stock-dialogs`;
const PATIENCE_MS = 3000;

/** A text that several dialogs use, of the catalogue of their own. */
export const shared: Translate = (key, values) => RED._(`${CATALOGUE}:print-to-stock.${key}`, values);

/** The same of a key that the runtime chose, e.g. `problem.timeout`; null where the catalogue has it not. */
export function sharedOrNull(key: string, values?: Parameters<Translate>[1]): string | null {
    // of a key with keys below it there is an object
    const text: unknown = shared(key, values);
    return typeof text === 'string' && !text.endsWith(`print-to-stock.${key}`) ? text : null;
}

/** The texts of one node. */
export const textsOf =
    (type: string): Translate =>
    (key, values) =>
        RED._(`${PACKAGE}/${type}:${type}.${key}`, values);

/**
 * Resolves when the shared texts are there. At the editor's start they are; where the package is installed while the
 * editor is open, the catalogues of its nodes come alone.
 */
export function textsLoaded(): Promise<void> {
    if (sharedOrNull('label.sync') !== null) return Promise.resolve();
    const loaded = new Promise<void>((resolve) => RED.i18n.loadNodeCatalog(CATALOGUE, resolve));
    // the dialogs are worth more than their texts
    return Promise.race([loaded, new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}
