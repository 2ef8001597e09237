import assert from 'node:assert/strict';
import { routeTo } from '../../../lib/webhook/route';
import type { HookRequest } from '../../../lib/webhook/request';

describe('the way of a webhook', () => {
    const environment = { ...process.env };
    afterEach(() => (process.env = { ...environment }));

    it('through a proxy with an https address asks that by its own name', async () => {
        for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
        process.env['http_proxy'] = 'https://proxy.lan';
        const request = { origin: 'http://chat.test:8080', target: '/hook' } as HookRequest;
        const { options, connected } = await routeTo(request, { timeoutMs: 1000, insecure: false });
        assert.equal(connected, false);
        const { protocol, host, port, servername, path } = options;
        assert.deepEqual(
            { protocol, host, port, servername, path },
            {
                protocol: 'https:',
                host: 'proxy.lan',
                port: 443,
                servername: 'proxy.lan',
                path: 'http://chat.test:8080/hook',
            },
        );
    });
});
