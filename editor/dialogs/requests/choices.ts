import type { Choice, ChoiceKind, CreatedKind, NameKind } from '../../../lib/admin/dialogs/wire';
import type { ShownProblem } from './problems';
import { ask, type Answer } from './routes';
import { chosenStore, connectionOf, type ShownConnection } from './stores';

/** What is asked for: what a text finds, what is right below one (null: at the top), or one alone. */
interface Query {
    search?: string;
    parent?: number | null;
    pk?: number;
    limit?: number;
}

export interface FoundChoices {
    items: readonly Choice[];
    /** how many there are; more than the items where they were limited */
    total: number;
    problem: ShownProblem | null;
}

/** Kept for the time a dialog is looked at: templates and statuses are asked for with every key. */
const KEEP_MS = 30_000;
const keptNames = new Map<string, { at: number; answer: Promise<Answer<`choices/${NameKind}`>> }>();
const kept = new Map<string, { at: number; answer: Promise<FoundChoices> }>();

/** Where the choices of the open dialog come from: the InvenTree of its sync store; null: nowhere, fields stay plain. */
export const choicesFrom = (): ShownConnection | null => connectionOf(chosenStore()?.['inventree']);

/**
 * Asks InvenTree what there is to choose from.
 * @param connection of that InvenTree; not given: that of the open dialog
 * @returns null where there is no server to ask
 */
export async function choices(
    kind: ChoiceKind,
    query: Query,
    connection: ShownConnection | null = choicesFrom(),
): Promise<FoundChoices | null> {
    if (connection === null) return null;
    const key = JSON.stringify([kind, connection, query]);
    const before = kept.get(key);
    if (before && Date.now() - before.at < KEEP_MS) return before.answer;
    const answer = found(kind, { connection, ...query });
    kept.set(key, { at: Date.now(), answer });
    // a server that could not be asked may be there in a moment
    if ((await answer).problem) kept.delete(key);
    return answer;
}

/**
 * The names that the Bambuddy of the open dialog knows.
 * @returns null where there is no server to ask
 */
export async function namesOf(kind: NameKind): Promise<Answer<`choices/${NameKind}`> | null> {
    const connection = connectionOf(chosenStore()?.['bambuddy']);
    if (connection === null) return null;
    const key = JSON.stringify([kind, connection]);
    const before = keptNames.get(key);
    if (before && Date.now() - before.at < KEEP_MS) return before.answer;
    const { answer } = ask(`choices/${kind}`, { connection });
    keptNames.set(key, { at: Date.now(), answer });
    // a server that could not be asked may be there in a moment
    if ((await answer).problem) keptNames.delete(key);
    return answer;
}

/** Creates an entry because a person asked for it; what was listed before is asked for anew. */
export async function create(
    kind: CreatedKind,
    entry: { name: string; parent?: number | null; units?: string },
    connection: ShownConnection | null,
): Promise<Answer<`create/${CreatedKind}`>> {
    const answer = await ask(`create/${kind}`, { connection, ...entry }).answer;
    kept.clear();
    return answer;
}

async function found(kind: ChoiceKind, body: object): Promise<FoundChoices> {
    const { items = [], total = 0, problem = null } = await ask(`choices/${kind}`, body).answer;
    return { items, total, problem };
}
