import * as v from 'valibot';
import { maybe } from '../../http/checked';
import { Failure } from '../../http/errors';
import type { Findings } from '../findings';
import { closedBy, type ServerKind, type ServerTarget } from '../server-kind';
import { checked, rootSchema, rows } from './answers';
import { OLDEST_API } from './api-version';
import { InvenTreeClient } from './client';
import { INVENTREE } from './server-traits';

/** The least that our nodes need, by InvenTree's roles, and how its pages name them. */
const NEEDED: Record<string, { label: string; actions: string[] }> = {
    part: { label: 'Parts', actions: ['view', 'add', 'change'] },
    stock: { label: 'Stock Items', actions: ['view', 'add', 'change'] },
    part_category: { label: 'Part Categories', actions: ['view'] },
    stock_location: { label: 'Stock Locations', actions: ['view'] },
};
/** The least that a source of products needs: it writes nothing. */
const NEEDED_TO_READ: typeof NEEDED = Object.fromEntries(
    Object.entries(NEEDED).map(([role, { label }]) => [role, { label, actions: ['view'] }]),
);
export const RIGHTS =
    'In InvenTree, grant these permissions to the group of the user: Parts and Stock Items view, add and change; Part Categories and Stock Locations view.';

const userSchema = v.looseObject({ username: v.string() });
const rolesSchema = v.looseObject({ roles: v.record(v.string(), maybe(v.array(v.string()))) });
const tokenSchema = v.looseObject({ token: v.string(), expiry: maybe(v.string()) });
/** The first is of API versions up to 486 at least, the second from 496 on at the latest. */
const ROLES = ['/api/user/roles/', '/api/user/me/roles/'];

/** InvenTree: there, who we are to it, and what that user may of what we need to read or to write. @returns whether it can be asked more */
export async function checkInvenTree(
    inventree: InvenTreeClient,
    findings: Findings,
    signal: AbortSignal,
    use: 'read' | 'write' = 'write',
): Promise<boolean> {
    const root = await findings.check('inventree', () => rootOf(inventree, signal), RIGHTS);
    if (root === undefined) return false;
    findings.ok(
        'inventree',
        `InvenTree ${root.version}, API ${root.apiVersion}, at ${inventree.address}`,
        'inventree',
        {
            version: root.version,
            api: root.apiVersion,
        },
    );

    const user = await findings.check('inventree-user', () => userOf(inventree, signal), RIGHTS);
    if (user === undefined) return false;
    findings.ok('inventree-user', `The token belongs to the user ${user}`, 'user', { user });
    await checkRights(inventree, findings, signal, use === 'write' ? NEEDED : NEEDED_TO_READ);
    return true;
}

async function rootOf(
    inventree: InvenTreeClient,
    signal: AbortSignal,
): Promise<{ version: string; apiVersion: number }> {
    // what the greeting tells may be some minutes old: asked anew, to see that the server is there now
    await inventree.handshake(signal);
    const answer = await inventree.read('/api/', {}, signal);
    return checked(rootSchema, answer.body, 'GET /api/');
}

async function userOf(inventree: InvenTreeClient, signal: AbortSignal): Promise<string> {
    const answer = await inventree.read('/api/user/me/', {}, signal);
    return checked(userSchema, answer.body, 'GET /api/user/me/').username;
}

/** Roles that are there are no proof (a project may restrict more); roles that are missing are one. */
async function checkRights(
    inventree: InvenTreeClient,
    findings: Findings,
    signal: AbortSignal,
    needed: typeof NEEDED,
): Promise<void> {
    const name = 'inventree-rights';
    const roles = await findings.check(name, () => rolesOf(inventree, signal), RIGHTS);
    if (roles === undefined) return;
    if (roles === null)
        return void findings.ok(name, 'This InvenTree does not report the permissions of the user', 'rightsUntold');
    const missing = Object.entries(needed).flatMap(([role, { label, actions }]) => {
        const lacks = actions.filter((action) => !(roles[role] ?? []).includes(action));
        return lacks.length === 0 ? [] : [`${label}: ${lacks.join(', ')}`];
    });
    const said = missing.join('; ');
    if (missing.length > 0)
        findings.fail(name, `The user lacks permissions: ${said}`, RIGHTS, 'rightsMissing', { missing: said });
    else if (needed === NEEDED) findings.ok(name, 'The user may view, add and change Parts and stock', 'rights');
    else findings.ok(name, 'The user may view Parts and stock', 'rights');
}

async function rolesOf(
    inventree: InvenTreeClient,
    signal: AbortSignal,
): Promise<Record<string, string[] | null> | null> {
    for (const path of ROLES) {
        const answer = await inventree.readWhereKnown(path, {}, signal);
        if (answer !== null) return checked(rolesSchema, answer.body, `GET ${path}`).roles;
    }
    return null;
}

/**
 * The day on which the token ends, where the server tells it. Of each token of the user it shows the first 8 characters and
 * the last 12; the one that fits is ours. Nothing is said where none fits, or the server does not list them.
 */
async function checkTokenEnd(
    inventree: InvenTreeClient,
    token: string,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    const path = '/api/user/tokens/';
    try {
        const answer = await inventree.readWhereKnown(path, { limit: 100 }, signal);
        if (answer === null) return;
        const tokens = rows(tokenSchema, answer.body, `GET ${path}`).rows;
        const until = tokens.find((each) => isShownAs(token, each.token))?.expiry ?? null;
        if (until === null) return;
        findings.ok('inventree-token', `The token is valid until ${until}`, 'tokenUntil', { date: until });
    } catch (error) {
        // it is told in addition: a server that does not tell it works all the same
        if (!(error instanceof Failure)) throw error;
    }
}

/** @param shown as InvenTree shows a token: `inv-4a2f***…***bea-20261122` */
function isShownAs(token: string, shown: string): boolean {
    const [first = '', last = ''] = shown.split(/\*+/);
    return first !== '' && token.startsWith(first) && token.endsWith(last);
}

/** A connection of a dialog's own; to be closed. @throws ConfigError for an address that cannot be one */
export function inventreeAt({ address, secret, timeoutMs, insecure }: ServerTarget): InvenTreeClient {
    return new InvenTreeClient({
        url: address,
        webUrl: '',
        token: secret,
        timeout: timeoutMs / 1000,
        insecure,
        // no dialog uploads
        uploadTimeout: 1,
        writes: 1,
        reads: 4,
        // to learn the base of the web pages would be one request more
        frontend: 'web',
    });
}

export const inventreeServer: ServerKind = {
    ...INVENTREE,
    id: 'inventree',
    node: {
        type: 'inventree-server',
        secret: 'token',
        connection: ['url', 'webUrl', 'frontend', 'timeout', 'insecure'],
    },
    needsSecret: true,
    rightsOf: 'user',
    isLinkedTo: false,
    oldestApi: OLDEST_API,
    // it tells everybody
    identity: {
        path: '/api/',
        isPublic: true,
        read: (body) => {
            const answer = v.safeParse(rootSchema, body);
            return answer.success ? { version: answer.output.version, api: answer.output.apiVersion } : null;
        },
    },
    async test(target, findings, signal) {
        const inventree = closedBy(signal, inventreeAt(target));
        if (await checkInvenTree(inventree, findings, signal))
            await checkTokenEnd(inventree, target.secret, findings, signal);
    },
};
