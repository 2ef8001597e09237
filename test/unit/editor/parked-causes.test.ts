import assert from 'node:assert/strict';
import { causesOf, DismissedCauses } from '../../../editor/sidebar/parked/causes';
import type { ParkedReason, StoreOverview } from '../../../lib/admin/sidebar/wire';

const storeWith = (id: string, ...parked: ParkedReason[]): StoreOverview =>
    ({ id, ready: true, parked, counts: { parked: 1 } }) as unknown as StoreOverview;
const because = (reason: string, count = 1): ParkedReason => ({ reason, count });

/** What of a browser is used. */
function browser(): void {
    const kept = new Map<string, string>();
    Object.assign(globalThis, {
        localStorage: {
            getItem: (key: string) => kept.get(key) ?? null,
            setItem: (key: string, value: string) => void kept.set(key, value),
        },
    });
}

describe('the causes of parked prints', () => {
    beforeEach(browser);
    after(() => Reflect.deleteProperty(globalThis, 'localStorage'));

    it('are those of all stores, the most frequent first; a store that is not open has none', () => {
        const closed = { id: 'closed', ready: false } as StoreOverview;
        const causes = causesOf([storeWith('a', because('one')), closed, storeWith('b', because('two', 3))]);
        assert.deepEqual(
            causes.map(({ store, reason }) => [store, reason]),
            [
                ['b', 'two'],
                ['a', 'one'],
            ],
        );
    });

    it('stay dismissed for the same user in the same browser, whichever print comes next', () => {
        const before = causesOf([storeWith('a', because('InvenTree answered 400 to PATCH /api/part/12/: no'))]);
        new DismissedCauses('ann').dismiss(before);
        const next = causesOf([storeWith('a', because('InvenTree answered 400 to PATCH /api/part/345/: no', 2))]);
        assert.deepEqual(new DismissedCauses('ann').newOf(next), []);
        assert.equal(new DismissedCauses('ben').newOf(next).length, 1);
        assert.equal(new DismissedCauses(null).newOf(next).length, 1);
    });

    it('are new where the server, the answer or the store is another', () => {
        const dismissed = new DismissedCauses(null);
        dismissed.dismiss(causesOf([storeWith('a', because('InvenTree answered 400 to POST /api/stock/'))]));
        const isNew = (store: string, reason: string): boolean =>
            dismissed.newOf(causesOf([storeWith(store, because(reason))])).length === 1;
        assert.equal(isNew('a', 'InvenTree answered 400 to POST /api/stock/'), false);
        assert.equal(isNew('a', 'InvenTree answered 403 to POST /api/stock/'), true);
        assert.equal(isNew('b', 'InvenTree answered 400 to POST /api/stock/'), true);
        assert.equal(isNew('a', 'InvenTree answered 400 to POST /api/part/'), true);
    });

    it('are kept for at most 200, the newest of them', () => {
        const dismissed = new DismissedCauses(null);
        const word = (n: number): string => 'x'.repeat(n + 1);
        const causes = causesOf([storeWith('a', ...Array.from({ length: 250 }, (_, n) => because(word(n), 250 - n)))]);
        for (const cause of causes) dismissed.dismiss([cause]);
        assert.deepEqual(
            dismissed.newOf(causes).map(({ reason }) => reason.length),
            Array.from({ length: 50 }, (_, n) => n + 1),
        );
    });

    it('are all new where what the browser kept cannot be read', () => {
        localStorage.setItem('print-to-stock-dismissed', '{"a":');
        assert.equal(new DismissedCauses(null).newOf(causesOf([storeWith('a', because('one'))])).length, 1);
    });
});
