import type { Choice, ChoiceKind } from '../../../lib/admin/dialogs/wire';
import { isVariable } from '../fields/checks';
import { choices } from '../requests/choices';
import { problemText } from '../requests/problems';
import type { ShownConnection } from '../requests/stores';
import { shared } from '../texts';

const MOST = 200;
const SUGGESTIONS = 20;

/** What a text in a field stands for; `unchecked`: why nobody could say. */
export type Resolved = { choice: Choice } | { wrong: string } | { unchecked: string };

export const isPk = (text: string): boolean => /^[1-9]\d*$/.test(text.trim());

/** A category by its path, whatever else by its name. */
export const nameOf = ({ path, name }: Choice): string => path || name;

/**
 * What a text stands for: a number, or a name or path that fits exactly, whatever its case.
 * @returns null where there is nobody to ask
 */
export async function resolve(
    kind: ChoiceKind,
    text: string,
    connection: ShownConnection | null,
): Promise<Resolved | null> {
    if (connection === null) return null;
    if (isVariable(text)) return { unchecked: '' };
    // the last part of a path is what InvenTree searches for
    const search = text.split('/').at(-1)?.trim() ?? text;
    const answer = await choices(kind, isPk(text) ? { pk: Number(text) } : { search, limit: MOST }, connection);
    if (answer === null) return null;
    if (answer.problem) return { unchecked: problemText(answer.problem) };
    const fitting = isPk(text)
        ? answer.items.filter(({ pk }) => String(pk) === text.trim())
        : exactly(answer.items, text.trim());
    const [choice] = fitting;
    if (choice === undefined)
        return {
            wrong: isPk(text)
                ? shared(`picker.gone.${kind}`, { pk: text })
                : shared(`picker.noName.${kind}`, { name: text }),
        };
    if (fitting.length > 1) return { wrong: shared('picker.several', { name: text, n: fitting.length }) };
    if (choice.structural) return { wrong: shared('picker.structural', { name: nameOf(choice) }) };
    return { choice };
}

/** Those whose path, else whose name is the text, whatever the case. */
function exactly(items: readonly Choice[], text: string): Choice[] {
    const wanted = text.toLowerCase();
    const byPath = items.filter(({ path }) => path.toLowerCase() === wanted);
    return byPath.length > 0 ? byPath : items.filter(({ name }) => name.toLowerCase() === wanted);
}

/** What is found while a name is typed; nothing for a number, which Enter would replace by the first suggestion. */
export async function suggest(
    kind: ChoiceKind,
    typed: string,
    connection: ShownConnection | null,
): Promise<readonly Choice[]> {
    const search = typed.trim();
    if (search === '' || isPk(search)) return [];
    const answer = await choices(kind, { search, limit: SUGGESTIONS }, connection);
    return (answer?.items ?? []).filter(({ structural }) => !structural);
}

/** The name of the button that opens the choices of a field. */
export const openText = (kind: ChoiceKind, label: string): string =>
    shared(kind === 'vkCategories' ? 'picker.openVk' : 'picker.open', { label });
