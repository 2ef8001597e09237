import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../harness/project';
import { Listener, type Reply } from '../unit/webhook/listener';
import { NodeFixture, until } from './fixture';
import { webhookFlow, type FlowNode } from './flow';

const FIXTURES = join(projectRoot, 'test', 'fixtures', 'outboxes');
const VERSIONS = readdirSync(FIXTURES).filter((name) => !name.includes('.'));

/** What waits in each fixture, in its order: key, and how its body begins. */
const WAITING = [
    ['00000001-1111-4111-8111-111111111111', 'Print In Stock', 'P1S', 'Print 1 is in stock'],
    ['00000002-1111-4111-8111-111111111111', 'Print Parked', 'P1S', 'Print 2 is not in stock'],
    ['00000003-1111-4111-8111-111111111111', 'Print Progress', 'Ender', 'Your print is 50 % complete.'],
    ['00000004-1111-4111-8111-111111111111', 'My Own', 'Shelf', 'Ünïcode "quoted"'],
    ['00000005-1111-4111-8111-111111111111', 'Print Done', 'P1S', ''],
] as const;
const PARKED = [
    { id: '000000000007', topic: 'Print Done', reason: 'http://chat.lan answered 410: gone', status: 410 },
    { id: '000000000008', topic: 'Print Done', reason: 'http://chat.lan was not answering for 24 h', status: null },
];

for (const version of VERSIONS)
    describe(`webhooks that ${version} left behind`, () => {
        let fixture: NodeFixture;
        let chat: Listener;
        beforeEach(async () => {
            fixture = new NodeFixture();
            chat = await new Listener().open();
            await fixture.open();
            const folder = join(fixture.userDir, 'print-to-stock');
            mkdirSync(folder);
            for (const name of readdirSync(join(FIXTURES, version)))
                cpSync(join(FIXTURES, version, name), join(folder, name.replace('outbox', 'webhook-hook')), {
                    recursive: true,
                });
        });
        afterEach(async () => {
            await fixture.close();
            await chat.close();
        });

        const flow = (changes: Record<string, unknown>): FlowNode[] => webhookFlow(`${chat.url}/hook`, changes);
        const keys = (): (string | undefined)[] =>
            chat.heard.map(({ headers }) => headers['idempotency-key'] as string | undefined);
        const parked = async (): Promise<unknown[]> => {
            const { payload } = await fixture.through('hook', { payload: 'parked' });
            return (payload as { deliveries: Record<string, unknown>[] }).deliveries.map(
                ({ id, topic, reason, status }) => ({ id, topic, reason, status }),
            );
        };

        it('are sent in their order, each under its own key, and what was parked stays', async () => {
            await fixture.deploy(flow({}));
            await until('all to be sent', () => chat.heard.length >= WAITING.length);
            await fixture.showing('hook', 'red dot 2 parked');
            assert.deepEqual(
                keys(),
                WAITING.map(([key]) => key),
            );
            for (const [index, [, topic, device, message]] of WAITING.entries()) {
                const reported = chat.json[index]!;
                assert.deepEqual([reported['topic'], reported['deviceIdentifier']], [topic, device]);
                assert.ok(String(reported['message']).startsWith(message), String(reported['message']));
            }
            assert.deepEqual(await parked(), PARKED);
        });

        it('go on after a restart in the middle of them: none is lost, none gets another key', async () => {
            const answers: Reply = chat.reply;
            chat.reply = () => undefined;
            await fixture.deploy(flow({}));
            await until('the first attempt', () => chat.heard.length > 0);
            await fixture.undeploy();
            chat.heard.length = 0;
            chat.reply = answers;
            await fixture.deploy(flow({}));
            await until('all to be sent', () => chat.heard.length >= WAITING.length);
            assert.deepEqual(
                keys(),
                WAITING.map(([key]) => key),
            );
        });

        it('bring the picture that was kept', async () => {
            await fixture.deploy(
                flow({ contentType: 'form', headers: '{}', data: '{"topic": "@topic", "p": "@snapshot"}' }),
            );
            await until('all to be sent', () => chat.heard.length >= WAITING.length);
            const kept = readFileSync(join(FIXTURES, version, 'outbox.json.pictures', '000000000004.picture'));
            assert.deepEqual(
                chat.heard.map(({ body }) => body.includes(kept)),
                [false, false, true, false, false],
            );
        });

        it('where a second attempt is not wanted the one that was under way is parked', async () => {
            await fixture.deploy(flow({ again: false }));
            await until('all others to be sent', () => chat.heard.length === WAITING.length - 1);
            await fixture.showing('hook', 'red dot 3 parked');
            assert.deepEqual(
                keys(),
                WAITING.map(([key]) => key).filter((_, index) => index !== 1),
            );
            assert.equal((await parked()).length, 3);
        });

        it('are retried and forgotten like those of today', async () => {
            await fixture.deploy(flow({}));
            await until('all to be sent', () => chat.heard.length >= WAITING.length);
            const forgotten = await fixture.through('hook', { payload: { action: 'forget', id: '000000000007' } });
            assert.deepEqual(forgotten['payload'], { action: 'forget', forgotten: 1 });
            await fixture.through('hook', { payload: 'retry-all' });
            await until('it to be sent', () => chat.heard.length === WAITING.length + 1);
            assert.equal(keys().at(-1), '00000007-1111-4111-8111-111111111111');
        });
    });
