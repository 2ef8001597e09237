/** What people decide about a shop that is filled from a catalog. */
export interface ShopActions {
    community: string;
    /** what becomes of items that were there before us: those that match are linked, or products are added beside them */
    chooseFirstSync: (choice: 'link' | 'beside') => Promise<void>;
    /** @returns whether the item is there, and free */
    link: (sku: string, product: string, itemId: number) => Promise<boolean>;
    /** What a person or VK removed is made anew. @returns whether it was removed */
    putBack: (sku: string) => boolean;
    status: () => ShopStatus;
    /** What is held goes on. @returns keys of the products that were held */
    agree: (kind: ShopQuestion['kind'], store: string) => Promise<string[]>;
}

/** Hides or price changes of so many items of a store that a person is asked first. */
export interface ShopQuestion {
    kind: 'hide' | 'price';
    store: string;
    /** items that it is about, of so many in the shop */
    count: number;
    of: number;
}

/** What people may know and decide about a shop. */
export interface ShopStatus {
    community: string;
    /** the community has items that are linked to no product: `link` says what becomes of them */
    firstSyncAsks: boolean;
    /** answered by `agree` */
    questions: readonly ShopQuestion[];
    /** what a dry run would do so far, with its cost; null: there is none */
    planned: object | null;
}
