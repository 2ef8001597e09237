import type { BambuddySimulator } from '../simulators/bambuddy';
import type { InvenTreeSimulator } from '../simulators/inventree';
import type { ProofResult } from './result';

/** What must hold at the end, whatever happened on the way; read off the simulated servers themselves. */
export interface Expectation {
    /** `archiveId@start` of each successful run that must be in stock, once */
    runs: { archiveId: number; startedAt: string }[];
    /** Parts that our prints may have, at most: one per identity */
    parts: number;
    /** per Part: parameters by template name */
    parameters?: Record<string, string>;
    /** every Part has an image, every archive a link of ours */
    images?: boolean;
    links?: boolean;
    /** what must be left of spools, by batch: they are no prints' stock */
    spools?: Record<string, number>;
    /** items of pieces that a build order had no need of; default 0 */
    rests?: number;
}

/** Adds to `result` what differs from the expectation. @param what names the case in findings */
export function checkStock(
    bambuddy: BambuddySimulator,
    inventree: InvenTreeSimulator,
    expected: Expectation,
    result: ProofResult,
    what: string,
): void {
    const find = (kind: 'lost' | 'duplicated' | 'wrong', text: string): void => {
        result[kind]++;
        result.findings.push(`${what}: ${text}`);
    };
    const spools = new Map(Object.entries(expected.spools ?? {}));
    const all = [...inventree.state.stock.values()];
    const rests = all.filter(({ batch }) => batch?.endsWith('-r') === true);
    const wantedRests = expected.rests ?? 0;
    if (rests.length < wantedRests) find('lost', `${rests.length} items of what an order had no need of`);
    if (rests.length > wantedRests) find('duplicated', `${rests.length} items of what an order had no need of`);
    const items = all.filter((item) => !spools.has(item.batch ?? '') && !rests.includes(item));
    for (const [batch, left] of spools) {
        const there = all.find((item) => item.batch === batch)?.quantity ?? NaN;
        if (there > left) find('lost', `${there - left} of spool ${batch} are not subtracted`);
        if (!(there >= left)) find('duplicated', `${there} is left of spool ${batch}, not ${left}`);
    }
    const parts = new Set<number>();
    for (const { archiveId, startedAt } of expected.runs) {
        const mark = `Bambuddy archive ${archiveId}, printed ${startedAt.slice(0, 19).replace('T', ' ')} UTC`;
        const own = items.filter((item) => (item.notes ?? '').split('\n').includes(mark));
        if (own.length === 0) find('lost', `no item for archive ${archiveId}, ${startedAt}`);
        if (own.length > 1) find('duplicated', `${own.length} items for archive ${archiveId}, ${startedAt}`);
        for (const item of own) parts.add(item.part);
    }
    if (items.length > expected.runs.length)
        find('duplicated', `${items.length} items for ${expected.runs.length} runs`);
    const batches = items.map((item) => item.batch?.toLowerCase());
    if (new Set(batches).size < batches.length) find('duplicated', `a batch twice: ${batches.join(', ')}`);
    const ofSpools = new Set(all.filter(({ batch }) => spools.has(batch ?? '')).map(({ part }) => part)).size;
    if (inventree.state.parts.size - ofSpools > expected.parts)
        find('duplicated', `${inventree.state.parts.size} Parts, at most ${expected.parts} expected`);
    for (const pk of parts) {
        const part = inventree.state.parts.get(pk);
        if (part === undefined) continue;
        if (expected.images === true && part.image === null) find('wrong', `Part ${pk} has no image`);
        for (const [name, data] of Object.entries(expected.parameters ?? {})) {
            const template = [...inventree.state.templates.values()].find((each) => each.name === name);
            const found = template === undefined ? undefined : inventree.state.parameterOf(pk, template.pk)?.data;
            if (found !== data) find('wrong', `Part ${pk}: ${name} is ${found ?? 'missing'}, not ${data}`);
        }
    }
    if (expected.links === true) {
        for (const archiveId of new Set(expected.runs.map((run) => run.archiveId))) {
            const link = bambuddy.state.archives.get(archiveId)?.external_url ?? null;
            const pk = /\/part\/(\d+)\//.exec(link ?? '')?.[1];
            if (pk === undefined || !parts.has(Number(pk)))
                find('wrong', `archive ${archiveId} links to ${link ?? 'nothing'}`);
        }
    }
    for (const violation of [...inventree.state.violations, ...bambuddy.violations]) find('wrong', violation);
}
