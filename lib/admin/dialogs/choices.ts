import * as v from 'valibot';
import { maybe } from '../../http/checked';
import type { InvenTreeClient } from '../../clients/inventree/client';
import { inventreeAt } from '../../clients/inventree/server-kind';
import { stockStatuses } from '../../clients/inventree/statuses';
import { checked, rows } from '../../clients/inventree/answers';
import type { Target } from './connection';
import { inTime } from './deadline';
import { rightsOf, withoutSecret } from './probe';
import { aboutServer, problem, problemOf, ProblemError } from './problem';
import type { Choice, ChoiceKind, Choices } from './wire';

/** What is chosen in an InvenTree. */
export type InvenTreeChoice = Exclude<ChoiceKind, 'vkCategories'>;
export const CHOICE_KINDS: readonly InvenTreeChoice[] = [
    'categories',
    'locations',
    'statuses',
    'templates',
    'spools',
    'owners',
    'currencies',
];

/** What a picker wants to know. */
export interface ChoiceQuery {
    search: string;
    /** only what is right below; null: only what is at the top; undefined: at every level */
    parent: number | null | undefined;
    /** only this one, whether it is still there */
    pk: number | null;
    limit: number;
}

const USUAL_LIMIT = 200;
/** A tree with more is searched by the server. */
const MOST = 2000;
const PAGE = 500;

/** Reads a query from what a browser sent. */
export function choiceQueryOf(body: unknown): ChoiceQuery {
    const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const whole = (value: unknown): number | null => {
        const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
        return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
    };
    return {
        search: typeof given['search'] === 'string' ? given['search'].trim().slice(0, 200) : '',
        parent: given['parent'] === undefined ? undefined : whole(given['parent']),
        pk: whole(given['pk']),
        limit: Math.min(MOST, Math.max(1, whole(given['limit']) ?? USUAL_LIMIT)),
    };
}

/** What can be chosen from in an InvenTree. Looks with a connection of its own, which is closed afterwards. */
export async function choices(
    target: Target,
    kind: InvenTreeChoice,
    query: ChoiceQuery,
    gone: AbortSignal,
): Promise<Choices> {
    const about = aboutServer(target.kind, target.address);
    let client: InvenTreeClient | null = null;
    try {
        if (target.secret === '') throw new ProblemError(problem('noSecret', about));
        client = inventreeAt(target);
        const found = await inTime(READERS[kind](client, query), target.timeoutMs, about, gone);
        return { ...found, problem: null };
    } catch (error) {
        const found = rightsOf(target.kind, problemOf(error, { ...about, missing: NEEDED[kind] }));
        return { items: [], total: 0, problem: withoutSecret(found, target.secret) };
    } finally {
        client?.close();
    }
}

type Found = Omit<Choices, 'problem'>;
type Reader = (inventree: InvenTreeClient, query: ChoiceQuery) => Promise<Found>;

const READERS: Readonly<Record<InvenTreeChoice, Reader>> = {
    categories: (inventree, query) => places(inventree, '/api/part/category/', query),
    locations: (inventree, query) => places(inventree, '/api/stock/location/', query),
    statuses,
    templates,
    spools,
    owners,
    currencies,
};

/** By InvenTree's names of its roles. */
const NEEDED: Readonly<Record<InvenTreeChoice, string>> = {
    categories: 'Part Categories: view',
    locations: 'Stock Locations: view',
    statuses: 'Stock Items: view',
    templates: 'Parts: view',
    spools: 'Stock Items: view',
    owners: 'Stock Items: view',
    currencies: 'Stock Items: view',
};

const pk = v.pipe(v.number(), v.integer());
/** A category or location; a category counts its subcategories, a location its sublocations. */
const placeSchema = v.looseObject({
    pk,
    name: v.string(),
    pathstring: maybe(v.string()),
    parent: maybe(pk),
    level: maybe(v.number()),
    structural: maybe(v.boolean()),
    subcategories: maybe(v.number()),
    sublocations: maybe(v.number()),
});

function placeRow(place: v.InferOutput<typeof placeSchema>): Choice {
    const below = place.subcategories ?? place.sublocations;
    return {
        pk: place.pk,
        name: place.name,
        path: place.pathstring ?? place.name,
        parent: place.parent,
        level: place.level ?? 0,
        structural: place.structural === true,
        ...(below === null ? {} : { hasChildren: below > 0 }),
    };
}

/** A category or location as InvenTree answers with it. @param where the request, for what is said of an answer of another form */
export function placeOf(body: unknown, where: string): Choice {
    return placeRow(checked(placeSchema, body, where));
}

async function places(inventree: InvenTreeClient, path: string, query: ChoiceQuery): Promise<Found> {
    if (query.pk !== null) return only(await one(inventree, path, query.pk, placeSchema), placeRow);
    const { search, parent, limit } = query;
    const filter = {
        ordering: 'pathstring',
        ...(search === '' ? {} : { search }),
        ...(parent === undefined ? {} : parent === null ? { top_level: true } : { parent, cascade: false }),
    };
    const found = await pages(inventree, path, filter, placeSchema, limit);
    // an unknown parent filters nothing: what came back is held against what was asked
    const fitting = found.rows.filter((place) => parent === undefined || place.parent === parent);
    return { items: fitting.map(placeRow), total: fitting.length < found.rows.length ? fitting.length : found.count };
}

const templateSchema = v.looseObject({
    pk,
    name: v.string(),
    units: maybe(v.string()),
    enabled: maybe(v.boolean()),
    model_type: maybe(v.string()),
});

