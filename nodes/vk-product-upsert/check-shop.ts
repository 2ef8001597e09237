import type { Findings } from '../../lib/clients/findings';
import { categories } from '../../lib/clients/vk/market';
import { checkVk } from '../../lib/clients/vk/server-kind';
import type { VkAccess } from '../runtime/flow/catalog-nodes';
import type { ValuesOf } from '../runtime/settings/read-settings';
import { numberOf } from '../runtime/node-red';
import type { SETTINGS } from './settings';

const RIGHTS = 'Sign in again as an administrator or editor of the community, with the right "market".';
const CHOOSE = 'In VK product, enter the number of a category that VK has now.';

/** Looks whether the community takes goods, and whether VK has the categories that are entered. Changes nothing. */
export async function checkShop(
    { client, group, market }: VkAccess,
    { category, groups }: Pick<ValuesOf<typeof SETTINGS.settings>, 'category' | 'groups'>,
    findings: Findings,
    signal: AbortSignal,
): Promise<void> {
    await checkVk(client, group, findings, signal);
    if (market.firstSync.isOpenQuestion)
        findings.fail(
            'first-sync',
            `Community ${group} has items of before: nothing is added until somebody says what becomes of them`,
            'Send { action: "link", matches: "link" } to link those that match, or "beside" to add products beside them.',
        );
    const entered = groups.map((row) => row.category).filter((each) => each.trim() !== '');
    const fixed = category.type === 'num' && String(category.value).trim() !== '' ? [String(category.value)] : [];
    if (category.type === 'num' && fixed.length === 0)
        findings.fail('vk-category', 'No category for products of other groups is entered', CHOOSE);
    const wanted = [...new Set([...fixed, ...entered])];
    if (wanted.length === 0) return;
    const known = await findings.check('vk-categories', () => client.call(categories(group), { signal }), RIGHTS);
    if (known === undefined) return;
    const gone = wanted.filter((each) => !known.some(({ id }) => id === numberOf(each, 0)));
    if (gone.length > 0) findings.fail('vk-category', `VK has no category ${gone.join(', ')}`, CHOOSE);
    else findings.ok('vk-category', `VK has the categories ${wanted.join(', ')}`);
}
