import assert from 'node:assert/strict';
import type { Answer } from '../../../../lib/http/http';
import { stockByPrefix } from '../../../../lib/clients/inventree/stock';

type Query = Record<string, string | number>;

/** A server whose order of stock changes from page to page, as it is where rows have the same sorting key. */
function unsteady(batches: readonly string[]): { fetch: (query: Query) => Promise<Answer>; asked: Query[] } {
    const asked: Query[] = [];
    const fetch = (query: Query): Promise<Answer> => {
        asked.push(query);
        const pattern = new RegExp(String(query['batch_regex']), 'i');
        const fitting = batches
            .map((batch, n) => ({ pk: n + 1, part: 1, quantity: 1, batch }))
            .filter(({ batch }) => pattern.test(batch));
        const order = asked.length % 2 === 0 ? fitting.slice().reverse() : fitting;
        const [offset, limit] = [Number(query['offset']), Number(query['limit'])];
        const results = order.slice(offset, offset + limit);
        const body = { count: fitting.length, next: offset + limit < fitting.length ? 'more' : null, results };
        return Promise.resolve({ status: 200, headers: {}, body });
    };
    return { fetch, asked };
}

async function read(fetch: (query: Query) => Promise<Answer>): Promise<{ pks: number[]; whole: boolean }> {
    const pks: number[] = [];
    const pages = stockByPrefix(fetch, 'bambuddy');
    for (let page = await pages.next(); ; page = await pages.next()) {
        if (page.done === true) return { pks, whole: page.value };
        pks.push(...page.value.map(({ pk }) => pk));
    }
}

describe('all stock of a batch prefix', () => {
    it('is read whole although pages miss some and show others twice', async () => {
        const batches = Array.from({ length: 1700 }, (_, n) => `bambuddy-${n % 3 === 0 ? `${n}-${n + 7}` : n}`);
        const { fetch } = unsteady(batches);
        const { pks, whole } = await read(fetch);
        assert.equal(whole, true);
        assert.deepEqual(
            pks.sort((a, b) => a - b),
            batches.map((_, n) => n + 1),
        );
    });

    it('costs its pages alone where they are right', async () => {
        const { fetch, asked } = unsteady(Array.from({ length: 499 }, (_, n) => `bambuddy-${n}`));
        assert.deepEqual((await read(fetch)).whole, true);
        assert.equal(asked.length, 1);
    });

    it('says so where it cannot be told apart: more of one batch than a page holds', async () => {
        const { fetch } = unsteady(Array.from({ length: 1700 }, () => 'bambuddy-1'));
        assert.equal((await read(fetch)).whole, false);
    });

    it('takes nothing of another prefix', async () => {
        const { fetch } = unsteady(['bambuddy-1', 'Bambuddy-2', 'bambuddy2-1', 'my bambuddy-3']);
        assert.deepEqual((await read(fetch)).pks, [1, 2]);
    });
});
