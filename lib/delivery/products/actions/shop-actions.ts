import type { Product } from '../../../product/product';
import type { PassPlan } from './pass-plan';
import type { PlannedChange } from './planned-changes';

/** What people decide about a shop that is filled from a catalog. */
export interface ShopActions {
    community: string;
    /** what becomes of items that were there before us: those that match are linked, or products are added beside them */
    chooseFirstSync: (choice: 'link' | 'beside') => Promise<void>;
    /** @returns whether the item is there, and free */
    link: (sku: string, product: string, itemId: number) => Promise<boolean>;
    /** What a person or VK removed is made anew. @returns whether it was removed */
    putBack: (sku: string) => boolean;
    /** a look at what would be done about products; nothing is written */
    preview: () => PreviewRun;
    status: () => ShopStatus;
    /** what a dry run would do so far, product by product */
    planned: () => readonly PlannedChange[];
    /** how many of each kind some of them are, and what they would cost */
    costOf: (changes: readonly PlannedChange[]) => PassPlan;
    /** What is held goes on. @returns keys of the products that were held */
    agree: (kind: 'hide' | 'price', store: string) => Promise<string[]>;
    /**
     * Which of two stores is master of the products that both have; null: they stay apart.
     * @returns keys of the products that it is about
     */
    chooseMaster: (stores: readonly [string, string], master: string | null) => Promise<string[]>;
}

/**
 * Hides or price changes of so many items of a store that a person is asked first; `masters`: two stores share barcodes or
 * articles, and a person says which one is master.
 */
export interface ShopQuestion {
    kind: 'hide' | 'price' | 'masters';
    store: string;
    /** the other store, where the question is about two */
    other?: string;
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
    planned: PassPlan | null;
}

/** A product that a preview looks at. */
export interface PreviewedProduct {
    product: Product;
    /** as its message would say it */
    change: string;
    /** nobody has looked for its picture yet: it counts as one that has one */
    awaitsPicture: boolean;
}

/** A preview on its way over the products of a source. */
export interface PreviewRun {
    add: (products: readonly PreviewedProduct[]) => Promise<void>;
    report: () => ShopPreview;
}

/** What a pass would do in a shop. */
export interface ShopPreview extends PassPlan {
    community: string;
    /** nothing is added before a person says what becomes of items that were there before */
    firstSyncAsks: boolean;
    unchanged: number;
    /** by reason */
    skipped: Readonly<Record<string, number>>;
    refused: Readonly<Record<string, number>>;
    /** a brake would hold them until a person agrees */
    held: { hide: number; price: number; masters: number };
    /** stores that share barcodes or articles, and about which nobody has decided */
    masters: { store: string; other: string; count: number }[];
    /** the first of them */
    changes: { sku: string; name: string; does: 'add' | 'link' | 'ask' | 'edit' | 'hide'; itemId: number | null }[];
}
