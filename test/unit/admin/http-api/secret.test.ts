import assert from 'node:assert/strict';
import type { timingSafeEqual } from 'node:crypto';
import { createRequire } from 'node:module';
import { bearsSecret, bearsToken, sameSecret } from '../../../../lib/admin/http-api/secret';

describe('secrets that callers send', () => {
    it('are the same to the last letter', () => {
        assert.ok(sameSecret('demo', 'demo'));
        for (const wrong of ['', 'dem', 'demo ', 'Demo', 'demo\0', 'xdemo'])
            assert.ok(!sameSecret(wrong, 'demo'), wrong);
    });

    it('in headers that are not there, or there twice, are wrong', () => {
        assert.ok(!bearsToken({}, 'demo'));
        assert.ok(!bearsToken({ 'x-service-token': ['demo', 'demo'] }, 'demo'));
        assert.ok(!bearsToken({ 'x-service-token': 'demo, demo' }, 'demo'));
        assert.ok(bearsToken({ 'x-service-token': 'demo' }, 'demo'));
        assert.ok(!bearsSecret({ authorization: 'demo' }, 'demo'));
        assert.ok(bearsSecret({ authorization: 'Bearer demo' }, 'demo'));
        assert.ok(bearsSecret({ 'x-sync-secret': 'demo' }, 'demo'));
    });

    it('are compared as a whole, in equal lengths, however much of them was right', () => {
        const crypto = createRequire(__filename)('node:crypto') as { timingSafeEqual: typeof timingSafeEqual };
        const real = crypto.timingSafeEqual;
        const lengths: [number, number][] = [];
        crypto.timingSafeEqual = (a, b) => {
            lengths.push([a.byteLength, b.byteLength]);
            return real(a, b);
        };
        try {
            const secret = 'a'.repeat(4000);
            for (const given of ['', 'b', `b${'a'.repeat(3999)}`, `${'a'.repeat(3999)}b`, 'a'.repeat(4001)])
                assert.equal(sameSecret(given, secret), false);
            assert.equal(sameSecret(secret, secret), true);
        } finally {
            crypto.timingSafeEqual = real;
        }
        assert.deepEqual(lengths, Array(6).fill([32, 32]));
    });
});
