import assert from 'node:assert/strict';
import type { FlowNode } from '../harness/node-red';
import { droppedOn, exampleFlow, filledExample, nodeOf, withControl, type Connection } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import type { InvenTreeSimulator } from '../simulators/inventree';
import { E2eFixture } from './fixture';

/** As the relay's topic `bambuddy/archive/updated` has it. */
const relayed = (archiveId: number, status = 'completed'): Record<string, unknown> => ({
    archive_id: archiveId,
    print_name: '/data/Metadata/plate_1.gcode',
    status,
    timestamp: '2026-11-22T04:23:02.799697+00:00',
});

describe('live events in a real Node-RED', function () {
    this.timeout(120_000);
    const fixture = new E2eFixture(
        () => new BambuddySimulator(),
        ({ violations }) => violations,
    );
    let bambuddy: BambuddySimulator;
    let inventree: InvenTreeSimulator;
    let connection: Connection;

    beforeEach(() => {
        ({ server: bambuddy, inventree } = fixture);
        connection = {
            bambuddyUrl: bambuddy.url,
            apiKey: bambuddy.apiKey,
            inventreeUrl: inventree.url,
            token: inventree.token,
            category: fixture.category,
            location: fixture.location,
        };
    });

    /** No poll but the first: what comes later, comes by an event. */
    const eventsOnly = { interval: 0, pollOnDeploy: true, settle: 0 };

    async function deploy(source: Record<string, unknown>): Promise<void> {
        await fixture.nodeRed.deploy(
            withControl(
                filledExample(connection, {
                    'sync-store': fixture.ledger(),
                    'bambuddy-archive-in': { ...eventsOnly, ...source },
                }),
            ),
        );
        await fixture.until('the first look', async () => (await fixture.status())['lastPoll'] !== null);
    }

    const stocked = (...batches: string[]): Promise<void> =>
        fixture.until(`stock of ${batches.join()}`, () => batches.every((batch) => fixture.inStock().includes(batch)));

    it('a print that ends is in stock without a poll; so is its reprint, under a batch of its own', async () => {
        await deploy({ live: true });
        await fixture.until('the WebSocket', async () => (await fixture.status())['live'] === true);
        const { archiveId } = bambuddy.start({ name: 'Shelf bracket' });
        bambuddy.finish(archiveId);
        await stocked(`bambuddy-${archiveId}`);
        bambuddy.start({ archive: archiveId });
        const { runId } = bambuddy.finish(archiveId);
        await stocked(`bambuddy-${archiveId}-${runId}`);
        bambuddy.finish(bambuddy.start({ name: 'Came off' }).archiveId, { status: 'failed' });
        await fixture.until('the end of the work', async () => (await fixture.status())['underWay'] === 0);
        assert.equal(inventree.state.stock.size, 2);
    });

    it('prints that end while Bambuddy starts again are in stock when it is back', async () => {
        await deploy({ live: true });
        await fixture.until('the WebSocket', async () => (await fixture.status())['live'] === true);
        bambuddy.events.refuse = true;
        bambuddy.events.disconnect(1012);
        const { archiveId } = bambuddy.print({ name: 'Missed' });
        await fixture.until('the end of the WebSocket', async () => (await fixture.status())['live'] === false);
        assert.deepEqual(fixture.inStock(), []);
        bambuddy.events.refuse = false;
        await stocked(`bambuddy-${archiveId}`);
    });

    it('a deploy closes the WebSocket of before, and no second one stays open', async () => {
        for (let i = 0; i < 3; i++) {
            await deploy({ live: true });
            await fixture.until('the WebSocket', async () => (await fixture.status())['live'] === true);
        }
        await fixture.until('one socket', () => bambuddy.events.connected === 1);
        await deploy({ live: false });
        await fixture.until('no socket', () => bambuddy.events.connected === 0);
        assert.equal((await fixture.status())['live'], null);
    });

    it('the payload of the MQTT relay wakes the source', async () => {
        await deploy({ live: false });
        const { archiveId } = bambuddy.print({ name: 'Shelf bracket' });
        const answer = await fixture.control(relayed(archiveId));
        assert.equal(answer['action'], 'wake');
        assert.equal(answer['archiveId'], archiveId);
        await stocked(`bambuddy-${archiveId}`);
        await fixture.until('the end of the work', async () => (await fixture.status())['underWay'] === 0);
        const before = bambuddy.requestCount;
        const next = bambuddy.print({ name: 'Came off', status: 'failed' }).archiveId;
        await fixture.control(relayed(next, 'failed'));
        await fixture.control(relayed(next, 'printing'));
        assert.equal(bambuddy.requestCount, before);
        assert.match(
            String((await fixture.control({ archive_id: 'all' }))['error']),
            /"archive_id" must be a whole number/,
        );
    });

    describe('the example "MQTT wake-up"', () => {
        const example = exampleFlow('MQTT wake-up');
        const BROKER = { id: 'c0de0000000000ab', type: 'mqtt-broker', broker: '', port: '1883' };

        it('has every node it is wired to, none of an id in the other example, and no address or secret', () => {
            const ids = new Set(example.map(({ id }) => id));
            assert.equal(ids.size, example.length);
            for (const { id, wires = [], broker, sync, g } of example) {
                for (const target of [...(wires as string[][]).flat(), broker, sync, g])
                    if (target !== undefined && target !== '')
                        assert.ok(ids.has(target as string), `${id} → ${String(target)}`);
            }
            const other = new Set(filledExample(connection).map(({ id }) => id));
            assert.deepEqual(
                [...ids].filter((id) => other.has(id)),
                [],
            );
            assert.deepEqual(
                example.filter((node) => 'credentials' in node || (node['url'] ?? '') !== ''),
                [],
            );
        });

        it('subscribes to what the relay sends of archives, and says where its wire goes', () => {
            const subscription = nodeOf(example, 'mqtt in');
            assert.equal(subscription['topic'], 'bambuddy/archive/updated');
            assert.equal(subscription['qos'], '1');
            assert.match(
                nodeOf(example, 'comment')['info'] as string,
                /\*\*archive updated\*\* to \*\*finished prints\*\*/,
            );
            assert.match(nodeOf(example, 'comment')['info'] as string, /Settings → MQTT/);
        });

        for (const datatype of ['json', 'utf8'])
            it(`works as it is, its message parsed or not (${datatype}): a broker's message becomes stock`, async () => {
                const { archiveId } = bambuddy.start({ name: 'Shelf bracket' });
                const payload = JSON.stringify(relayed(archiveId));
                const filled: Record<string, Record<string, unknown>> = {
                    'bambuddy-server': { url: bambuddy.url, credentials: { apiKey: bambuddy.apiKey } },
                    'inventree-server': { url: inventree.url, credentials: { token: inventree.token } },
                    'sync-store': fixture.ledger(),
                    'bambuddy-archive-in': { ...eventsOnly, live: false },
                    'inventree-part-upsert': { category: connection.category, categoryType: 'num' },
                    'inventree-stock-create': { location: connection.location, locationType: 'num' },
                    // nobody listens there: the flow has to live without its broker, too
                    'mqtt-broker': { broker: '127.0.0.1', port: '9' },
                };
                const wires = { from: 'mqtt in', to: 'bambuddy-archive-in' };
                const flow = [...droppedOn(exampleFlow(), 'MQTT wake-up', wires), BROKER].map((node) => ({
                    ...node,
                    ...(node.type === 'mqtt in' ? { broker: BROKER.id } : {}),
                    ...filled[node.type],
                }));
                // a button in the place of the broker
                const button: FlowNode = {
                    id: 'c0de0000000000aa',
                    type: 'inject',
                    z: nodeOf(flow, 'tab').id,
                    props: [{ p: 'payload' }],
                    payload,
                    payloadType: datatype === 'json' ? 'json' : 'str',
                    wires: nodeOf(flow, 'mqtt in')['wires'],
                };
                await fixture.nodeRed.deploy([...withControl(flow), button]);
                await fixture.until('the first look', async () => (await fixture.status())['lastPoll'] !== null);
                bambuddy.finish(archiveId);
                await fixture.nodeRed.inject(button.id);
                await stocked(`bambuddy-${archiveId}`);
            });
    });
});
