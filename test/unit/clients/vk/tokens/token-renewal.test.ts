import assert from 'node:assert/strict';
import { AuthError, UnavailableError } from '../../../../../lib/http/errors';
import { VkClient } from '../../../../../lib/clients/vk/client';
import { VkError } from '../../../../../lib/clients/vk/errors';
import * as market from '../../../../../lib/clients/vk/market';
import { TokenRenewal, type TokenStore } from '../../../../../lib/clients/vk/tokens/token-renewal';
import {
    beginSignIn,
    readCallback,
    redeemCode,
    renewPair,
    type TokenPair,
} from '../../../../../lib/clients/vk/tokens/vk-id';
import { lookAtCommunity } from '../../../../../lib/clients/vk/community';
import { VkSimulator } from '../../../../simulators/vk';
import { FakeClock } from '../../../fake-clock';

const GROUP = 42;
const CLIENT = '51234567';
const DEVICE = 'device-1';
const OPEN = { admit: () => Promise.resolve(), answered: () => undefined };
const MINUTE = 60_000;

describe('tokens of VK', () => {
    let clock: FakeClock;
    let vk: VkSimulator;
    let disk: TokenPair | null;
    let store: TokenStore;

    beforeEach(async () => {
        clock = new FakeClock();
        vk = new VkSimulator({ now: clock.now });
        await vk.listen();
        vk.addCommunity(GROUP);
        disk = { ...vk.tokens.addPair(CLIENT, DEVICE), endsAt: clock.now() + 60 * MINUTE, scope: null };
        store = {
            read: () => Promise.resolve(disk),
            write: (pair) => Promise.resolve(void (disk = pair)),
        };
    });

    afterEach(() => vk.close());

    function renewal(parts: Partial<ConstructorParameters<typeof TokenRenewal>[0]> = {}): TokenRenewal {
        const settings = idSettings();
        return new TokenRenewal({
            store,
            clientId: CLIENT,
            deviceId: DEVICE,
            renew: (refreshToken, signal) =>
                renewPair(settings, { refreshToken, deviceId: DEVICE }, clock.now(), signal),
            clock,
            ...parts,
        });
    }

    function idSettings(): { url: string; clientId: string; timeout: number; ca: string } {
        return { url: vk.url, clientId: CLIENT, timeout: 5, ca: '' };
    }

    function client(tokens: TokenRenewal): VkClient {
        return new VkClient({ url: vk.url, apiVersion: '5.199', timeout: 5, ca: '' }, tokens, OPEN);
    }

    it('a token is renewed before it ends, once for all who ask', async () => {
        const [one, other] = [renewal(), renewal()];
        const first = await one.current();
        await other.current();
        await clock.advance(56 * MINUTE);
        const tokens = await Promise.all([one.current(), one.current(), other.current(), other.current()]);
        assert.equal(new Set(tokens).size, 1);
        assert.notEqual(tokens[0], first);
        assert.equal(vk.tokens.renewals, 1);
        assert.equal(disk?.accessToken, tokens[0]);
    });

    it('a new pair is on the disk before it is used; where the disk refuses, it is kept and written later', async () => {
        let full = true;
        const write = store.write.bind(store);
        store.write = (pair) => (full ? Promise.reject(new Error('ENOSPC')) : write(pair));
        const tokens = renewal();
        await clock.advance(61 * MINUTE);
        await assert.rejects(tokens.current(), /ENOSPC/);
        full = false;
        const token = await tokens.current();
        assert.equal(disk?.accessToken, token);
        assert.equal(vk.tokens.renewals, 1, 'the refresh token of before is spent');
    });

    it('a token that VK ends early is renewed; a read is made again, a write is given back', async () => {
        const vkClient = client(renewal());
        await vkClient.call(market.items(GROUP));
        vk.tokens.endAll();
        await vkClient.call(market.items(GROUP));
        assert.equal(vk.tokens.renewals, 1);
        vk.tokens.endAll();
        const error = await vkClient.call(market.deleteItem(GROUP, 1)).catch((failure: unknown) => failure);
        assert.ok(error instanceof VkError);
        assert.equal(error.remedy, 'again');
        assert.equal(vk.tokens.renewals, 2);
        assert.equal(vk.calls.filter(({ method }) => method === 'market.delete').length, 0);
        vkClient.close();
    });

    for (const status of [200, 400, 401])
        it(`invalid_grant with ${status}: sign in again, and VK ID is not asked anew`, async () => {
            vk.tokens.refusalStatus = status;
            vk.tokens.endAll(false);
            const tokens = renewal();
            const { accessToken } = disk!;
            for (const _ of [1, 2])
                await assert.rejects(tokens.renew(accessToken), (error) => {
                    assert.ok(error instanceof AuthError);
                    assert.match(error.message, /invalid_grant.*Sign in to VK again/);
                    return true;
                });
            assert.equal(vk.count('POST', /oauth2/), 1);
        });

    it('while VK ID cannot be reached, a token that is still good is used', async () => {
        const tokens = renewal();
        const first = await tokens.current();
        await clock.advance(57 * MINUTE);
        vk.interfere = ({ url }) => (url.includes('oauth2') ? { at: 'before', kind: 502 } : undefined);
        assert.equal(await tokens.current(), first);
        await clock.advance(4 * MINUTE);
        await assert.rejects(tokens.current(), UnavailableError);
    });

    it('a pasted token is used until it ends', async () => {
        const token = vk.tokens.add();
        disk = { accessToken: token, refreshToken: '', endsAt: null, scope: null };
        const vkClient = client(renewal({ clientId: '', deviceId: '' }));
        await vkClient.call(market.items(GROUP));
        vk.tokens.endAll();
        await assert.rejects(vkClient.call(market.items(GROUP)), /error 5.*Sign in/);
        vkClient.close();
    });

    it('sign-in: what a person lands on is redeemed with the verifier, pasted or not', async () => {
        const redirectUri = 'https://node-red.example.invalid/callback';
        const { url, state, verifier } = beginSignIn(idSettings(), redirectUri);
        const answer = vk.tokens.agree(new URL(url).searchParams);
        const settled = readCallback(` ${redirectUri}?${new URLSearchParams(answer).toString()} `);
        assert.deepEqual(settled, { code: answer.code, deviceId: answer.device_id, state });
        const pair = await redeemCode(idSettings(), settled, { verifier, redirectUri }, clock.now());
        const tokens = renewal();
        await tokens.signedIn(pair);
        assert.equal(await tokens.current(), pair.accessToken);
        await assert.rejects(
            redeemCode(idSettings(), settled, { verifier, redirectUri }, 0),
            AuthError,
            'a code is good once',
        );
    });

    it('a code without its verifier is of no use', async () => {
        const redirectUri = 'https://node-red.example.invalid/callback';
        const { url } = beginSignIn(idSettings(), redirectUri);
        const { code, device_id: deviceId, state } = vk.tokens.agree(new URL(url).searchParams);
        const settled = { code, deviceId, state };
        await assert.rejects(redeemCode(idSettings(), settled, { verifier: 'another', redirectUri }, 0), AuthError);
        assert.equal(readCallback('https://node-red.example.invalid/callback?error=denied'), null);
    });

    it('a sign-in without the right "market" does not take the place of a token that works', async () => {
        const before = disk;
        await assert.rejects(renewal().signedIn({ ...before!, accessToken: 'x', scope: 'photos' }), /"market"/);
        assert.equal(disk, before);
    });

    it('a community is looked at: name, role, goods, right', async () => {
        const look = async (): Promise<unknown[]> => {
            const vkClient = client(renewal());
            const { name, isEditor, hasMarket, mayMarket, problems } = await lookAtCommunity(vkClient, GROUP);
            vkClient.close();
            return [name, isEditor, hasMarket, mayMarket, problems.map(({ errorCode }) => errorCode)];
        };
        assert.deepEqual(await look(), ['Shop 42', true, true, true, []]);
        vk.communities.get(GROUP)!.hasMarket = false;
        assert.deepEqual(await look(), ['Shop 42', true, false, true, [1438]]);
        vk.communities.get(GROUP)!.editors.clear();
        assert.deepEqual(await look(), ['Shop 42', false, false, true, [15]]);
        disk = { accessToken: vk.tokens.add({ scope: 'photos groups' }), refreshToken: '', endsAt: null, scope: null };
        assert.deepEqual(await look(), ['Shop 42', false, false, false, [1051]]);
    });
});
