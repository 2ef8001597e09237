import assert from 'node:assert/strict';
import { proxyFor, routeTo } from '../../../../lib/http/wire/proxy';
import { exchange } from '../../../../lib/http/wire/transport';
import { ForwardProxy } from '../../../harness/proxies';

describe('the proxy of the environment', () => {
    const environment = { ...process.env };
    beforeEach(() => {
        for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'])
            for (const each of [name, name.toUpperCase()]) delete process.env[each];
    });
    afterEach(() => (process.env = { ...environment }));

    for (const [address, env, proxy] of [
        ['ws://a.lan/x', {}, null],
        ['ws://a.lan/x', { HTTP_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
        ['wss://a.lan/x', { HTTP_PROXY: 'http://proxy:3128' }, null],
        ['wss://a.lan/x', { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/'],
        ['https://a.lan/', { https_proxy: 'http://small', HTTPS_PROXY: 'http://large' }, 'http://small/'],
        ['http://a.lan/', { ALL_PROXY: 'http://every' }, 'http://every/'],
        ['http://a.lan/', { HTTP_PROXY: 'http://p', NO_PROXY: '*' }, null],
        ['http://a.lan/', { HTTP_PROXY: 'http://p', NO_PROXY: 'b.lan, a.lan' }, null],
        ['http://a.lan/', { HTTP_PROXY: 'http://p', no_proxy: '.lan' }, null],
        ['http://a.lan/', { HTTP_PROXY: 'http://p', no_proxy: '*.lan' }, null],
        ['http://alan/', { HTTP_PROXY: 'http://p', no_proxy: '.lan' }, 'http://p/'],
        ['http://a.lan:8000/', { HTTP_PROXY: 'http://p', no_proxy: 'a.lan:8000' }, null],
        ['http://a.lan:8001/', { HTTP_PROXY: 'http://p', no_proxy: 'a.lan:8000' }, 'http://p/'],
        ['http://a.lan/', { HTTP_PROXY: 'http://[not' }, null],
    ] as [string, NodeJS.ProcessEnv, string | null][])
        it(`${address} with ${JSON.stringify(env)}: ${proxy ?? 'none'}`, () => {
            Object.assign(process.env, env);
            assert.equal(proxyFor(address)?.href ?? null, proxy);
        });

    it('that refuses a tunnel is named with its answer, without its password', async () => {
        const proxy = new ForwardProxy({});
        const url = new URL(await proxy.listen());
        url.username = 'me';
        url.password = 'canary';
        process.env['https_proxy'] = url.href;
        const ask = async (): Promise<unknown> => {
            const route = routeTo('https://nowhere.test', { insecure: false, timeoutMs: 2000 });
            const outgoing = { method: 'GET', url: 'https://nowhere.test/', headers: {}, body: null };
            const options = { signal: AbortSignal.timeout(2000), most: 1000, longer: 'cut' } as const;
            return exchange(outgoing, route, options).finally(() => route.agent.destroy());
        };
        await assert.rejects(
            ask(),
            ({ message }: Error) => message.includes(`${url.host} answered 502`) && !message.includes('canary'),
        );
        await proxy.close();
        await assert.rejects(ask(), { code: 'ECONNREFUSED' });
    });
});
