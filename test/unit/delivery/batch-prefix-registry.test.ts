import assert from 'node:assert/strict';
import { claimPrefix, conflictOf, type PrefixClaim } from '../../../lib/delivery/batch-prefix-registry';

const join = (fields: Partial<PrefixClaim> = {}): PrefixClaim => ({
    store: 'a',
    file: '/a.json',
    inventree: 'http://i',
    bambuddy: 'http://b',
    prefix: 'bambuddy',
    ...fields,
});

describe('stores that would give out the same batch codes', () => {
    const added: (() => void)[] = [];
    const add = (fields: Partial<PrefixClaim> = {}): PrefixClaim => {
        const made = join(fields);
        added.push(claimPrefix(made));
        return made;
    };

    afterEach(() => {
        for (const takeBack of added.splice(0)) takeBack();
    });

    it('one store alone is no conflict', () => assert.equal(conflictOf(add()), null));

    it('two that join the same two servers: the second is refused, the first works', () => {
        const first = add();
        const second = add({ store: 'b', file: '/b.json' });
        assert.equal(conflictOf(first), null);
        assert.equal(conflictOf(second), 'duplicateStore');
    });

    it('two Bambuddy servers with one prefix, in any case, on one InvenTree', () => {
        add();
        assert.equal(
            conflictOf(add({ file: '/b.json', bambuddy: 'http://b2', prefix: 'BamBuddy' })),
            'duplicatePrefix',
        );
    });

    it('another prefix, another InvenTree or the same file do no harm', () => {
        add();
        assert.equal(conflictOf(add({ file: '/b.json', bambuddy: 'http://b2', prefix: 'second' })), null);
        assert.equal(conflictOf(add({ file: '/c.json', inventree: 'http://i2' })), null);
        assert.equal(conflictOf(add({ store: 'd' })), null);
    });

    it('a store without Bambuddy gives out no codes', () => {
        add();
        assert.equal(conflictOf(add({ file: '/b.json', bambuddy: null })), null);
        assert.equal(conflictOf(add({ file: '/c.json', bambuddy: null })), null);
    });

    it('a store that was closed is no conflict any more', () => {
        const takeBack = claimPrefix(join());
        const second = add({ file: '/b.json' });
        assert.equal(conflictOf(second), 'duplicateStore');
        takeBack();
        assert.equal(conflictOf(second), null);
    });
});
