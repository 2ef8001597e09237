import assert from 'node:assert/strict';
import { BAMBUDDY } from '../../../lib/clients/bambuddy/server-traits';
import { INVENTREE } from '../../../lib/clients/inventree/server-traits';
import { serverAddress } from '../../../lib/http/address';
import { ConfigError } from '../../../lib/http/errors';

describe('the address of a server, as people type it', () => {
    for (const [typed, api, address] of [
        ['http://inventree.lan', '/api', 'http://inventree.lan'],
        ['http://inventree.lan/', '/api', 'http://inventree.lan'],
        ['  http://inventree.lan  ', '/api', 'http://inventree.lan'],
        ['HTTP://InvenTree.LAN/', '/api', 'http://inventree.lan'],
        ['https://host:8443/api', '/api', 'https://host:8443'],
        ['https://host:8443/api/', '/api', 'https://host:8443'],
        ['https://host/API/', '/api', 'https://host'],
        ['http://host/sub/path', '/api', 'http://host/sub/path'],
        ['http://host/sub//path///', '/api', 'http://host/sub/path'],
        ['http://host//sub//api//', '/api', 'http://host/sub'],
        ['http://host/myapi', '/api', 'http://host/myapi'],
        ['http://host/api/v1', '/api/v1', 'http://host'],
        ['http://host/bam//api/v1/', '/api/v1', 'http://host/bam'],
        ['http://host/?x=1#y', '/api', 'http://host'],
        ['http://192.168.1.20:8000', '/api/v1', 'http://192.168.1.20:8000'],
        ['http://[::1]:8000/', '/api/v1', 'http://[::1]:8000'],
        ['http://host:80/', '/api', 'http://host'],
    ] as const)
        it(`${typed} is ${address}`, () =>
            assert.equal(serverAddress(typed, { label: 'InvenTree', apiPath: api }), address));

    for (const [typed, why] of [
        ['', 'is empty'],
        ['   ', 'is empty'],
        ['inventree.lan', 'not a complete address'],
        ['/api', 'not a complete address'],
        ['192.168.1.20:8000', 'not a complete address'],
        ['inventree:8000', 'must start with http'],
        ['ftp://host', 'must start with http'],
        ['file:///etc/passwd', 'must start with http'],
        ['javascript:alert(1)', 'must start with http'],
        ['http://', 'not a complete address'],
    ] as const)
        it(`${JSON.stringify(typed)} is refused: ${why}`, () =>
            assert.throws(
                () => serverAddress(typed, INVENTREE),
                (error) =>
                    error instanceof ConfigError &&
                    error.setting === 'url' &&
                    error.message.startsWith('InvenTree server') &&
                    error.message.includes(why),
            ));

    for (const typed of ['http://me:hunter22@host', 'http://hunter22@host', 'https://:hunter22@host/api'])
        it(`with user info is refused, and the secret is not repeated (${typed.split('@').at(-1)!})`, () =>
            assert.throws(
                () => serverAddress(typed, BAMBUDDY),
                (error) => error instanceof ConfigError && !error.message.includes('hunter22'),
            ));
});
