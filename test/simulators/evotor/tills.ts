import { picture } from '../bambuddy/png';
import { storeIdOf, uuidOf, type GroupRow, type ImageRow, type ProductRow, type StoreRow } from './rows';

export type ProductOptions = Partial<Omit<ProductRow, 'id' | 'images'>> & { id?: string };

/** What people do at their tills and in the cabinet. */
export class Tills {
    readonly stores = new Map<string, StoreRow>();
    /** whether a sale counts as a change of the product. Not documented; so it does not */
    salesAreChanges = false;
    private made = 0;

    constructor(private readonly now: () => number) {}

    storesOf(userId: string): StoreRow[] {
        return [...this.stores.values()].filter((store) => store.userId === userId);
    }

    addStore(userId: string, options: Partial<Pick<StoreRow, 'id' | 'name' | 'address'>> = {}): StoreRow {
        const { id = storeIdOf(this.stores.size), name = `Store ${this.stores.size + 1}`, address } = options;
        const store: StoreRow = {
            ...this.dated(id),
            name,
            userId,
            unpaid: false,
            groups: new Map(),
            products: new Map(),
            ...(address === undefined ? {} : { address }),
        };
        this.stores.set(id, store);
        return store;
    }

    addGroup(store: StoreRow, name: string, options: Partial<GroupRow> = {}): GroupRow {
        const group = { ...this.dated(uuidOf(0x6d0f1c10, ++this.made)), name, ...options };
        store.groups.set(group.id, group);
        return group;
    }

    addProduct(store: StoreRow, name: string, options: ProductOptions = {}): ProductRow {
        const product: ProductRow = {
            ...this.dated(uuidOf(0x9a8b7c60, ++this.made)),
            name,
            type: 'NORMAL',
            price: 100,
            costPrice: 0,
            quantity: 1,
            measureName: 'шт',
            tax: 'NO_VAT',
            allowToSell: true,
            images: [],
            ...options,
        };
        store.products.set(product.id, product);
        return product;
    }

    change(row: ProductRow, change: ProductOptions): void {
        Object.assign(row, change);
        row.updated = this.now();
    }

    rename(row: GroupRow, change: Partial<GroupRow>): void {
        Object.assign(row, change);
        row.updated = this.now();
    }

    sell(row: ProductRow, quantity: number): void {
        row.quantity = Number(((row.quantity ?? 0) - quantity).toFixed(3));
        if (this.salesAreChanges) row.updated = this.now();
    }

    /** Nothing tells of it afterwards. */
    remove(store: StoreRow, id: string): void {
        store.products.delete(id);
        store.groups.delete(id);
    }

    /** A till that was reset: its lists are empty, and complete. */
    reset(store: StoreRow): void {
        store.products.clear();
        store.groups.clear();
    }

    /** One PNG of 300 × 300 is all that Evotor keeps of a product. @param bytes default: a picture of that size */
    setPicture(row: ProductRow, bytes?: Buffer, meta: Partial<ImageRow> = {}): ImageRow {
        const image: ImageRow = {
            ...this.dated(uuidOf(0x0c0d0e0f, ++this.made)),
            bytes: bytes ?? picture(this.made, 300),
            extension: 'png',
            width: 300,
            height: 300,
            ...meta,
        };
        row.images = [image];
        row.updated = this.now();
        return image;
    }

    picture(productId: string, imageId: string): Buffer | null {
        for (const { products } of this.stores.values()) {
            const image = products.get(productId)?.images.find(({ id }) => id === imageId);
            if (image !== undefined) return image.bytes;
        }
        return null;
    }

    private dated(id: string): { id: string; created: number; updated: number } {
        return { id, created: this.now(), updated: this.now() };
    }
}
