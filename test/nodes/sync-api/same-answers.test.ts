import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../harness/project';
import { until } from '../fixture';
import { ServiceFixture, SECRET, TOKEN } from './service-fixture';
import { jsonAnswer } from '../../simulators/simulator';

/** What was asked, and the form of what came back, as an earlier version answered it. */
interface Exchange {
    /** a request (`GET /health`), or the payload of a message into the source, as JSON */
    ask: string;
    status?: number;
    answer: unknown;
}

const FIXTURES = join(projectRoot, 'test', 'fixtures', 'answers');

/** Values that a script compares with, and that may not change; of every other value the type counts. */
const LITERAL: ReadonlySet<string> = new Set(
    'status state batch mode action sent archiveId maxArchives ok paused phase created failed retried forgotten'.split(
        ' ',
    ),
);

describe('service API and messages', () => {
    const fixture = new ServiceFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    for (const name of readdirSync(FIXTURES).filter((each) => each.endsWith('.json')))
        it(`answer in the form they had in ${name.replace('.json', '')}`, async () => {
            const expected = JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as Exchange[];
            const found = await walk(fixture);
            assert.deepEqual(
                found.map(({ ask }) => ask),
                expected.map(({ ask }) => ask),
            );
            for (const [index, { ask, status, answer }] of expected.entries()) {
                assert.equal(found[index]!.status, status, ask);
                mustHave(found[index]!.answer, answer, ask);
            }
        });
});

/** Asks for everything once: a history with a print of every kind, then what becomes of it. */
async function walk(fixture: ServiceFixture): Promise<Exchange[]> {
    const exchanges: Exchange[] = [];
    const say = async (text: string, headers: Record<string, string> = {}): Promise<void> => {
        const [method, path] = text.split(' ') as [string, string];
        const { status, body } = await fixture.api(method, path, headers);
        exchanges.push({ ask: text, status, answer: formOf(body) });
    };
    const tell = async (body: unknown, headers: Record<string, string> = {}): Promise<void> => {
        const reply = await fixture.hook(body, headers);
        exchanges.push({ ask: `webhook ${JSON.stringify(body)}`, status: reply.status, answer: formOf(reply.body) });
    };
    const ask = async (payload: unknown): Promise<void> => {
        exchanges.push({ ask: JSON.stringify(payload), answer: formOf(await fixture.ask(payload)) });
    };
    const isDone = (batch: string): Promise<void> =>
        until(`${batch} to be done`, () => fixture.ledger().print(batch)?.state === 'done');

    for (let day = 1; day <= 3; day++)
        fixture.bambuddy.print({ name: `Hook ${day}`, startedAt: `2026-11-0${day}T10:00:00Z` });
    const failed = fixture.bambuddy.print({ status: 'failed', startedAt: '2026-11-04T10:00:00Z' }).archiveId;
    await fixture.serve();

    await say('GET /health');
    await say('GET /validate');
    await say('GET /sync/status');
    await ask('poll');
    await say('POST /sync/archive/1');
    await isDone('bambuddy-1');
    await say('POST /sync/archive/1');
    await say('POST /sync/archive/1?force=true');
    await isDone('bambuddy-1');
    await say('POST /sync/archive/987654');
    await say(`POST /sync/archive/${failed}`);
    await say('POST /sync/archive/0');
    await say('POST /sync/backfill?mode=bogus');
    await say('POST /sync/backfill?mode=preview&max_archives=2');
    let { body } = await fixture.api('GET', '/sync/status');
    while (body['lastBackfill'] === null) ({ body } = await fixture.api('GET', '/sync/status'));
    await say('GET /sync/status');
    await ask({ action: 'backfill', mode: 'preview' });

    fixture.inventree.interfere = ({ method, url }) =>
        method === 'POST' && url.startsWith('/api/stock/')
            ? jsonAnswer(400, { quantity: ['A valid number is required.'] })
            : undefined;
    const another = fixture.bambuddy.print({ name: 'Hook 4', startedAt: '2026-11-05T10:00:00Z' }).archiveId;
    for (const archive of [2, 3, another]) await say(`POST /sync/archive/${archive}`);
    await until('them to be parked', () => fixture.ledger().counts().parked === 3);
    await say('GET /sync/status');
    await ask('parked');
    fixture.inventree.interfere = undefined;
    await ask({ action: 'forget', batch: `bambuddy-${another}` });
    await ask({ action: 'retry', batch: 'bambuddy-2' });
    await isDone('bambuddy-2');
    await ask('retry-all');
    await isDone('bambuddy-3');
    await ask({ action: 'again', batch: 'bambuddy-1' });
    await isDone('bambuddy-1');
    await ask({ action: 'archive', archiveId: 1 });
    await ask('pause');
    await ask('resume');
    await ask('reconcile');
    await ask('stop');
    await ask('status');
    await ask({ archive_id: 3, status: 'completed' });

    await tell({ event: 'print_complete' });
    await tell({ text: 'in the Slack format' });
    await tell('no JSON');
    await tell({ event: 'print_complete' }, { Authorization: 'Bearer wrong' });
    await tell({ event: 'print_complete' }, { Authorization: '', 'X-Sync-Secret': SECRET });
    await tell('a=b', { 'Content-Type': 'application/x-www-form-urlencoded' });
    await say('GET /sync/status', { 'X-Service-Token': `${TOKEN}x` });
    await say('DELETE /validate');
    await say('GET /nowhere');
    fixture.bambuddy.down = true;
    await say('POST /sync/archive/3');
    fixture.bambuddy.down = false;
    return exchanges;
}

/** A value without what differs each time: names of types in place of values, a list by what is in its first element. */
function formOf(value: unknown, key = ''): unknown {
    if (Array.isArray(value)) return value.slice(0, 1).map((each) => formOf(each));
    if (typeof value === 'object' && value !== null)
        return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, formOf(each, name)]));
    if (LITERAL.has(key) && value !== null) return value;
    return value === null ? 'null' : typeof value;
}

/** Whatever was in an answer is in it now, and of the same form; it may have more. */
function mustHave(found: unknown, expected: unknown, where: string): void {
    if (typeof expected !== 'object' || expected === null) return assert.deepEqual(found, expected, where);
    assert.equal(Array.isArray(found), Array.isArray(expected), where);
    assert.ok(typeof found === 'object' && found !== null, where);
    for (const [name, value] of Object.entries(expected))
        mustHave((found as Record<string, unknown>)[name], value, `${where}: ${name}`);
}
