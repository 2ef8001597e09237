import assert from 'node:assert/strict';
import { placeOf, proxyFor, tunnel } from '../../../lib/http/proxy';
import { ForwardProxy } from '../../harness/front';

describe('the proxy of the environment', () => {
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
            assert.equal(proxyFor(address, env)?.href ?? null, proxy);
        });

    for (const [address, host, port, secure, servername] of [
        ['http://a.lan/x', 'a.lan', 80, false, 'a.lan'],
        ['https://a.lan', 'a.lan', 443, true, 'a.lan'],
        ['wss://a.lan:8443/ws', 'a.lan', 8443, true, 'a.lan'],
        ['ws://192.168.1.2', '192.168.1.2', 80, false, ''],
        ['https://[fd00::1]:8000', 'fd00::1', 8000, true, ''],
    ] as const)
        it(`${address} is at ${host}, port ${port}`, () => {
            assert.deepEqual(placeOf(new URL(address)), { host, port, secure, servername });
        });

    it('that refuses a tunnel is named with its answer, without its password', async () => {
        const proxy = new ForwardProxy({});
        const url = new URL(await proxy.listen());
        url.username = 'me';
        url.password = 'canary';
        const target = { ...placeOf(new URL('https://nowhere.test')), insecure: false };
        await assert.rejects(
            tunnel(url, target, 2000),
            ({ message }: Error) => message.includes(`${url.host} answered 502`) && !message.includes('canary'),
        );
        await proxy.close();
        await assert.rejects(tunnel(url, target, 2000), { code: 'ECONNREFUSED' });
    });
});
