import type { Account } from './access';
import type { GroupRow, ImageRow, ProductRow, StoreRow } from './rows';

/** e.g. `2026-11-29T17:40:02.004+0000`: the zone has no colon. */
function written(ms: number): string {
    return new Date(ms).toISOString().replace('Z', '+0000');
}

export function storeView(row: StoreRow): object {
    const { id, name, address, userId, created, updated } = row;
    return reported({ id, name, address, user_id: userId, created_at: written(created), updated_at: written(updated) });
}

export function groupView(row: GroupRow, store: StoreRow): object {
    return reported({
        ...common(row, store),
        name: row.name,
        parent_id: row.parentId,
        attributes: row.attributes,
    });
}

/** Without the right to read stock there is no quantity, not even a 0. */
export function productView(row: ProductRow, store: StoreRow, { rights }: Account): object {
    return reported({
        ...common(row, store),
        type: row.type,
        name: row.name,
        code: row.code,
        price: row.price,
        cost_price: row.type === 'SERVICE' ? undefined : row.costPrice,
        quantity: rights.stock && row.type !== 'SERVICE' ? row.quantity : undefined,
        measure_name: row.measureName,
        tax: row.tax,
        allow_to_sell: row.allowToSell,
        description: row.description,
        article_number: row.articleNumber,
        barcodes: row.barcodes,
        parent_id: row.parentId,
        attributes_choices: row.attributesChoices,
        ...row.odd,
    });
}

export function imageView(row: ImageRow, product: ProductRow, store: StoreRow, address: string): object {
    const { extension, width, height, bytes } = row;
    return {
        ...common(row, store),
        product_id: product.id,
        url: address,
        meta: { extension, file_size: bytes.length, width, height },
    };
}

function common(row: { id: string; created: number; updated: number }, store: StoreRow): object {
    return {
        store_id: store.id,
        user_id: store.userId,
        created_at: written(row.created),
        updated_at: written(row.updated),
        id: row.id,
    };
}

/** Empty fields are missing, not null (release notes 5). */
function reported(fields: Record<string, unknown>): object {
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
