import type { InvenTreeClient } from '../../clients/inventree/client';
import type { Findings } from '../../clients/findings';
import { checkInvenTree, RIGHTS } from '../../clients/inventree/server-kind';
import { templates } from '../../clients/inventree/parameters';
import { category, location } from '../../clients/inventree/parts';
import { parameterData } from '../../print/units';
import type { FlowPlan } from '../http-api/served-source';

/** InvenTree, and whether what the flow writes has a place there. */
export async function checkFlowPlan(
    inventree: InvenTreeClient,
    plan: FlowPlan,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    if (!(await checkInvenTree(inventree, findings, signal))) return;
    await checkPlaces(inventree, plan, findings, signal);
    await checkTemplates(inventree, plan, findings, signal);
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
        const enter = `Enter a ${name} in the ${node} node: its number in InvenTree.`;
        if (pk === null) findings.ok(name, `${label}: chosen for each print`);
        else if (pk < 1) findings.fail(name, `${label}: not entered`, enter);
        else {
            const place = await findings.check(name, () => look(inventree, pk, signal), RIGHTS);
            if (place === undefined) continue;
            if (place === null) findings.fail(name, `${label} ${pk} does not exist`, enter);
            else if (place.structural)
                findings.fail(name, `${label} ${pk}, ${place.name}, is structural and cannot contain ${of}`, enter);
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
            findings.ok(what, `There is no parameter template ${name}: skipped until InvenTree has one`);
        else if (of !== null && parameterData({ value: 1, of }, found.units) === null)
            findings.fail(
                what,
                `The parameter template ${found.name} has the unit ${found.units}, which does not fit ${of}`,
                `In InvenTree, set a unit that fits ${of}, or no unit, for the template.`,
            );
        else {
            const unit = found.units.trim() === '' ? 'without a unit' : `in ${found.units}`;
            findings.ok(what, `The parameter template ${found.name} is written ${unit}`);
        }
    }
}
