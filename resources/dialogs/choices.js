import { ask } from './routes.js';
import { chosenStore, connectionOf } from './stores.js';

/** Kept for the time a dialog is looked at: templates and statuses are asked for with every key. */
const KEEP_MS = 30_000;
const kept = new Map();

/** Where the choices of the open dialog come from: the InvenTree of its sync store; null: nowhere, fields stay plain. */
export const choicesFrom = () => connectionOf(chosenStore()?.inventree);

/**
 * Asks InvenTree what there is to choose from.
 * @param kind `categories`, `locations`, `statuses` or `templates`
 * @param query `{ search?, parent?, pk?, limit? }`
 * @returns `{ items, total, problem }`; null where there is no server to ask
 */
export async function choices(kind, query) {
    const connection = choicesFrom();
    if (connection === null) return null;
    const key = JSON.stringify([kind, connection, query]);
    const before = kept.get(key);
    if (before && Date.now() - before.at < KEEP_MS) return before.answer;
    const answer = ask(`choices/${kind}`, { connection, ...query }).answer;
    kept.set(key, { at: Date.now(), answer });
    // a server that could not be asked may be there in a moment
    if ((await answer).problem) kept.delete(key);
    return answer;
}
