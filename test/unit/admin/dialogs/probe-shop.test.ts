import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connectionOf, targetOf } from '../../../../lib/admin/dialogs/connection';
import { probe } from '../../../../lib/admin/dialogs/probe';
import type { Probe } from '../../../../lib/admin/dialogs/wire';
import { evotorServer } from '../../../../lib/clients/evotor/server-kind';
import type { ServerKind } from '../../../../lib/clients/server-kind';
import { vkServer } from '../../../../lib/clients/vk/server-kind';
import { sharedTexts, textAt } from '../../../nodes/texts';
import { selfSigned } from '../../../harness/self-signed';
import { EvotorSimulator } from '../../../simulators/evotor';
import { VkSimulator } from '../../../simulators/vk';

const gone = new AbortController().signal;

describe('the test of a connection of a shop', () => {
    const evotor = new EvotorSimulator();
    const vk = new VkSimulator();
    before(() => Promise.all([evotor.listen(), vk.listen()]));
    after(() => Promise.all([evotor.close(), vk.close()]));

    async function test(kind: ServerKind, url: string, secret: string, more: object = {}): Promise<Probe> {
        const answer = await probe(targetOf(kind, connectionOf({ url, secret, timeout: 5, ...more }), null), gone);
        assert.ok(secret === '' || !JSON.stringify(answer).includes(secret), JSON.stringify(answer));
        for (const { key } of answer.checks)
            if (key !== 'failed') assert.ok(textAt(sharedTexts(), `print-to-stock.check.${key}`) !== undefined, key);
        return answer;
    }
    const keys = ({ checks }: Probe): string[] => checks.map(({ key, ok }) => `${ok ? '' : 'not '}${key}`);

    it('lists the stores that a token of Evotor reads', async () => {
        evotor.tills.addStore(evotor.account.userId, { name: 'На углу' });
        evotor.tills.addStore(evotor.account.userId, { name: 'У моста' });
        const answer = await test(evotorServer, evotor.url, evotor.token);
        assert.equal(answer.ok, true);
        assert.deepEqual(answer.checks, [
            { name: 'evotor-stores', ok: true, key: 'evotorStores', values: { total: 2, names: 'На углу, У моста' } },
        ]);
    });

    it('says that Evotor refuses a token, or that none is entered', async () => {
        const wrong = await test(evotorServer, evotor.url, 'no-such-token-of-evotor');
        assert.equal(wrong.ok, false);
        assert.equal(wrong.problem?.kind, 'unauthorized');
        assert.equal((await test(evotorServer, evotor.url, '')).problem?.kind, 'noSecret');
    });

    it('says of an untrusted certificate what its own dialog has for it: no check box', async () => {
        const server = createServer(selfSigned, (_request, response) => response.end('{}'));
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const told = async (kind: ServerKind, secret: string, more = {}): Promise<string | undefined> => {
            const { problem } = await test(kind, url, secret, more);
            assert.equal(problem?.kind, 'certificate');
            return textAt(sharedTexts(), problem.whatToDo);
        };
        const ofVk = await told(vkServer, vk.tokens.add(), { groupId: '77' });
        const ofEvotor = await told(evotorServer, evotor.token);
        await new Promise((resolve) => server.close(resolve));
        assert.match(ofVk ?? '', /field “Root certificate”.*NODE_EXTRA_CA_CERTS/);
        assert.match(ofEvotor ?? '', /^Name its root certificate to Node-RED: .*NODE_EXTRA_CA_CERTS/);
        for (const text of [ofVk, ofEvotor]) assert.doesNotMatch(text ?? '', /self-signed/);
    });

    it('tells what whoever signed in to VK may do in the community', async () => {
        const community = vk.addCommunity(77);
        const answer = await test(vkServer, vk.url, vk.tokens.add(), { groupId: 'club77' });
        assert.equal(answer.ok, true, JSON.stringify(answer));
        assert.deepEqual(keys(answer), ['vkCommunity', 'vkGoods', 'vkRight', 'vkRole']);
        community.editors.clear();
        const stranger = await test(vkServer, vk.url, vk.tokens.add(), { groupId: '77' });
        assert.equal(stranger.ok, false);
        assert.ok(keys(stranger).includes('not vkNoRole'), keys(stranger).join());
    });

    it('says when goods are switched off, the right is missing, or no community is entered', async () => {
        vk.addCommunity(78).hasMarket = false;
        const off = await test(vkServer, vk.url, vk.tokens.add(), { groupId: '78' });
        assert.ok(keys(off).includes('not vkGoodsOff'), keys(off).join());
        vk.addCommunity(79);
        const without = await test(vkServer, vk.url, vk.tokens.add({ scope: 'groups' }), { groupId: '79' });
        assert.equal(without.ok, false);
        assert.ok(keys(without).includes('not vkNoRight'), keys(without).join());
        const none = await test(vkServer, vk.url, vk.tokens.add());
        assert.deepEqual(keys(none), ['not vkNoGroup']);
        const ended = await test(vkServer, vk.url, 'vk2.a.ended-long-ago', { groupId: '79' });
        assert.equal(ended.ok, false);
    });

    it('says how many calls of the month are left, where the deployed community counts them', async () => {
        vk.addCommunity(80);
        const secret = vk.tokens.add();
        const testWith = async (month: { used: number; limit: number | null } | undefined): Promise<Probe> => {
            const running = { address: vk.url, secret, ...(month === undefined ? {} : { month }) };
            const stored = { url: vk.url, insecure: false, secret, running };
            const connection = connectionOf({ url: vk.url, secret, timeout: 5, groupId: '80' });
            return probe(targetOf(vkServer, connection, stored), gone);
        };
        const checks = async (month?: { used: number; limit: number | null }): Promise<unknown> =>
            (await testWith(month)).checks.find(({ name }) => name === 'vk-calls');
        assert.equal(await checks(), undefined);
        assert.deepEqual(await checks({ used: 250, limit: 10_000 }), {
            name: 'vk-calls',
            ok: true,
            key: 'vkCalls',
            values: { left: 9750, limit: 10_000 },
        });
        assert.deepEqual(await checks({ used: 5, limit: null }), {
            name: 'vk-calls',
            ok: true,
            key: 'vkCallsMade',
            values: { used: 5 },
        });
        const usedUp = await testWith({ used: 100, limit: 100 });
        assert.equal(usedUp.ok, false);
        assert.ok(keys(usedUp).includes('not vkCallsUsed'));
        for (const key of ['vkCalls', 'vkCallsMade', 'vkCallsUsed'])
            assert.ok(textAt(sharedTexts(), `print-to-stock.check.${key}`) !== undefined, key);
    });
});
