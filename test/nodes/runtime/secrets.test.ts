import assert from 'node:assert/strict';
import type { OctoPrintClient } from '../../../lib/clients/octoprint/client';
import type { OctoPrintServerNode } from '../../../nodes/runtime/flow/server-nodes';
import { Bench, until } from '../bench';
import { ALL, line, manualPrint } from '../flow';

/** `Bench.close` looks for the secrets in all that was told: messages, statuses, warnings, errors, logs, files. */
describe('secrets', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

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
    async function told(server: string, what: string): Promise<void> {
        const texts = (): string[] => [
            ...bench.warnings(server),
            ...bench.at('caught').map((each) => (each['error'] as Error).message),
        ];
        await until(`what is told of ${what}`, () => texts().length > 0, 10_000);
        assert.match(texts().join(), new RegExp(server, 'i'));
    }

    it('in the address of a camera work, with a warning to move them, and are told to nobody', async () => {
        bench.secrets.push('geheim-pass', Buffer.from('viewer:geheim-pass').toString('base64'));
        const server = (snapshotUrl: string): Promise<void> =>
            bench.deploy([
                { id: 'octo', type: 'octoprint-server', url: 'http://127.0.0.1:9', prefix: 'octoprint', snapshotUrl },
            ]);
        const client = (): OctoPrintClient | null => (bench.node('octo') as unknown as OctoPrintServerNode).client;
        await server('http://viewer:geheim-pass@127.0.0.1:9/snapshot.jpg');
        assert.match(bench.warnings('octo').join(), /^The snapshot address contains a user name and a password/);
        assert.equal(client()?.hasCamera, true);
        await server('ftp://viewer:geheim-pass@127.0.0.1/');
        assert.match(bench.warnings('octo').join(), /must start with http:\/\/.*Prints come without its picture/);
        assert.notEqual(client(), null);
        await server('/webcam/?action=snapshot');
        assert.deepEqual(bench.warnings('octo'), []);
    });

    it('that a server repeats in its answer are told to nobody', async () => {
        for (const [what, fault] of echoes(bench.inventree.token)) {
            bench.inventree.interfere = () => ({ at: 'before', ...fault });
            await bench.deploy(line(bench, ALL));
            bench.send('part', { payload: manualPrint() });
            await told('inventree', what);
        }
        bench.inventree.interfere = undefined;
        for (const [what, fault] of echoes(bench.bambuddy.apiKey)) {
            bench.bambuddy.interfere = () => ({ at: 'before', ...fault });
            await bench.deploy(line(bench, ALL));
            const error = await bench.failing('source', { payload: 'poll' });
            assert.match(error.message, /Bambuddy/, what);
        }
    });

    it('go to no other server than their own, and never into an address', async () => {
        const paths: string[] = [];
        const keep = ({ url }: { url: string }): undefined => void paths.push(url);
        bench.inventree.interfere = keep;
        bench.bambuddy.interfere = keep;
        await bench.deploy(line(bench, ALL));
        bench.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await bench.ask('backfill');
        await bench.messages('out', 1);
        await until('requests', () => paths.length > 5);
        for (const secret of bench.secrets) assert.ok(!paths.some((path) => path.includes(secret)));
    });

    it('are not in the nodes that others may look at', async () => {
        await bench.deploy(line(bench, ALL));
        for (const id of ['bambuddy', 'inventree']) {
            const { credentials, ...seen } = bench.node(id) as unknown as Record<string, unknown>;
            assert.ok(credentials !== undefined);
            for (const [key, value] of Object.entries(seen)) {
                if (typeof value === 'string') assert.ok(!bench.secrets.includes(value), key);
            }
        }
    });

    it('with spaces around them, as they are pasted, work and are kept as well', async () => {
        await bench.deploy(line(bench, ALL), {
            bambuddy: { apiKey: ` ${bench.bambuddy.apiKey}\n` },
            inventree: { token: ` ${bench.inventree.token} ` },
        });
        bench.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await bench.ask('backfill');
        await bench.messages('out', 1);
        assert.equal(bench.at('caught').length, 0);
    });
});
