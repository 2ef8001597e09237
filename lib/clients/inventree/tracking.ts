import * as v from 'valibot';
import { maybe } from '../../http/checked';
import { checked, rows } from './answers';
import type { InvenTreeClient } from './client';

/** Tracking code of "Stock item created". */
const CREATED = 1;
const PAGE = 250;
/** A Part with more entries than that of one user since one day is looked at by a person. */
const MOST_PAGES = 8;

const entrySchema = v.looseObject({
    pk: v.number(),
    item: maybe(v.number()),
    part: maybe(v.number()),
    date: v.string(),
    tracking_type: v.number(),
    user: maybe(v.number()),
    deltas: v.fallback(v.looseObject({ quantity: maybe(v.number()), location: maybe(v.number()) }), {
        quantity: null,
        location: null,
    }),
});
const userSchema = v.looseObject({ pk: v.number() });

/** That a StockItem was made which is gone now. */
export interface GoneItem {
    /** of the entry */
    pk: number;
    /** as the server wrote it, in the server's own time zone: `2026-11-22 04:26` */
    date: string;
    quantity: number | null;
    location: number | null;
}

/**
 * The items of a Part that the token's own user made and that are gone.
 * @param since a day in UTC, `2026-11-22`; entries of the day before are asked for too, the server's day may be another
 * @returns null where there are more entries than are read
 * @throws AuthError where the token may not read them; as `read`
 */
export async function goneItems(
    inventree: InvenTreeClient,
    part: number,
    since: string,
    signal?: AbortSignal,
): Promise<GoneItem[] | null> {
    const me = checked(userSchema, (await inventree.read('/api/user/me/', {}, signal)).body, 'GET /api/user/me/').pk;
    const from = new Date(Date.parse(`${since}T00:00:00Z`) - 24 * 3600_000).toISOString().slice(0, 10);
    const found: GoneItem[] = [];
    for (let page = 0; page < MOST_PAGES; page++) {
        const query = { part, user: me, min_date: from, ordering: '-date', limit: PAGE, offset: page * PAGE };
        const answer = await inventree.read('/api/stock/track/', query, signal);
        const { rows: entries, more } = rows(entrySchema, answer.body, 'GET /api/stock/track/', () => true);
        for (const { pk, item, part: of, date, tracking_type, user, deltas } of entries) {
            // an unknown filter returns everything: what came back is held against what was asked
            if (item !== null || of !== part || user !== me || tracking_type !== CREATED) continue;
            found.push({ pk, date, quantity: deltas.quantity, location: deltas.location });
        }
        if (!more) return found;
    }
    return null;
}
