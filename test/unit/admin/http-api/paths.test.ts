import assert from 'node:assert/strict';
import { servicePath, ServicePaths } from '../../../../lib/admin/http-api/paths';
import { Service } from '../../../../lib/admin/http-api/service';

const service = (): Service =>
    new Service({ version: '1', serviceToken: '', webhookSecret: '', source: () => null, failed: () => undefined });

describe('paths of services', () => {
    it('begin with one slash and end with none', () => {
        for (const text of ['/print-to-stock', 'print-to-stock', ' /print-to-stock/ '])
            assert.equal(servicePath(text), '/print-to-stock');
        for (const text of ['', '/', '//', '/a b', '/a//b', '/a?b', '/*', '/:a', '/ä', `/${'a'.repeat(100)}`])
            assert.equal(servicePath(text), null, text);
    });

    it('the longer one answers, and none answers for names that only begin alike', () => {
        const paths = new ServicePaths();
        const [one, two] = [service(), service()];
        paths.claim('/a', one, () => undefined);
        paths.claim('/a/b', two, () => undefined);
        assert.deepEqual(paths.find('/a/c'), { service: one, below: '/c' });
        assert.deepEqual(paths.find('/a/b/c'), { service: two, below: '/c' });
        assert.deepEqual(paths.find('/a'), { service: one, below: '/' });
        assert.equal(paths.find('/ab'), null);
    });

    it('the first claim holds a path; the next claim gets it, and is notified, when the first is released', () => {
        const paths = new ServicePaths();
        const [one, two, three] = [service(), service(), service()];
        const reported: string[] = [];
        const giveBack = paths.claim('/a', one, () => reported.push('one'));
        paths.claim('/a', two, () => reported.push('two'));
        const leave = paths.claim('/a', three, () => reported.push('three'));
        assert.deepEqual(
            [one, two, three].map((each) => paths.holds('/a', each)),
            [true, false, false],
        );
        giveBack();
        assert.deepEqual([paths.holds('/a', two), reported], [true, ['two']]);
        leave();
        assert.ok(paths.holds('/a', two));
    });
});
