import { categoryOf, CURRENCIES, type Album, type Category, type Community, type Item } from './state';

/** An item as `market.get` answers it. @param hiddenAs availability of what is hidden (which of the two is not documented) */
export function itemView(
    item: Item,
    community: Community,
    { extended, tree, hiddenAs }: { extended: boolean; tree: readonly Category[]; hiddenAs: 1 | 2 },
): Record<string, unknown> {
    const { price, oldPrice } = item;
    const currency = CURRENCIES[community.currency];
    return {
        id: item.id,
        owner_id: -community.id,
        title: item.name,
        description: item.description,
        price: {
            amount: String(price ?? 0),
            currency,
            text: `${(price ?? 0) / 100} ${currency.title}`,
            ...(oldPrice === null
                ? {}
                : { old_amount: String(oldPrice), old_amount_text: `${oldPrice / 100} ${currency.title}` }),
        },
        category: categoryView(tree, item.categoryId),
        availability: item.blocked ? 1 : item.hidden ? hiddenAs : 0,
        date: Math.floor(item.created / 1000),
        ...(item.sku === '' ? {} : { sku: item.sku }),
        ...(item.url === '' ? {} : { url: item.url }),
        stock_amount: item.stock,
        ...(extended
            ? {
                  albums_ids: [...item.albums],
                  photos: item.photos.map((id) => ({
                      id,
                      album_id: -53,
                      owner_id: -community.id,
                      date: Math.floor(item.created / 1000),
                      sizes: [{ type: 'x', url: 'https://sun.example.invalid/x.jpg', width: 600, height: 600 }],
                      text: '',
                      has_tags: false,
                  })),
              }
            : {}),
    };
}

function categoryView(tree: readonly Category[], id: number): Record<string, unknown> {
    const path = categoryOf(tree, id) ?? [{ id, name: '' }];
    const view = path.reduce<Record<string, unknown> | null>(
        (parent, each) => ({
            inner_type: 'market_market_category_nested',
            id: each.id,
            name: each.name,
            is_v2: true,
            ...(parent === null ? {} : { parent }),
        }),
        null,
    );
    return view!;
}

export function albumView(album: Album, community: Community): Record<string, unknown> {
    return {
        id: album.id,
        owner_id: -community.id,
        title: album.title,
        count: community.shown.filter((item) => item.albums.has(album.id)).length,
        updated_time: Math.floor(album.updated / 1000),
        is_main: false,
        is_hidden: album.hidden,
    };
}
