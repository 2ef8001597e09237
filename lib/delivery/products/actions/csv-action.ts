import { lineage, type GroupNode } from '../../../product/groups';
import { readCsv, writeCsv } from '../../../text/csv';
import { CatalogActionError, textOf, type ActionFields } from './names';
import type { CatalogActionParts } from './parts';
import { setSwitches, switchOf, type Switched } from './switch-action';

/**
 * Columns of the table of connections and switches. A row with a token is a connection, one with a store is a switch, and a
 * row may be both. Names of stores and groups are for people, and are not read.
 */
const COLUMNS = ['user_id', 'token', 'store', 'store_name', 'group', 'group_name', 'on'] as const;
type Column = (typeof COLUMNS)[number];
type Row = Partial<Record<Column, string>>;

/** As Evotor writes them: those of an account that was not read yet are taken as they are. */
const STORE_ID = /^\d{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const GROUP_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Rows that are told as wrong. */
const MOST_TOLD = 5;

const ON: Readonly<Record<string, boolean>> = {
    true: true,
    1: true,
    yes: true,
    on: true,
    '+': true,
    да: true,
    false: false,
    0: false,
    no: false,
    off: false,
    '-': false,
    нет: false,
};

/**
 * Takes connections and switches from a table: `{ csv }`.
 * @throws CatalogActionError naming the rows that are wrong: then nothing is taken
 */
export async function importAction(parts: CatalogActionParts, fields: ActionFields): Promise<object> {
    const rows = rowsOf(textOf(fields, 'csv'));
    const wrong: string[] = [];
    const switches: Switched[] = [];
    const connections: { user: string; token: string }[] = [];
    const connect = parts.accountActions?.connect;
    for (const [at, row] of rows.entries()) {
        const fail = (why: string): void => void wrong.push(`row ${at + 2}: ${why}`);
        const { user_id: user = '', token = '', store = '' } = row;
        if (token === '' && store === '') fail('neither a token nor a store');
        if (token !== '' && connect === undefined) fail('this source has no accounts to connect');
        else if (token !== '' && user === '') fail('a token without a user_id');
        else if (token !== '') connections.push({ user, token });
        if (store === '') continue;
        try {
            switches.push(switchIn(parts, row));
        } catch (error) {
            if (!(error instanceof CatalogActionError)) throw error;
            fail(error.why);
        }
    }
    if (wrong.length > 0) {
        const more = wrong.length > MOST_TOLD ? `, and ${wrong.length - MOST_TOLD} more` : '';
        throw new CatalogActionError(`Nothing was imported: ${wrong.slice(0, MOST_TOLD).join('; ')}${more}`);
    }
    for (const { user, token } of connections) await connect!(user, token);
    if (switches.length > 0) await setSwitches(parts, switches);
    return { connections: connections.length, switches: switches.length };
}

/** The table of switches, as `import` takes it; tokens are not in it. */
export function exportCsv({ catalog, accounts }: CatalogActionParts): { csv: string } {
    const lines: string[][] = [[...COLUMNS]];
    for (const account of accounts()) {
        const user = catalog.get('accounts', account)?.user ?? '';
        for (const { id: store, name } of catalog.find('stores', 'account', account)) {
            const isOn = catalog.get('switches', store)?.on === true;
            lines.push([user, '', store, harmless(name), '', '', String(isOn)]);
            const groups = [...catalog.find('groups', 'store', store)];
            const nodes = new Map(groups.map((each): [string, GroupNode] => [each.id, nodeOf(each)]));
            for (const { id: group } of groups) {
                const own = catalog.get('switches', `${store}/${group}`);
                if (own === undefined) continue;
                const path = lineage(nodes, group).map((each) => each.name);
                lines.push([user, '', store, harmless(name), group, harmless(path.join(' / ')), String(own.on)]);
            }
        }
    }
    return { csv: writeCsv(lines) };
}

function nodeOf(group: { id: string; name: string; parent?: string; attributes?: object }): GroupNode {
    const { id, name, parent = null, attributes } = group;
    return { id, name, parent, isModification: attributes !== undefined };
}

/** A spreadsheet would take some names for formulas. */
function harmless(name: string): string {
    return /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
}

function rowsOf(csv: string): Row[] {
    const [head = [], ...rows] = readCsv(csv);
    const columns = head.map((name) => COLUMNS.find((each) => each === name.toLowerCase().replaceAll(/[ -]/g, '_')));
    if (!columns.includes('token') && !columns.includes('store'))
        throw new CatalogActionError(`The first line of "csv" must name columns: of ${COLUMNS.join(', ')}`);
    return rows.map((cells) => {
        const row: Row = {};
        for (const [at, column] of columns.entries()) if (column !== undefined) row[column] = cells[at] ?? '';
        return row;
    });
}

/** @throws CatalogActionError */
function switchIn(parts: CatalogActionParts, { store = '', group = '', on = '' }: Row): Switched {
    const wanted = ON[on.toLowerCase()];
    if (wanted === undefined) throw new CatalogActionError(`"on" must be true or false, and is "${on}"`);
    const isUnread = STORE_ID.test(store) && parts.catalog.get('stores', store.toLowerCase()) === undefined;
    if (isUnread && (group === '' || GROUP_ID.test(group)))
        return { store: store.toLowerCase(), group: group === '' ? null : group.toLowerCase(), on: wanted };
    return switchOf(parts, { store, ...(group === '' ? {} : { group }), on: wanted });
}
