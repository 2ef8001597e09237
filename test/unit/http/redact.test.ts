import assert from 'node:assert/strict';
import { redactor } from '../../../lib/http/redact';

describe('secrets in texts', () => {
    it('are taken out as they are, URL-encoded and in Base64, wherever they stand', () => {
        const secret = 'bb_a/b+c=';
        const clean = redactor([secret]);
        for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
            assert.equal(clean(`x${form}y${form}`), 'x•••y•••');
    });

    it('that contain one another leave nothing behind', () => {
        assert.equal(redactor(['secret', 'secret-longer'])('secret-longer secret'), '••• •••');
    });

    it('that are empty or tiny do not blank out words', () => {
        assert.equal(redactor(['', 'abc'])('abc and text'), 'abc and text');
        assert.equal(redactor([])('text'), 'text');
    });
});
