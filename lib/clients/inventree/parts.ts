import {
    partSchema,
    placeSchema,
    checked,
    mayHave,
    rows,
    type Part,
    type PartPk,
    type Place,
    type Rows,
} from './answers';
import type { InvenTreeClient } from './client';
import type { FormField } from '../../http/wire/multipart';
import type { Picture } from '../../http/picture-type';
import { imageField } from './images';
import { escaped, askInPacks, pagesOf, same } from './lookup';
import type { Answer } from '../../http/http';

const PAGE = 500;
const LOCATIONS = '/api/stock/location/';

export interface NewPart {
    name: string;
    IPN: string;
    category: number;
    description: string;
    keywords: string;
    link: string | null;
    /** it has variants */
    is_template?: true;
    /** the template that it is a variant of */
    variant_of?: PartPk;
}

/** @returns null where the Part does not exist (any more) */
export async function partByPk(inventree: InvenTreeClient, pk: PartPk, signal?: AbortSignal): Promise<Part | null> {
    const path = `/api/part/${pk}/`;
    const answer = await inventree.read(path, {}, signal, [404]);
    return answer.status === 404 ? null : checked(partSchema, answer.body, `GET ${path}`);
}

/** Every Part with this IPN, lowest pk first; inactive ones too. */
export async function partsByIpn(inventree: InvenTreeClient, ipn: string, signal?: AbortSignal): Promise<Part[]> {
    if (ipn === '') return [];
    const answer = await inventree.read('/api/part/', { IPN: ipn, limit: 50 }, signal);
    // an unknown or empty filter returns everything: what came back is held against what was asked
    const page = rows(partSchema, answer.body, 'GET /api/part/', mayHave('IPN', [ipn]));
    return sorted(page.rows.filter((part) => same(part.IPN, ipn)));
}

/** The Parts of many IPNs at once. @returns by lower-case IPN */
export async function partsByIpns(
    inventree: InvenTreeClient,
    ipns: readonly string[],
    signal?: AbortSignal,
): Promise<Map<string, Part[]>> {
    const found = new Map<string, Part[]>(ipns.map((ipn) => [ipn.toLowerCase(), []]));
    await askInPacks(ipns, async (pattern, values) => {
        const ask = async (offset: number): Promise<Rows<Part>> => {
            const answer = await inventree.read('/api/part/', { IPN_regex: pattern, limit: PAGE, offset }, signal);
            return rows(partSchema, answer.body, 'GET /api/part/', mayHave('IPN', values));
        };
        for await (const page of pagesOf(ask))
            for (const part of page.rows) {
                if (values.some((ipn) => same(part.IPN, ipn))) found.get(part.IPN.toLowerCase())?.push(part);
            }
    });
    for (const parts of found.values()) sorted(parts);
    return found;
}

/** Every Part whose IPN begins so, page by page. */
export async function* partsByPrefix(
    fetch: (query: Record<string, string | number>) => Promise<Answer>,
    prefix: string,
): AsyncGenerator<Part[]> {
    if (prefix === '') return;
    const ask = async (offset: number): Promise<Rows<Part>> => {
        const answer = await fetch({ IPN_regex: `^${escaped(prefix)}-`, limit: PAGE, offset });
        return rows(partSchema, answer.body, 'GET /api/part/');
    };
    for await (const page of pagesOf(ask))
        yield page.rows.filter((part) => part.IPN.toLowerCase().startsWith(`${prefix}-`.toLowerCase()));
}

/**
 * Creates a Part, with its image where a picture is given: one request for both.
 * @throws RejectedError; with `body.image` where the picture is none, and then nothing was created
 */
export async function createPart(
    inventree: InvenTreeClient,
    part: NewPart,
    picture: Picture | null,
    signal?: AbortSignal,
): Promise<Part> {
    const { link, ...fields } = part;
    const body = {
        ...fields,
        ...(link === null ? {} : { link }),
        purchaseable: false,
        // the default is true, and then a parameter of ours would be one too many
        copy_category_parameters: false,
    };
    const answer =
        picture === null
            ? await inventree.write('POST', '/api/part/', body, signal)
            : await inventree.upload('POST', '/api/part/', formWith(body, picture, part.IPN), signal);
    return checked(partSchema, answer.body, 'POST /api/part/');
}

/** Gives a Part another name. @throws RejectedError */
export async function renamePart(
    inventree: InvenTreeClient,
    pk: PartPk,
    name: string,
    signal?: AbortSignal,
): Promise<Part> {
    const path = `/api/part/${pk}/`;
    return checked(partSchema, (await inventree.write('PATCH', path, { name }, signal)).body, `PATCH ${path}`);
}

/** The server reads texts in forms as it reads JSON: `false` is no. */
function formWith(body: Record<string, unknown>, picture: Picture, name: string): FormField[] {
    const fields = Object.entries(body).filter(([, value]) => value !== '');
    return [...fields.map(([key, value]) => ({ name: key, content: String(value) })), imageField(picture, name)];
}

/** @returns null where the category does not exist */
export async function category(inventree: InvenTreeClient, pk: number, signal?: AbortSignal): Promise<Place | null> {
    return place(inventree, `/api/part/category/${pk}/`, signal);
}

/** @returns null where the location does not exist */
export async function location(inventree: InvenTreeClient, pk: number, signal?: AbortSignal): Promise<Place | null> {
    return place(inventree, `/api/stock/location/${pk}/`, signal);
}

async function place(inventree: InvenTreeClient, path: string, signal?: AbortSignal): Promise<Place | null> {
    const answer = await inventree.read(path, {}, signal, [404]);
    return answer.status === 404 ? null : checked(placeSchema, answer.body, `GET ${path}`);
}

/** The locations right below one, as the server orders them. */
export async function locationsBelow(
    inventree: InvenTreeClient,
    parent: number,
    signal?: AbortSignal,
): Promise<Place[]> {
    const ask = async (offset: number): Promise<Rows<Place>> => {
        const query = { parent, cascade: false, ordering: 'pathstring', limit: PAGE, offset };
        const answer = await inventree.read(LOCATIONS, query, signal);
        return rows(placeSchema, answer.body, `GET ${LOCATIONS}`, () => true);
    };
    const all: Place[] = [];
    // an unknown parent filters nothing
    for await (const page of pagesOf(ask)) all.push(...page.rows.filter((place) => place['parent'] === parent));
    return all;
}

/** @throws RejectedError where one of this name lies below the same one (every version), or the parent does not exist */
export async function createLocation(
    inventree: InvenTreeClient,
    location: { name: string; parent: number },
    signal?: AbortSignal,
): Promise<Place> {
    return checked(placeSchema, (await inventree.write('POST', LOCATIONS, location, signal)).body, `POST ${LOCATIONS}`);
}

function sorted<T extends { pk: number }>(list: T[]): T[] {
    return list.sort((a, b) => a.pk - b.pk);
}
