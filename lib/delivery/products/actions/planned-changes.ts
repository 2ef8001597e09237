/** What a dry run would do about a product: `link` an item that fits, `ask` where several fit. */
export const PLANNED_ACTIONS = ['add', 'link', 'ask', 'edit', 'hide'] as const;
export type PlannedAction = (typeof PLANNED_ACTIONS)[number];

/** What of an item would change. `picture` and `shown` have no values: it gets another one, and it is shown again. */
export const PLANNED_FIELDS = [
    'name',
    'description',
    'category',
    'price',
    'oldPrice',
    'stock',
    'link',
    'picture',
    'albums',
    'shown',
] as const;
export type PlannedField = (typeof PLANNED_FIELDS)[number];

/** One field of an item: as we left it, and as it would be. Prices in the community's currency; null: none, or not known. */
export interface FieldChange {
    field: PlannedField;
    from: string | number | null;
    to: string | number | null;
}

/** What a dry run would do about one product. */
export interface PlannedChange {
    sku: string;
    /** key of the product's record */
    product: string;
    does: PlannedAction;
    itemId: number | null;
    /** why it would be hidden, as a key of texts */
    reason: string | null;
    fields: readonly FieldChange[];
    /** a photo would be uploaded */
    photo: boolean;
    /** titles of albums that it would be put into */
    albums: readonly string[];
}
