import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import { guardedRoute } from '../../../../lib/webhook/transport/route';

describe('the route of a webhook', () => {
    const environment = { ...process.env };
    afterEach(() => (process.env = { ...environment }));

    it('through a proxy with an https address asks that by its own name', async () => {
        for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
        process.env['http_proxy'] = 'https://proxy.lan';
        const { signal } = new AbortController();
        const { agent, proxy } = await guardedRoute(
            'http://chat.test:8080',
            { timeoutMs: 1000, insecure: false },
            signal,
        );
        assert.deepEqual(proxy, { protocol: 'https:', host: 'proxy.lan', port: 443 });
        assert.ok(agent instanceof Agent);
        assert.equal(agent.options.servername, 'proxy.lan');
    });
});
