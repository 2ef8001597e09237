import * as v from 'valibot';
import { maybe } from '../../http/checked';
import { checked, rootSchema } from '../../clients/inventree/answers';
import type { InvenTreeClient } from '../../clients/inventree/client';
import { templates } from '../../clients/inventree/parameters';
import { category, location } from '../../clients/inventree/parts';
import { parameterData } from '../../print/units';
import type { Findings } from './findings';
import type { FlowPlan } from '../http-api/served-source';

/** The least that our nodes need, by InvenTree's roles, and how its pages name them. */
const NEEDED: Record<string, { label: string; actions: string[] }> = {
    part: { label: 'Parts', actions: ['view', 'add', 'change'] },
    stock: { label: 'Stock Items', actions: ['view', 'add', 'change'] },
    part_category: { label: 'Part Categories', actions: ['view'] },
    stock_location: { label: 'Stock Locations', actions: ['view'] },
};
const RIGHTS =
    "In InvenTree, give the user's group these rights: Parts and Stock Items view, add and change; Part Categories and Stock Locations view.";

const userSchema = v.looseObject({ username: v.string() });
const rolesSchema = v.looseObject({ roles: v.record(v.string(), maybe(v.array(v.string()))) });
/** The first is of API versions up to 486 at least, the second from 496 on at the latest. */
const ROLES = ['/api/user/roles/', '/api/user/me/roles/'];

/** InvenTree: there, who we are to it, and whether what the flow writes has a place. */
export async function checkInvenTree(
    inventree: InvenTreeClient,
    plan: FlowPlan,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    const root = await findings.check('inventree', () => rootOf(inventree, signal), RIGHTS);
    if (root === undefined) return;
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
    if (user === undefined) return;
    findings.ok('inventree-user', `The token is of the user ${user}`, 'user', { user });
    await checkRights(inventree, findings, signal);
    await checkPlaces(inventree, plan, findings, signal);
    await checkTemplates(inventree, plan, findings, signal);
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
async function checkRights(inventree: InvenTreeClient, findings: Findings, signal: AbortSignal): Promise<void> {
    const name = 'inventree-rights';
    const roles = await findings.check(name, () => rolesOf(inventree, signal), RIGHTS);
    if (roles === undefined) return;
    if (roles === null)
        return void findings.ok(name, 'This InvenTree does not tell what the user may do', 'rightsUntold');
    const missing = Object.entries(NEEDED).flatMap(([role, { label, actions }]) => {
        const lacks = actions.filter((action) => !(roles[role] ?? []).includes(action));
        return lacks.length === 0 ? [] : [`${label}: ${lacks.join(', ')}`];
    });
    const said = missing.join('; ');
    if (missing.length > 0)
        findings.fail(name, `The user lacks rights: ${said}`, RIGHTS, 'rightsMissing', { missing: said });
    else findings.ok(name, 'The user may view, add and change Parts and stock', 'rights');
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

const PLACES = {
    category: { label: 'Category', look: category, of: 'Parts', node: 'find/create part' },
    location: { label: 'Location', look: location, of: 'stock', node: 'add to stock' },
} as const;

async function checkPlaces(
    inventree: InvenTreeClient,
    plan: FlowPlan,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    const wanted = [
        ...plan.categories.map((pk) => ['category', pk] as const),
        ...plan.locations.map((pk) => ['location', pk] as const),
    ];
    for (const [name, pk] of wanted) {
        const { label, look, of, node } = PLACES[name];
        const enter = `Enter a ${name} in the ${node} node: the number InvenTree shows for it.`;
        if (pk === null) findings.ok(name, `${label}: chosen for each print`);
        else if (pk < 1) findings.fail(name, `${label}: not entered`, enter);
        else {
            const place = await findings.check(name, () => look(inventree, pk, signal), RIGHTS);
            if (place === undefined) continue;
            if (place === null) findings.fail(name, `${label} ${pk} does not exist`, enter);
            else if (place.structural)
                findings.fail(name, `${label} ${pk}, ${place.name}, is structural and takes no ${of}`, enter);
            else findings.ok(name, `${label} ${pk}, ${place.name}, takes ${of}`);
        }
    }
}

async function checkTemplates(
    inventree: InvenTreeClient,
    plan: FlowPlan,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    if (plan.templates.length === 0) return;
    const all = await findings.check('templates', () => templates(inventree, signal), RIGHTS);
    if (all === undefined) return;
    for (const { name, of } of plan.templates) {
        const found =
            all.find((each) => each.name === name) ??
            all.find((each) => each.name.toLowerCase() === name.toLowerCase());
        const what = `template:${name}`;
        if (found === undefined)
            findings.ok(what, `There is no parameter template ${name}: left out, until InvenTree has one`);
        else if (of !== null && parameterData({ value: 1, of }, found.units) === null)
            findings.fail(
                what,
                `The parameter template ${found.name} has the unit ${found.units}, which does not fit ${of}`,
                `In InvenTree, give the template a unit that fits ${of}, or none.`,
            );
        else {
            const unit = found.units.trim() === '' ? 'without a unit' : `in ${found.units}`;
            findings.ok(what, `The parameter template ${found.name} is written ${unit}`);
        }
    }
}
