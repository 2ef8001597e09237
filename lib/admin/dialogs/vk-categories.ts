import { createHash } from 'node:crypto';
import type { ShopCategory } from '../../clients/vk/answers';
import { categories } from '../../clients/vk/market';
import { groupOf, vkAt } from '../../clients/vk/server-kind';
import { isFresh } from '../../concurrency/clock';
import type { ChoiceQuery } from './choices';
import type { Target } from './connection';
import { inTime } from './deadline';
import { withoutSecret } from './probe';
import { aboutServer, problem, problemOf, ProblemError } from './problem';
import type { Choice, Choices } from './wire';

/** A call of the month each time: VK changes its categories a few times a year. */
const KEEP_MS = 60 * 60_000;
const MOST_KEPT = 20;
const SEPARATOR = ' / ';

const kept = new Map<string, { at: number; leaves: Promise<ShopCategory[]> }>();

/**
 * The categories that goods of a community can have. What has others below it has no number of its own here: it is
 * structural, and its `pk` is below zero.
 */
export async function vkCategories(target: Target, query: ChoiceQuery, gone: AbortSignal): Promise<Choices> {
    const about = aboutServer(target.kind, target.address);
    try {
        if (target.secret === '') throw new ProblemError(problem('noSecret', about));
        const all = choicesOf(await inTime(keptLeaves(target), target.timeoutMs, about, gone));
        const fitting = all.filter((choice) => fits(choice, query));
        return { items: fitting.slice(0, query.limit), total: fitting.length, problem: null };
    } catch (error) {
        return { items: [], total: 0, problem: withoutSecret(problemOf(error, about), target.secret) };
    }
}

/** Fields that ask at the same time, as when a dialog opens, cost one call. */
function keptLeaves(target: Target): Promise<ShopCategory[]> {
    const parts = [target.address, groupOf(target), target.secret];
    const key = createHash('sha256').update(parts.join('\n')).digest('base64');
    const before = kept.get(key);
    if (before !== undefined && isFresh(before.at, KEEP_MS, Date.now())) return before.leaves;
    const leaves = readLeaves(target);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { at: Date.now(), leaves });
    leaves.catch(() => kept.delete(key));
    return leaves;
}

async function readLeaves(target: Target): Promise<ShopCategory[]> {
    const vk = vkAt(target);
    try {
        return await vk.call(categories(groupOf(target)));
    } finally {
        vk.close();
    }
}

/** Leaves and what they lie in, each after what it lies in. */
function choicesOf(leaves: readonly ShopCategory[]): Choice[] {
    const all = new Map<string, Choice>();
    const branchOf = (path: readonly string[]): Choice | null => {
        const name = path.at(-1);
        if (name === undefined) return null;
        const key = path.join(SEPARATOR);
        const found = all.get(key);
        if (found !== undefined) return found;
        const branch = { ...choice(-all.size - 1, path, branchOf(path.slice(0, -1))), structural: true };
        all.set(key, { ...branch, hasChildren: true });
        return branch;
    };
    for (const { id, path } of leaves) all.set(String(id), choice(id, path, branchOf(path.slice(0, -1))));
    return [...all.values()];
}

function choice(pk: number, path: readonly string[], above: Choice | null): Choice {
    return {
        pk,
        name: path.at(-1) ?? '',
        path: path.join(SEPARATOR),
        parent: above?.pk ?? null,
        level: path.length - 1,
        structural: false,
    };
}

function fits({ pk, name, path, parent, structural }: Choice, query: ChoiceQuery): boolean {
    if (query.pk !== null) return pk === query.pk;
    if (query.parent !== undefined) return parent === query.parent;
    const wanted = query.search.toLowerCase();
    return !structural && (name.toLowerCase().includes(wanted) || path.toLowerCase().includes(wanted));
}
