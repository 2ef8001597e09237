import { HeldStores, type HeldStore } from '../engine/held-stores';
import { Catalog, type CatalogOptions } from './catalog';

const held = new HeldStores<Catalog, CatalogOptions>((file, options) => Catalog.open(file, options));

/** The catalog of a file: one instance per file in the process. @throws as `Catalog.open` */
export function holdCatalog(file: string, options: CatalogOptions): Promise<HeldStore<Catalog>> {
    return held.hold(file, options);
}
