import assert from 'node:assert/strict';
import { connectionOf, MASK, targetOf, type StoredConnection } from '../../../../lib/admin/dialogs/connection';
import { inventreeServer } from '../../../../lib/clients/inventree/server-kind';
import { octoprintServer } from '../../../../lib/clients/octoprint/server-kind';
import { problemOf, type ProblemKind } from '../../../../lib/admin/dialogs/problem';

const STORED: StoredConnection = {
    url: 'https://inventree.lan:8443/sub',
    insecure: false,
    secret: 'stored-secret',
    running: { address: 'https://inventree.lan:8443/sub', secret: 'stored-secret' },
};

/** The secret that would be sent, or the kind of the refusal. */
function outcome(given: Record<string, unknown>, stored: StoredConnection | null = STORED): string {
    try {
        const connection = connectionOf({ url: 'https://inventree.lan:8443/sub', secret: MASK, ...given });
        const { address, secret } = targetOf(inventreeServer, connection, stored);
        return `${secret} to ${address}`;
    } catch (error) {
        return problemOf(error, {}).kind satisfies ProblemKind;
    }
}

describe('a stored secret goes only where the deployed node sends it', () => {
    const there = 'stored-secret to https://inventree.lan:8443/sub';
    for (const url of [
        'https://inventree.lan:8443/sub',
        'https://INVENTREE.lan:8443/sub/',
        'https://inventree.lan:8443/sub/api/',
    ])
        it(`to ${url}`, () => assert.equal(outcome({ url }), there));
    for (const url of [
        'http://inventree.lan:8443/sub',
        'https://inventree.lan/sub',
        'https://inventree.lan:8444/sub',
        'https://inventree.lan.evil.example:8443/sub',
        'https://evil.example:8443/sub',
        'https://inventree.lan:8443/',
        'https://inventree.lan:8443/sub/more',
        'https://inventree.lan:8443/SUB',
    ])
        it(`never to ${url}`, () => assert.equal(outcome({ url }), 'secretAgain'));

    it('not with a certificate that nobody looks at, unless it was so before', () => {
        assert.equal(outcome({ insecure: true }), 'secretAgain');
        assert.equal(outcome({ insecure: true }, { ...STORED, insecure: true }), there);
        assert.equal(outcome({ insecure: false }, { ...STORED, insecure: true }), there);
    });

    it('not where nothing is deployed', () => assert.equal(outcome({}, null), 'secretAgain'));

    it('a typed one goes wherever its person wants', () => {
        assert.equal(outcome({ url: 'http://other.lan', secret: 'typed' }), 'typed to http://other.lan');
        assert.equal(
            outcome({ url: 'http://other.lan', secret: 'typed', insecure: true }, null),
            'typed to http://other.lan',
        );
    });
});

describe('the login of a camera goes only to the camera that it is stored for', () => {
    const stored: StoredConnection = {
        url: 'http://octopi.lan',
        insecure: false,
        secret: 'stored-key',
        running: { address: 'http://octopi.lan', secret: 'stored-key' },
        companion: { url: '/webcam/?action=snapshot', secret: 'viewer:stored' },
    };
    const login = (given: Record<string, unknown>, camera = stored.companion!): string => {
        const body = {
            url: 'http://octopi.lan',
            secret: 'typed',
            snapshotLogin: MASK,
            snapshotUrl: camera.url,
            ...given,
        };
        return targetOf(octoprintServer, connectionOf(body), { ...stored, companion: camera }).companion.secret;
    };

    it('there', () => {
        assert.equal(login({}), 'viewer:stored');
        assert.equal(login({ snapshotUrl: 'http://octopi.lan/webcam/?action=snapshot' }), 'viewer:stored');
    });
    it('nowhere else, and not without a look at the certificate', () => {
        for (const given of [
            { url: 'http://evil.example' },
            { snapshotUrl: 'http://evil.example/webcam/?action=snapshot' },
            { snapshotUrl: '/other' },
            { insecure: true },
        ])
            assert.equal(login(given), '', JSON.stringify(given));
        assert.equal(login({}, { url: '/webcam/', secret: '${CAMERA_LOGIN}' }), '');
    });
    it('a typed one goes wherever its person wants', () =>
        assert.equal(login({ snapshotUrl: 'http://other/', snapshotLogin: 'a:b' }), 'a:b'));
});

describe('variables of Node-RED', () => {
    const withVariables: StoredConnection = { ...STORED, url: '${INVENTREE_URL}', secret: '${INVENTREE_TOKEN}' };

    it('are what the deployed node made of them', () => {
        assert.equal(
            outcome({ url: '${INVENTREE_URL}' }, withVariables),
            'stored-secret to https://inventree.lan:8443/sub',
        );
        assert.equal(
            outcome({ url: '${INVENTREE_URL}', secret: '${INVENTREE_TOKEN}' }, withVariables),
            'stored-secret to https://inventree.lan:8443/sub',
        );
    });
    it('are not known before the deploy, nor of a node that runs in each instance of a subflow', () => {
        assert.equal(outcome({ url: '${OTHER_URL}', secret: 'typed' }), 'variable');
        assert.equal(outcome({ url: '${INVENTREE_URL}' }, { ...withVariables, running: null }), 'variable');
        assert.equal(outcome({}, { ...STORED, secret: '${INVENTREE_TOKEN}', running: null }), 'variable');
    });
    it('are never filled in as a typed secret: that would send any variable anywhere', () => {
        assert.equal(outcome({ url: 'http://evil.example', secret: '${HOME}' }), 'variable');
        assert.equal(
            outcome({ url: 'http://evil.example', secret: '${INVENTREE_TOKEN}' }, withVariables),
            'secretAgain',
        );
        assert.equal(outcome({ url: 'http://evil.example', secret: '$(HOME)' }), 'variable');
    });
});

describe('an address that cannot be one', () => {
    const kinds: [url: string, kind: ProblemKind][] = [
        ['', 'noAddress'],
        ['inventree.lan:8000', 'badAddress'],
        ['ftp://inventree.lan', 'badAddress'],
        ['http://user:pass@inventree.lan', 'userinfo'],
    ];
    for (const [url, kind] of kinds) it(`"${url}": ${kind}`, () => assert.equal(outcome({ url, secret: 'x' }), kind));
});
