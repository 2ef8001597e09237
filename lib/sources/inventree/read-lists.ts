import {
    activeParts,
    locations,
    priceBreaks,
    stockOfStatus,
    type CatalogPart,
    type CatalogStock,
    type PriceBreak,
} from '../../clients/inventree/catalog/lists';
import type { InvenTreeClient } from '../../clients/inventree/client';
import { pkOf, type WholeList } from '../../clients/inventree/catalog/whole-list';
import { isReadable, type UnreadableRow } from '../../http/checked';
import { UnreadableRowError } from '../../http/errors';
import { branchesOf, type Branches } from './branches';
import { priceOfOne, unallocated, type FigureOf, type Price } from './figures';
import { isChosen, supersededRevisions } from './saleable-parts';

/** Which Parts are products, and which of their stock is for sale. */
export interface StockSettings {
    /** pks; none: every Part */
    categories: readonly number[];
    /** pks; none: wherever it lies */
    locations: readonly number[];
    /** numbers of stock statuses */
    statuses: readonly number[];
    salableOnly: boolean;
}

/** The Parts that are products. */
export interface ListedParts {
    products: CatalogPart[];
    unreadable: UnreadableRow[];
    /** ids of the products, and of the rows that cannot be read */
    seen: ReadonlySet<string>;
    isComplete: boolean;
}

/**
 * Reads which Parts are products.
 * @param chosen branch of categories; they are there
 * @param progress told how many Parts were read so far
 */
export async function listedParts(
    client: InvenTreeClient,
    { salableOnly }: StockSettings,
    chosen: Branches,
    progress: (parts: number) => void,
    signal: AbortSignal,
): Promise<ListedParts> {
    const rows = new Map<unknown, CatalogPart | UnreadableRow>();
    let isComplete = true;
    for (const category of chosen.members === null ? [null] : chosen.roots) {
        const of = { category, salableOnly };
        const list = await activeParts(client, of, signal);
        isComplete &&= list.isComplete;
        for (const row of list.rows) rows.set(pkOf(row) ?? row, row);
        progress(rows.size);
    }
    const choice = { salableOnly, categories: chosen.members };
    const readable = [...rows.values()].filter(isReadable<CatalogPart>).filter((part) => isChosen(part, choice));
    const unreadable = [...rows.values()].filter((row): row is UnreadableRow => !isReadable(row));
    const superseded = supersededRevisions(readable);
    const products = readable.filter(({ pk }) => !superseded.has(pk));
    const seen = new Set(products.map(({ pk }) => String(pk)));
    for (const row of unreadable) {
        const pk = pkOf(row);
        // which Part it is, is unknown: it may be any that is not among the others
        if (pk === null) isComplete = false;
        else seen.add(String(pk));
    }
    return { products, unreadable, seen, isComplete };
}

const NO_ROWS: WholeList<never> = { rows: [], isComplete: true };

/** What of a list is known, and the rows that cannot be read. */
export interface Figures<T> {
    of: FigureOf<T>;
    unreadable: UnreadableRow[];
}

/**
 * Reads what of each Part's stock is for sale.
 * @throws ConfigError for a location that is not there; UnreadableRowError where a list is not whole
 */
export async function stockFigures(
    client: InvenTreeClient,
    settings: StockSettings,
    signal: AbortSignal,
): Promise<Figures<number>> {
    const places = settings.locations.length === 0 ? NO_ROWS : await locations(client, signal);
    const of = branchesOf(places, settings.locations, { label: 'location', setting: 'locations' });
    const rows = new Map<unknown, CatalogStock | UnreadableRow>();
    for (const status of settings.statuses)
        for (const location of of.members === null ? [null] : of.roots) {
            const list = whole(await stockOfStatus(client, { status, location }, signal), 'stock');
            for (const row of list) rows.set(pkOf(row) ?? row, row);
        }
    const all = [...rows.values()];
    const choice = { statuses: new Set(settings.statuses), locations: of.members };
    return { of: unallocated(all, choice), unreadable: unreadableOf(all) };
}

/** Reads the sale prices. @throws UnreadableRowError where the list is not whole */
export async function priceFigures(
    client: InvenTreeClient,
    signal: AbortSignal,
): Promise<Figures<Price> & { breaks: ReadonlyMap<number, PriceBreak[]> }> {
    const rows = whole(await priceBreaks(client, signal), 'sale prices');
    const breaks = byPart(rows.filter(isReadable<PriceBreak>));
    return { of: priceOfOne(rows), unreadable: unreadableOf(rows), breaks };
}

function byPart(rows: readonly PriceBreak[]): ReadonlyMap<number, PriceBreak[]> {
    const parts = new Map<number, PriceBreak[]>();
    for (const row of rows) {
        const list = parts.get(row.part);
        if (list === undefined) parts.set(row.part, [row]);
        else list.push(row);
    }
    return parts;
}

function unreadableOf(rows: readonly unknown[]): UnreadableRow[] {
    return rows.filter((row): row is UnreadableRow => !isReadable(row));
}

/** @throws UnreadableRowError where the list is not whole: its figures would be too small. It is read again at the next pass */
function whole<Row>({ rows, isComplete }: WholeList<Row>, what: string): (Row | UnreadableRow)[] {
    if (isComplete) return rows;
    throw new UnreadableRowError(
        `InvenTree's list of ${what} changed each time while it was read, so nothing of it is taken. The next pass reads it again.`,
        { server: 'InvenTree' },
    );
}
