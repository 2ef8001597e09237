import assert from 'node:assert/strict';
import type { OctoPrintClient } from '../../../lib/clients/octoprint/client';
import type { OctoPrintServerNode } from '../../../nodes/runtime/flow/server-nodes';
import { NodeFixture, until } from '../fixture';
import { ALL, line, manualPrint } from '../flow';

/** `NodeFixture.close` looks for the secrets in all that was told: messages, statuses, warnings, errors, logs, files. */
describe('secrets', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const echoes = (secret: string): [string, { kind: number; headers?: Record<string, string>; body?: string }][] => {
        const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
        return [
            [
                'a refusal',
                { kind: 400, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ detail: forms }) },
            ],
            ['a web page', { kind: 200, body: `<html><title>${forms.join(' ')}</title></html>` }],
            ['a text', { kind: 403, headers: { 'content-type': 'text/plain' }, body: forms.join(' ') }],
            ['a redirect', { kind: 302, headers: { location: `http://elsewhere.example/?token=${secret}` }, body: '' }],
        ];
    };

    /** A refusal is an error of the message, what is waited for a warning. */
    async function reported(server: string, what: string): Promise<void> {
        const texts = (): string[] => [
            ...fixture.warnings(server),
            ...fixture.at('caught').map((each) => (each['error'] as Error).message),
        ];
        await until(`what is told of ${what}`, () => texts().length > 0, 10_000);
        assert.match(texts().join(), new RegExp(server, 'i'));
    }

    it('in the address of a camera work, with a warning to move them, and are told to nobody', async () => {
        fixture.secrets.push('geheim-pass', Buffer.from('viewer:geheim-pass').toString('base64'));
        const server = (snapshotUrl: string): Promise<void> =>
            fixture.deploy([
                { id: 'octo', type: 'octoprint-server', url: 'http://127.0.0.1:9', prefix: 'octoprint', snapshotUrl },
            ]);
        const client = (): OctoPrintClient | null => (fixture.node('octo') as unknown as OctoPrintServerNode).client;
        await server('http://viewer:geheim-pass@127.0.0.1:9/snapshot.jpg');
        assert.match(fixture.warnings('octo').join(), /^The snapshot address contains a user name and a password/);
        assert.equal(client()?.hasCamera, true);
        await server('ftp://viewer:geheim-pass@127.0.0.1/');
        assert.match(fixture.warnings('octo').join(), /must start with http:\/\/.*Prints come without its picture/);
        assert.notEqual(client(), null);
        await server('/webcam/?action=snapshot');
        assert.deepEqual(fixture.warnings('octo'), []);
    });

    it('that a server repeats in its answer are told to nobody', async () => {
        for (const [what, fault] of echoes(fixture.inventree.token)) {
            fixture.inventree.interfere = () => ({ at: 'before', ...fault });
            await fixture.deploy(line(fixture, ALL));
            fixture.send('part', { payload: manualPrint() });
            await reported('inventree', what);
        }
        fixture.inventree.interfere = undefined;
        for (const [what, fault] of echoes(fixture.bambuddy.apiKey)) {
            fixture.bambuddy.interfere = () => ({ at: 'before', ...fault });
            await fixture.deploy(line(fixture, ALL));
            const error = await fixture.failing('source', { payload: 'poll' });
            assert.match(error.message, /Bambuddy/, what);
        }
    });

    it('go to no other server than their own, and never into an address', async () => {
        const paths: string[] = [];
        const keep = ({ url }: { url: string }): undefined => void paths.push(url);
        fixture.inventree.interfere = keep;
        fixture.bambuddy.interfere = keep;
        await fixture.deploy(line(fixture, ALL));
        fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await fixture.ask('backfill');
        await fixture.messages('out', 1);
        await until('requests', () => paths.length > 5);
        for (const secret of fixture.secrets) assert.ok(!paths.some((path) => path.includes(secret)));
    });

    it('are not in the nodes that others may look at', async () => {
        await fixture.deploy(line(fixture, ALL));
        for (const id of ['bambuddy', 'inventree']) {
            const { credentials, ...seen } = fixture.node(id) as unknown as Record<string, unknown>;
            assert.ok(credentials !== undefined);
            for (const [key, value] of Object.entries(seen)) {
                if (typeof value === 'string') assert.ok(!fixture.secrets.includes(value), key);
            }
        }
    });

    it('with spaces around them, as they are pasted, work and are kept as well', async () => {
        await fixture.deploy(line(fixture, ALL), {
            bambuddy: { apiKey: ` ${fixture.bambuddy.apiKey}\n` },
            inventree: { token: ` ${fixture.inventree.token} ` },
        });
        fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await fixture.ask('backfill');
        await fixture.messages('out', 1);
        assert.equal(fixture.at('caught').length, 0);
    });
});
