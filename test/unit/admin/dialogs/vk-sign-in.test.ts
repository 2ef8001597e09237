import assert from 'node:assert/strict';
import { connectionOf } from '../../../../lib/admin/dialogs/connection';
import { VkSignIns } from '../../../../lib/admin/dialogs/vk-sign-in';
import { sharedTexts, textAt } from '../../../nodes/texts';
import { VkSimulator } from '../../../simulators/vk';

const REDIRECT = 'https://node-red.example/print-to-stock/vk-sign-in/callback';
const MINUTE = 60_000;

describe('a sign-in at VK from the dialog', () => {
    const vk = new VkSimulator();
    let now: number;
    let signIns: VkSignIns;
    before(() => vk.listen());
    after(() => vk.close());
    beforeEach(() => {
        now = Date.now();
        signIns = new VkSignIns(() => now);
        vk.tokens.redirects.add(REDIRECT);
        vk.tokens.scopeNow = null;
    });

    const begin = (more: object = {}, stored = ''): ReturnType<VkSignIns['begin']> =>
        signIns.begin(
            connectionOf({ url: vk.url, clientId: '51234567', redirectUri: REDIRECT, timeout: 5, ...more }),
            stored,
        );
    /** What a person does on VK's page. @returns where the browser lands */
    const visit = async (url: string, choose: 'allow' | 'refuse' = 'allow'): Promise<string> => {
        const page = await (await fetch(url)).text();
        const [, href] = new RegExp(`id="${choose}" href="([^"]+)"`).exec(page)!;
        return href!.replaceAll('&amp;', '&');
    };

    it('gives the tokens once, with the device that VK named, and they work', async () => {
        const { url, state } = begin();
        assert.deepEqual(signIns.result(state!), { state: 'waiting' });
        const landed = await visit(url!);
        assert.equal(await signIns.land(landed), true);
        const { state: is, accessToken, refreshToken, deviceId } = signIns.result(state!);
        assert.equal(is, 'done');
        assert.ok(vk.tokens.tokens.has(accessToken!));
        assert.ok(refreshToken!.length > 20);
        assert.equal(deviceId, new URL(landed).searchParams.get('device_id'));
        assert.deepEqual(signIns.result(state!), { state: 'ended' });
    });

    it('shows nobody the verifier, and asks VK with its challenge alone', () => {
        const query = new URL(begin().url!).searchParams;
        assert.equal(query.get('code_challenge_method'), 'S256');
        assert.ok(!query.has('code_verifier') && !query.has('client_secret'));
    });

    it('takes a state once, for ten minutes, and no other', async () => {
        const first = begin();
        const landed = await visit(first.url!);
        assert.equal(await signIns.land(landed.replace(/state=[^&]+/, 'state=made-up')), false);
        assert.equal(await signIns.land(landed), true);
        assert.equal(await signIns.land(landed), false);
        const late = begin();
        const landedLate = await visit(late.url!);
        now += 10 * MINUTE;
        assert.equal(await signIns.land(landedLate), false);
        assert.deepEqual(signIns.result(late.state!), { state: 'ended' });
        for (const nothing of ['', 'no address', 'https://vk.com/', `${REDIRECT}?state=${first.state}`])
            assert.equal(await signIns.land(nothing), false, nothing);
    });

    it('takes the address where the browser landed, with blanks around it, or behind a #', async () => {
        const { url, state } = begin();
        const landed = await visit(url!);
        assert.equal(await signIns.land(`  ${landed.replace('?', '#')} `), true);
        assert.equal(signIns.result(state!).state, 'done');
    });

    it('without the right market is told, and gives no token that would take the place of one that works', async () => {
        vk.tokens.scopeNow = 'photos groups';
        const { url, state } = begin();
        await signIns.land(await visit(url!));
        const result = signIns.result(state!);
        assert.equal(result.problem?.kind, 'vkScope');
        assert.ok(!('accessToken' in result));
    });

    it('that a person refuses, or whose code VK does not take, is told in VK’s words', async () => {
        const refused = begin();
        assert.equal(await signIns.land(await visit(refused.url!, 'refuse')), true);
        const { problem } = signIns.result(refused.state!);
        assert.deepEqual([problem?.kind, problem?.message], ['vkSignIn', 'VK ID answered access_denied']);
        const wrong = begin();
        const landed = await visit(wrong.url!);
        await signIns.land(landed.replace(/code=[^&]+/, 'code=made-up'));
        const result = signIns.result(wrong.state!);
        assert.equal(result.problem?.kind, 'vkSignIn');
        assert.match(result.problem.message, /invalid_grant/);
        for (const key of ['problem.vkScope', 'whatToDo.vkScope', 'problem.vkSignIn', 'whatToDo.vkSignIn'])
            assert.ok(textAt(sharedTexts(), `print-to-stock.${key}`) !== undefined, key);
    });

    it('needs a client id, typed or stored, and an address to come back to', () => {
        assert.equal(begin({ clientId: '' }).problem?.kind, 'noSecret');
        assert.equal(new URL(begin({ clientId: '__PWRD__' }, '777').url!).searchParams.get('client_id'), '777');
        for (const redirectUri of ['', 'node-red', 'javascript:alert(1)'])
            assert.equal(begin({ redirectUri }).problem?.kind, 'badAddress', redirectUri);
        assert.equal(begin({ url: 'no address' }).problem?.kind, 'badAddress');
    });

    it('is one of twenty at the most: the oldest are dropped', () => {
        const [first] = Array.from({ length: 21 }, () => begin());
        assert.deepEqual(signIns.result(first!.state!), { state: 'ended' });
    });
});
