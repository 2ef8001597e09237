import type { PassPlan } from '../../../delivery/products/actions/pass-plan';
import type { AccountView } from '../../../sources/evotor/accounts/account-view';
import type { CatalogSource, LinkState } from '../../../store/catalog/records';
import type { GroupRow, StoreRow } from '../../catalog/wire';

// What the routes of the tab "Catalog" answer, beside the rows of lib/admin/catalog. Types alone: the editor's code is
// compiled against them. Times are ISO 8601 UTC; what is not known is null.

export type {
    AlbumRow,
    GroupRow,
    ItemRow,
    LinkState,
    Page,
    PlannedPage,
    PlannedRow,
    ProductRow,
    ShopStateRow,
    StoreRow,
} from '../../catalog/wire';
export type { AccountView, OneTimeCode } from '../../../sources/evotor/accounts/account-view';

/** `mixed`: of what is in it some is on and some is off. */
export type Checked = boolean | 'mixed';

/** A store with its switch and those of its groups. */
export interface StoreNode extends StoreRow {
    /** `on`, or `mixed` where a group in it is off */
    checked: Checked;
}

/** A group in the tree. */
export interface GroupNode extends GroupRow {
    /** whether its products are shown while its store is on, and those of the groups in it */
    checked: Checked;
    /** products in it, with those of the groups in it */
    allProducts: number;
}

/** Groups that lie in the same group, or in the root of their store. */
export interface GroupPage {
    groups: GroupNode[];
    /** of all that lie there */
    total: number;
}

/** How far a pass is. */
export interface PassProgress {
    /** id of the store; null: the list of stores */
    store: string | null;
    /** stores that are done, and all */
    done: number;
    total: number;
    products: number;
}

/** Products on their way to the shop since all was in step last. */
export interface SendingReport {
    done: number;
    total: number;
    /** seconds, by the speed so far; null: too early to say */
    secondsLeft: number | null;
}

/** A node that offers products of the catalog. */
export interface CatalogSourceReport {
    id: string;
    name: string;
    kind: CatalogSource;
    ready: boolean;
    /** why it does not work */
    problem: string | null;
    paused: boolean;
    /** how far the pass under way is; null: none is */
    reading: PassProgress | null;
    /** the last pass failed, or could not read a store */
    failure: boolean;
    /** null: nothing is on its way */
    sending: SendingReport | null;
    /** products that no node took */
    notTaken: number;
}

/** What a person is asked about a shop. */
export interface ShopQuestionRow {
    kind: string;
    /** id and name of the store that it is about */
    store: string;
    storeName: string;
    /** of `masters`: the other store */
    other?: string;
    otherName?: string;
    /** items that it is about, of so many in the shop */
    count: number;
    of: number;
}

/** A store that its account has no more: a person is asked what becomes of its items. */
export interface GoneStoreRow {
    store: string;
    name: string;
    products: number;
    since: string;
}

/** A community that is filled from the catalog. */
export interface ShopReport {
    community: string;
    /** the source whose products come to it */
    source: string;
    /** products by what became of them */
    counts: Readonly<Record<LinkState, number>>;
    /** it has items of before that belong to no product */
    firstSyncAsks: boolean;
    questions: ShopQuestionRow[];
    /** what a dry run would do, and what that costs; null: there is none */
    planned: PassPlan | null;
}

export interface CatalogContent {
    stores: StoreNode[];
    sources: CatalogSourceReport[];
    shops: ShopReport[];
    accounts: AccountView[];
    goneStores: GoneStoreRow[];
}

/** A catalog store that runs; `ready`: it is open. */
export type CatalogOverview = {
    id: string;
    name: string;
    /** why it cannot be used, as a key of the nodes' statuses */
    trouble: string | null;
    /** the same, in the words of its error */
    problem: string | null;
} & (({ ready: true } & CatalogContent) | { ready: false });
