import assert from 'node:assert/strict';
import { choiceQueryOf } from '../../../../lib/admin/dialogs/choices';
import { connectionOf, targetOf } from '../../../../lib/admin/dialogs/connection';
import { vkCategories } from '../../../../lib/admin/dialogs/vk-categories';
import type { Choices } from '../../../../lib/admin/dialogs/wire';
import { vkServer } from '../../../../lib/clients/vk/server-kind';
import { VkSimulator } from '../../../simulators/vk';

const gone = new AbortController().signal;

describe('the categories of VK, as a dialog asks for them', () => {
    const vk = new VkSimulator();
    let token: string;
    before(() => vk.listen());
    after(() => vk.close());
    beforeEach(() => {
        vk.addCommunity(77);
        token = vk.tokens.add();
    });

    const ask = (query: object, secret = token): Promise<Choices> =>
        vkCategories(
            targetOf(vkServer, connectionOf({ url: vk.url, secret, groupId: 'club77', timeout: 5 }), null),
            choiceQueryOf(query),
            gone,
        );
    const asked = (): number => vk.requests.filter(({ url }) => url.includes('market.getCategories')).length;

    it('are a tree: what has others below it cannot be chosen', async () => {
        const top = await ask({ parent: null });
        assert.deepEqual(
            top.items.map(({ name, structural, hasChildren }) => [name, structural, hasChildren]),
            [
                ['Дом', true, true],
                ['Продукты', true, true],
            ],
        );
        const below = await ask({ parent: top.items[1]!.pk });
        assert.deepEqual(
            below.items.map(({ pk, path, structural }) => [pk, path, structural]),
            [[1301, 'Продукты / Сыр', false]],
        );
    });

    it('are found by a part of their path, and by their number', async () => {
        assert.deepEqual(
            (await ask({ search: 'дом' })).items.map(({ pk }) => pk),
            [1204, 1205],
        );
        assert.equal((await ask({ pk: 1204 })).items[0]!.name, 'Органайзеры');
        assert.deepEqual(await ask({ pk: 1200 }), { items: [], total: 0, problem: null });
    });

    it('cost one call, however many ask at the same time; a refusal is not kept', async () => {
        const before = asked();
        await Promise.all([ask({ parent: null }), ask({ pk: 1204 }), ask({ search: 'x' })]);
        await ask({ pk: 1205 });
        assert.equal(asked(), before + 1);
        const revoked = await ask({ pk: 1204 }, 'vk2.a.no-such-token');
        assert.ok(revoked.problem !== null);
        assert.ok(!JSON.stringify(revoked).includes('no-such-token'));
        await ask({ pk: 1204 }, 'vk2.a.no-such-token');
        assert.equal(asked(), before + 3);
    });

    it('are not asked for without a token', async () => {
        const before = asked();
        assert.equal((await ask({ parent: null }, '')).problem?.kind, 'noSecret');
        assert.equal(asked(), before);
    });
});
