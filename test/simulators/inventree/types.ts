/** Records as the database holds them, under the server's own field names. */

/** Names of fields that a person set, not the API; see `State.violations`. */
interface SetByPerson {
    setByPerson: Set<string>;
}

export interface Category {
    pk: number;
    name: string;
    description: string;
    parent: number | null;
    structural: boolean;
    default_location: number | null;
    default_keywords: string | null;
    icon: string;
}

export interface Location {
    pk: number;
    name: string;
    description: string;
    parent: number | null;
    structural: boolean;
    external: boolean;
    icon: string;
    barcode_hash: string;
    tags: string[];
}

export interface Part extends SetByPerson {
    pk: number;
    name: string;
    IPN: string;
    revision: string;
    description: string;
    category: number | null;
    keywords: string | null;
    link: string | null;
    notes: string | null;
    units: string | null;
    /** the Part that this one is a revision of */
    revision_of: number | null;
    /** the template that this one is a variant of */
    variant_of: number | null;
    tags: string[];
    active: boolean;
    assembly: boolean;
    component: boolean;
    is_template: boolean;
    locked: boolean;
    purchaseable: boolean;
    salable: boolean;
    testable: boolean;
    trackable: boolean;
    virtual: boolean;
    default_location: number | null;
    default_expiry: number;
    minimum_stock: number;
    /** path below /media/ */
    image: string | null;
    barcode_hash: string;
    creation_date: string;
    creation_user: number | null;
    pricing_updated: string | null;
}

export interface StockItem extends SetByPerson {
    pk: number;
    part: number;
    quantity: number;
    batch: string | null;
    serial: string | null;
    location: number | null;
    parent: number | null;
    status: number;
    /** promised to open sales and build orders; there are no orders here, so it is set */
    allocated: number;
    is_building: boolean;
    /** the order that it is an output of */
    build: number | null;
    /** the item that it is installed in, the company that it was sent to, the build that used it up */
    belongs_to: number | null;
    customer: number | null;
    consumed_by: number | null;
    delete_on_deplete: boolean;
    expiry_date: string | null;
    link: string;
    notes: string | null;
    packaging: string | null;
    /** pk of a group or user as an owner */
    owner: number | null;
    purchase_price: number | null;
    purchase_price_currency: string;
    tags: string[];
    barcode_hash: string;
    /** YYYY-MM-DD */
    creation_date: string;
    updated: Date;
}

/** A build order. */
export interface Build {
    pk: number;
    title: string;
    reference: string;
    part: number;
    /** 10 pending, 20 in production, 25 on hold, 30 cancelled, 40 complete */
    status: number;
    quantity: number;
    completed: number;
    creation_date: string;
    /** the Parts that it is made of */
    bom: number[];
}

export interface TrackingEntry {
    pk: number;
    /** null: the item is gone */
    item: number | null;
    part: number;
    date: Date;
    deltas: Record<string, unknown>;
    label: string;
    notes: string;
    tracking_type: number;
    user: number | null;
}

export interface Template {
    pk: number;
    name: string;
    units: string;
    description: string;
    checkbox: boolean;
    choices: string;
    enabled: boolean;
    /** 0: no; 1, 2: each value once */
    unique: number;
}

/** A sale price from a quantity on. */
export interface PriceBreak {
    pk: number;
    part: number;
    quantity: number;
    price: number | null;
    price_currency: string;
}

export interface Parameter extends SetByPerson {
    pk: number;
    part: number;
    template: number;
    data: string;
    data_numeric: number | null;
    note: string;
    updated: Date | null;
    updated_by: number | null;
}

export interface CategoryParameter {
    pk: number;
    category: number;
    template: number;
    default_value: string;
}

export interface Attachment {
    pk: number;
    model_type: string;
    model_id: number;
    /** path below /media/ */
    attachment: string | null;
    link: string | null;
    comment: string;
    upload_date: string;
    upload_user: number;
    file_size: number;
    tags: string[];
}

export type Action = 'view' | 'add' | 'change' | 'delete';
export type Role = 'part_category' | 'part' | 'stock_location' | 'stock' | 'build';

export interface Token {
    key: string;
    name: string;
    /** YYYY-MM-DD */
    expiry: string;
    revoked: boolean;
}

export interface User {
    pk: number;
    username: string;
    password: string;
    email: string;
    group: { pk: number; name: string } | null;
    /** staff and superuser */
    admin: boolean;
    active: boolean;
    roles: Record<Role, Action[]>;
    token: Token;
}

export interface Setting {
    pk: number;
    key: string;
    value: string | boolean;
    name: string;
    description: string;
    read_only: boolean;
}
