import type { InvenTreeClient } from '../../clients/inventree/client';
import { createTemplate, templates } from '../../clients/inventree/parameters';
import { inventreeAt } from '../../clients/inventree/server-kind';
import { placeOf } from './choices';
import type { Target } from './connection';
import { inTime } from './deadline';
import { rightsOf, withoutSecret } from './probe';
import { aboutServer, problem, problemOf, ProblemError } from './problem';
import type { Choice, Created, CreatedKind } from './wire';

export const CREATED_KINDS: readonly CreatedKind[] = ['categories', 'locations', 'templates'];

/** What a person wants to have in InvenTree. */
export interface NewEntry {
    name: string;
    /** of a category or location: what it lies in; null: at the top */
    parent: number | null;
    /** of a template */
    units: string;
}

/** The lengths of InvenTree's fields. */
const LONGEST_NAME = 100;
const LONGEST_UNITS = 25;

/** Reads an entry from what a browser sent. */
export function newEntryOf(body: unknown): NewEntry {
    const given = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    const text = (name: string, longest: number): string => {
        const value = given[name];
        return typeof value === 'string' ? value.trim().slice(0, longest) : '';
    };
    const parent = given['parent'];
    return {
        name: text('name', LONGEST_NAME),
        parent: typeof parent === 'number' && Number.isSafeInteger(parent) && parent > 0 ? parent : null,
        units: text('units', LONGEST_UNITS),
    };
}

/**
 * Creates a category, a location or a parameter template because a person asked for it. Writes with a connection of its
 * own, which is closed afterwards.
 */
export async function create(target: Target, kind: CreatedKind, entry: NewEntry, gone: AbortSignal): Promise<Created> {
    const about = aboutServer(target.kind, target.address);
    let client: InvenTreeClient | null = null;
    try {
        if (target.secret === '') throw new ProblemError(problem('noSecret', about));
        client = inventreeAt(target);
        const item = await inTime(WRITERS[kind](client, entry), target.timeoutMs, about, gone);
        return { item, problem: null };
    } catch (error) {
        const found = rightsOf(target.kind, problemOf(error, { ...about, missing: NEEDED[kind] }));
        return { item: null, problem: withoutSecret(found, target.secret) };
    } finally {
        client?.close();
    }
}

type Writer = (inventree: InvenTreeClient, entry: NewEntry) => Promise<Choice>;

const WRITERS: Readonly<Record<CreatedKind, Writer>> = {
    categories: (inventree, entry) => place(inventree, '/api/part/category/', entry),
    locations: (inventree, entry) => place(inventree, '/api/stock/location/', entry),
    templates: template,
};

/** By InvenTree's names of its roles. */
const NEEDED: Readonly<Record<CreatedKind, string>> = {
    categories: 'Part Categories: add',
    locations: 'Stock Locations: add',
    templates: 'Parts: add',
};

async function place(inventree: InvenTreeClient, path: string, { name, parent }: NewEntry): Promise<Choice> {
    const answer = await inventree.write('POST', path, { name, ...(parent === null ? {} : { parent }) });
    return placeOf(answer.body, `POST ${path}`);
}

/** One of that name that is there, in whatever case, is taken: InvenTree would refuse a second. */
async function template(inventree: InvenTreeClient, { name, units }: NewEntry): Promise<Choice> {
    const there = (await templates(inventree)).find((each) => each.name.toLowerCase() === name.toLowerCase());
    const found = there ?? (await createTemplate(inventree, { name, units }));
    return {
        pk: found.pk,
        name: found.name,
        path: found.name,
        parent: null,
        level: 0,
        structural: false,
        units: found.units,
    };
}
