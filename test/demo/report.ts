import type { BambuddySimulator } from '../simulators/bambuddy';
import type { InvenTreeSimulator } from '../simulators/inventree';
import type { DemoHistory } from './history';

/** What `npm run demo -- --once` ends with; every number is read off the simulated servers. */
export interface DemoReport {
    /** successful runs */
    prints: number;
    parts: number;
    /** items of our batches */
    stock: number;
    /** of them, made by the sidecar and kept */
    adopted: number;
    parameters: number;
    images: number;
    links: number;
    /** files and links at Parts and items */
    attached: number;
    /** runs that were not successful */
    skipped: number;
    failed: number;
    again: { created: number };
}

export function reportOf(
    bambuddy: BambuddySimulator,
    inventree: InvenTreeSimulator,
    history: DemoHistory,
    { failed, before }: { failed: number; before: number },
): DemoReport {
    const runs = [...bambuddy.state.runs.values()];
    const items = [...inventree.state.stock.values()].filter((item) => item.batch?.startsWith('bambuddy-'));
    const parts = new Set(items.map((item) => item.part));
    return {
        prints: runs.filter((run) => run.status === 'completed').length,
        parts: parts.size,
        stock: items.length,
        adopted: items.filter((item) => item.pk === history.sidecarItem).length,
        parameters: [...inventree.state.parameters.values()].filter((parameter) => parts.has(parameter.part)).length,
        images: [...parts].filter((pk) => inventree.state.parts.get(pk)!.image !== null).length,
        links: [...bambuddy.state.archives.values()].filter((archive) =>
            archive.external_url?.startsWith(inventree.url),
        ).length,
        attached: inventree.state.attachments.size,
        skipped: runs.filter((run) => run.status !== 'completed').length,
        failed,
        again: { created: items.length - before },
    };
}

/** @returns what is not as it must be */
export function faultsOf(
    report: DemoReport,
    bambuddy: BambuddySimulator,
    inventree: InvenTreeSimulator,
    history: DemoHistory,
): string[] {
    const faults: string[] = [];
    const must = (what: string, holds: boolean): void => void (holds || faults.push(what));
    must(`${report.prints} prints, ${report.stock} items in stock`, report.stock === report.prints);
    must(`${report.failed} failed`, report.failed === 0);
    must('a second import created items', report.again.created === 0);
    must('the item of the sidecar was not kept', report.adopted === 1);
    must(
        'an image of a person was replaced',
        inventree.state.parts.get(history.ownImagePart)!.setByPerson.has('image'),
    );
    must(
        'a link of a person was replaced',
        bambuddy.state.archives.get(history.foreignLink.archive)!.external_url === history.foreignLink.url,
    );
    const batches = [...inventree.state.stock.values()].map((item) => item.batch);
    must('a batch exists twice', new Set(batches).size === batches.length);
    must(
        'two runs of one archive are not two items',
        batches.includes('bambuddy-2') && batches.some((batch) => batch?.startsWith('bambuddy-2-') === true),
    );
    return [...faults, ...inventree.state.violations, ...bambuddy.violations];
}