async function templates(inventree: InvenTreeClient, query: ChoiceQuery): Promise<Found> {
    const path = (await inventree.handshake()).dialect.templates;
    const row = ({ pk, name, units }: v.InferOutput<typeof templateSchema>): Choice => ({
        ...flat(pk, name),
        units: units ?? '',
    });
    if (query.pk !== null) return only(await one(inventree, path, query.pk, templateSchema), row);
    const filter: Record<string, string> = query.search === '' ? {} : { search: query.search };
    const found = await pages(inventree, path, filter, templateSchema, query.limit);
    // from API 430 on templates can be switched off, or be of something else than Parts
    const fitting = found.rows.filter(
        ({ enabled, model_type: of }) => enabled !== false && (of === null || /^part(\.part)?$/.test(of)),
    );
    const items = fitting.map(row).sort((a, b) => a.name.localeCompare(b.name));
    return { items, total: found.count - (found.rows.length - fitting.length) };
}

const spoolSchema = v.looseObject({
    pk,
    quantity: v.pipe(v.union([v.number(), v.string()]), v.transform(Number)),
    batch: maybe(v.string()),
    part_detail: maybe(
        v.looseObject({ full_name: maybe(v.string()), name: maybe(v.string()), units: maybe(v.string()) }),
    ),
});

/** StockItems that are in stock: a spool is one of them. */
async function spools(inventree: InvenTreeClient, query: ChoiceQuery): Promise<Found> {
    const row = ({ pk, quantity, batch, part_detail: part }: v.InferOutput<typeof spoolSchema>): Choice => {
        const amount = `${quantity} ${part?.units ?? ''}`.trim();
        return flat(pk, [part?.full_name ?? part?.name, batch, amount].filter(Boolean).join(' · '));
    };
    if (query.pk !== null) return only(await one(inventree, '/api/stock/', query.pk, spoolSchema), row);
    const filter = { in_stock: true, part_detail: true, ...(query.search === '' ? {} : { search: query.search }) };
    const found = await pages(inventree, '/api/stock/', filter, spoolSchema, query.limit);
    return { items: found.rows.map(row), total: found.count };
}

async function statuses(inventree: InvenTreeClient, query: ChoiceQuery): Promise<Found> {
    const all = await stockStatuses(inventree);
    const search = query.search.toLowerCase();
    const found = all.filter(
        ({ key, label }) => (query.pk === null || key === query.pk) && label.toLowerCase().includes(search),
    );
    const items = found.slice(0, query.limit).map(({ key, label, color, custom }) => ({
        ...flat(key, label),
        custom,
        ...(color === null ? {} : { color }),
    }));
    return { items, total: found.length };
}

const ownerSchema = v.looseObject({ pk, name: v.string(), owner_model: maybe(v.string()) });

/** Users and groups, by the numbers that InvenTree has for them as owners. */
async function owners(inventree: InvenTreeClient, query: ChoiceQuery): Promise<Found> {
    const path = '/api/user/owner/';
    const row = ({ pk, name, owner_model: of }: v.InferOutput<typeof ownerSchema>): Choice =>
        flat(pk, of === 'group' ? `${name} (group)` : name);
    if (query.pk !== null) return only(await one(inventree, path, query.pk, ownerSchema), row);
    const filter: Record<string, string> = query.search === '' ? {} : { search: query.search };
    const found = await pages(inventree, path, filter, ownerSchema, query.limit);
    return { items: found.rows.map(row), total: found.count };
}

const settingSchema = v.looseObject({ value: v.string() });

/** The currencies that an InvenTree knows; they have no number there. */
async function currencies(inventree: InvenTreeClient, { search }: ChoiceQuery): Promise<Found> {
    const path = '/api/settings/global/CURRENCY_CODES/';
    const { value } = checked(settingSchema, (await inventree.read(path, {})).body, `GET ${path}`);
    const codes = value
        .split(',')
        .map((code) => code.trim())
        .filter((code) => code !== '' && code.toLowerCase().includes(search.toLowerCase()));
    return { items: codes.map((code, index) => flat(index + 1, code)), total: codes.length };
}

function flat(pk: number, name: string): Choice {
    return { pk, name, path: name, parent: null, level: 0, structural: false };
}

function only<T>(found: T | null, row: (found: T) => Choice): Found {
    return found === null ? { items: [], total: 0 } : { items: [row(found)], total: 1 };
}

async function one<const T extends v.GenericSchema>(
    inventree: InvenTreeClient,
    path: string,
    pk: number,
    schema: T,
): Promise<v.InferOutput<T> | null> {
    // negative numbers and 0 are no address of anything
    if (pk < 1) return null;
    const answer = await inventree.read(`${path}${pk}/`, {}, undefined, [404]);
    return answer.status === 404 ? null : checked(schema, answer.body, `GET ${path}${pk}/`);
}

async function pages<const T extends v.GenericSchema>(
    inventree: InvenTreeClient,
    path: string,
    filter: Record<string, string | number | boolean>,
    schema: T,
    limit: number,
): Promise<{ rows: v.InferOutput<T>[]; count: number }> {
    const all: v.InferOutput<T>[] = [];
    for (let offset = 0; ;) {
        const query = { ...filter, limit: Math.min(PAGE, limit - all.length), offset };
        const page = rows(schema, (await inventree.read(path, query)).body, `GET ${path}`);
        all.push(...page.rows);
        offset += page.read;
        if (!page.more || page.read === 0 || all.length >= limit)
            return { rows: all.slice(0, limit), count: page.count };
    }
}
