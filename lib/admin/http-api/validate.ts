import { ClosedError } from '../../http/errors';
import { abortable } from '../../concurrency/abortable';
import { Findings, type Finding } from '../../clients/findings';
import { checkBambuddy } from '../../clients/bambuddy/server-kind';
import { BAMBUDDY } from '../../clients/bambuddy/server-traits';
import { INVENTREE } from '../../clients/inventree/server-traits';
import { checkFlowPlan } from '../diagnostics/flow-checks';
import { validateCatalog } from './catalog/validate-catalog';
import type { FlowPlan, ServedPrints, ServedSource } from './served-source';

export interface Report {
    ok: boolean;
    checks: Finding[];
}

const WIRE = 'Wire the source to find/create part, and that to add to stock; all with the same sync store.';

/** Looks at all that a print or a product needs on its way, anew. Changes nothing. What depends on a failed check is left out. */
export async function validate(source: ServedSource | null, signal: AbortSignal): Promise<Report> {
    const findings = new Findings();
    if (source === null) {
        findings.fail('source', 'The source does not exist', 'Choose one in the service API node, and deploy.');
        return reportOf(findings);
    }
    if (source.of === 'catalog') {
        const parts = await opened(source.opened, findings, signal);
        if (parts !== null) await validateCatalog(source, parts, findings, signal);
    } else if ((await opened(source.opened, findings, signal)) !== null) await validatePrints(source, findings, signal);
    return reportOf(findings);
}

/** @returns null: it does not work, which is a finding */
async function opened<T>(opening: Promise<T>, findings: Findings, signal: AbortSignal): Promise<T | null> {
    try {
        const found = await abortable(opening, signal);
        findings.ok('source', 'The source is running');
        return found;
    } catch (error) {
        const text = error instanceof ClosedError ? 'The source is not ready yet' : 'The source is not working';
        findings.fail('source', text, error instanceof ClosedError ? 'Try again in a moment.' : wordsOf(error));
        return null;
    }
}

async function validatePrints(source: ServedPrints, findings: Findings, signal: AbortSignal): Promise<void> {
    const plan = source.plan();
    const sync = await source.store();

    const [ofBambuddy, ofInvenTree] = [new Findings(BAMBUDDY.secret), new Findings(INVENTREE.secret)];
    await Promise.all([
        sync.bambuddy === null
            ? undefined
            : checkBambuddy(sync.bambuddy, plan.steps.includes('link'), ofBambuddy, signal),
        checkFlowPlan(sync.destination.client, plan, ofInvenTree, signal),
    ]);
    findings.list.push(...ofBambuddy.list, ...ofInvenTree.list);
    checkFlow(plan, findings);
}

function checkFlow({ steps }: FlowPlan, findings: Findings): void {
    if (steps.includes('part') && steps.includes('stock')) findings.ok('flow', `Prints meet: ${steps.join(', ')}`);
    else if (steps.length === 0) findings.fail('flow', 'No node of this package is wired to the source', WIRE);
    else findings.fail('flow', `Prints meet only: ${steps.join(', ')}`, WIRE);
}

function wordsOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

function reportOf({ list }: Findings): Report {
    const checks = list.map(({ name, ok, text, whatToDo }) => ({ name, ok, text, whatToDo }));
    return { ok: checks.every(({ ok }) => ok), checks };
}
