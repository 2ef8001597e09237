import type { Findings } from '../findings';
import { closedBy, type ServerKind, type ServerTarget } from '../server-kind';
import { pastedToken } from './tokens/access-tokens';
import { VkClient, type CallGate } from './client';
import { lookAtCommunity } from './community';
import { VK } from './server-traits';

const RIGHTS =
    'The token needs the right "market": ask for it in the cabinet of the application (accesses "goods" and "communities"), then sign in again.';
const ROLE = 'Make the user who signed in an administrator or editor of the community.';
const GOODS = 'In VK, settings of the community: switch "Goods" on.';

const CALLS = 'Wait for the next month, or raise "Calls per month" in the community node if VK allows more.';

/** Three calls of a person at a dialog: nobody counts them here, VK does. */
const OPEN: CallGate = { admit: () => Promise.resolve(), answered: () => undefined };

/** A connection of a dialog's own; to be closed. @throws ConfigError for an address that cannot be one */
export function vkAt({ address, secret, timeoutMs, texts }: ServerTarget): VkClient {
    const { apiVersion = '', ca = '' } = texts;
    const settings = { url: address, apiVersion: apiVersion || '5.199', ca, timeout: timeoutMs / 1000 };
    return new VkClient(settings, pastedToken(secret), OPEN);
}

/** The number of the community, as its dialog has it; 0: none is entered. */
export const groupOf = ({ texts }: Pick<ServerTarget, 'texts'>): number =>
    Number(/(\d+)\/?$/.exec(texts['groupId'] ?? '')?.[1] ?? 0);

/** VK: the community, whether its goods are switched on, and whether whoever signed in may edit them. */
export async function checkVk(vk: VkClient, group: number, findings: Findings, signal: AbortSignal): Promise<void> {
    const report = await findings.check('vk-community', () => lookAtCommunity(vk, group, signal), RIGHTS);
    if (report === undefined) return;
    const { name, isEditor, hasMarket, mayMarket, problems } = report;
    if (name !== null) findings.ok('vk-community', `The community ${name}`, 'vkCommunity', { name });
    if (hasMarket === true) findings.ok('vk-goods', 'Its goods are switched on', 'vkGoods');
    if (hasMarket === false) findings.fail('vk-goods', 'Its goods are switched off', GOODS, 'vkGoodsOff');
    if (mayMarket === true) findings.ok('vk-right', 'The token has the right market', 'vkRight');
    if (mayMarket === false) findings.fail('vk-right', 'The token lacks the right market', RIGHTS, 'vkNoRight');
    if (isEditor === true) findings.ok('vk-role', 'Its user may edit the community', 'vkRole');
    if (isEditor === false) findings.fail('vk-role', 'Its user may not edit the community', ROLE, 'vkNoRole');
    const [first] = problems;
    // what VK said itself tells more than what is concluded from it
    if (first !== undefined) await findings.check('vk', () => Promise.reject(first), RIGHTS);
}

/** Calls that are left of the month's: without any nothing but hiding and prices goes out. */
function tellMonth({ used, limit }: NonNullable<ServerTarget['month']>, findings: Findings): void {
    if (limit === null) return findings.ok('vk-calls', `${used} calls were made this month`, 'vkCallsMade', { used });
    const left = Math.max(0, limit - used);
    const text = `${left} of ${limit} calls of this month are left`;
    if (left > 0) findings.ok('vk-calls', text, 'vkCalls', { left, limit });
    else findings.fail('vk-calls', text, CALLS, 'vkCallsUsed', { used, limit });
}

export const vkServer: ServerKind = {
    ...VK,
    id: 'vk',
    node: {
        type: 'vk-community',
        secret: 'accessToken',
        connection: ['url', 'groupId', 'apiVersion', 'ca', 'timeout'],
    },
    needsSecret: true,
    usualAddress: 'https://api.vk.com',
    rightsOf: 'secret',
    isLinkedTo: false,
    async test(target, findings, signal) {
        const group = groupOf(target);
        if (group === 0) {
            findings.fail('vk-community', 'No community is entered', 'Enter the number of the community.', 'vkNoGroup');
            return;
        }
        await checkVk(closedBy(signal, vkAt(target)), group, findings, signal);
        if (target.month !== undefined) tellMonth(target.month, findings);
    },
};
