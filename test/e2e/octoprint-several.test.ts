import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { FlowNode } from '../harness/node-red';
import { filledOctoPrintExample, nodeOf, type OctoConnection } from '../harness/project';
import { OctoPrintSimulator } from '../simulators/octoprint';
import { E2eFixture } from './fixture';

/** A second one of a node, under an id of its own. */
const second = (node: FlowNode, changes: Record<string, unknown>): FlowNode => ({
    ...node,
    id: `${node.id.slice(0, -3)}f${node.id.slice(-2)}`,
    ...changes,
});

describe('several OctoPrints, and several nodes for one, in a real Node-RED', function () {
    this.timeout(120_000);
    const fixture = new E2eFixture(() => new OctoPrintSimulator());
    let octoprint: OctoPrintSimulator;
    let other: OctoPrintSimulator;
    let flow: FlowNode[];

    beforeEach(async () => {
        octoprint = fixture.server;
        other = new OctoPrintSimulator();
        await other.listen();
        const { inventree } = fixture;
        const connection: OctoConnection = {
            octoprintUrl: octoprint.url,
            octoprintKey: octoprint.apiKey,
            inventreeUrl: inventree.url,
            token: inventree.token,
            category: fixture.category,
            location: fixture.location,
        };
        flow = filledOctoPrintExample(connection, {
            'sync-store': fixture.ledger(),
            'octoprint-event-in': { interval: 0 },
        })
            // what nobody catches is in the log
            .filter(({ type }) => type !== 'catch');
        for (const each of [octoprint, other]) {
            each.upload('clip.gcode', { content: 'clip' });
            each.upload('lid.gcode', { content: 'lid' });
        }
    });

    afterEach(() => other.close());

    const codes = (content: string, ...ends: string[]): string[] =>
        ends.map((end) => end.replace('#', createHash('sha1').update(content).digest('hex').slice(0, 8)));
    const said = (pattern: RegExp): string | undefined => fixture.nodeRed.log.find((line) => pattern.test(line));

    /** Everything there is has come into stock: nothing is added for a while. */
    async function stocked(...batches: string[]): Promise<void> {
        await fixture.until(`stock of ${batches.join()}, there is ${fixture.inStock().join()}`, () =>
            batches.every((each) => fixture.inStock().includes(each)),
        );
        await new Promise((resolve) => setTimeout(resolve, 700));
        assert.deepEqual(fixture.inStock(), [...batches].sort());
    }

    /** The other OctoPrint, its node, and what they are wired and joined to. */
    function withOther(server: Record<string, unknown>, source: Record<string, unknown> = {}): FlowNode[] {
        const its = second(nodeOf(flow, 'octoprint-server'), {
            url: other.url,
            credentials: { apiKey: other.apiKey },
            ...server,
        });
        return [...flow, its, second(nodeOf(flow, 'octoprint-event-in'), { server: its.id, ...source })];
    }

    it('two of one prefix on one InvenTree: the second is refused and says what to change, the first works', async () => {
        const before = fixture.nodeRed.log.length;
        await fixture.nodeRed.deploy(withOther({ prefix: 'OctoPrint' }));
        await fixture.until('the first', () => octoprint.socket.members > 0);
        await fixture.until('the refusal', () =>
            fixture.nodeRed.log
                .slice(before)
                .some((line) =>
                    /another server uses OctoPrint with the same InvenTree\. Use a separate prefix for each OctoPrint/.test(
                        line,
                    ),
                ),
        );
        octoprint.print('clip.gcode');
        other.print('clip.gcode');
        await stocked(...codes('clip', 'octoprint-#-1'));
        assert.equal(said(/unhandled|TypeError/i), undefined);
    });

    it('two of one prefix in stores of their own are refused as well', async () => {
        const store = second(nodeOf(flow, 'sync-store'), fixture.ledger('second'));
        await fixture.nodeRed.deploy([...withOther({}, { sync: store.id }), store]);
        // the store that is open later is refused, whichever it is
        await fixture.until('both', () => octoprint.socket.members > 0 && other.socket.members > 0);
        await fixture.until('the first look of one', () =>
            [octoprint, other].some(({ requests }) => requests.some(({ url }) => url.startsWith('/api/files?'))),
        );
        await new Promise((resolve) => setTimeout(resolve, 300));
        await fixture.until('the refusal', () => said(/Use a separate prefix for each OctoPrint/) !== undefined);
        octoprint.print('lid.gcode');
        other.print('lid.gcode');
        await stocked(...codes('lid', 'octoprint-#-1'));
    });

    it('two with prefixes of their own fill one store: the same file of both is one Part and two items', async () => {
        await fixture.nodeRed.deploy(withOther({ prefix: 'mini' }));
        await fixture.until('both', () => octoprint.socket.members > 0 && other.socket.members > 0);
        octoprint.print('clip.gcode');
        other.print('clip.gcode');
        await stocked(...codes('clip', 'octoprint-#-1', 'mini-#-1'));
        assert.equal(fixture.inventree.state.parts.size, 1);
    });

    it('two nodes for one OctoPrint on one store: each print is one item', async () => {
        await fixture.nodeRed.deploy([...flow, second(nodeOf(flow, 'octoprint-event-in'), {})]);
        await fixture.until('both', () => octoprint.socket.members > 1);
        octoprint.print('clip.gcode');
        octoprint.print('clip.gcode');
        octoprint.printFromCard('LID.GCO');
        octoprint.print('lid.gcode', { logLater: true });
        octoprint.logLast();
        await stocked(
            ...codes('clip', 'octoprint-#-1', 'octoprint-#-2'),
            ...codes('sdcard:LID.GCO', 'octoprint-#-1'),
            ...codes('lid', 'octoprint-#-1'),
        );
    });

    it('two stores for one OctoPrint and one InvenTree: the second is refused and says why', async () => {
        const store = second(nodeOf(flow, 'sync-store'), fixture.ledger('second'));
        await fixture.nodeRed.deploy([...flow, store, second(nodeOf(flow, 'octoprint-event-in'), { sync: store.id })]);
        await fixture.until('both sockets', () => octoprint.socket.members > 1);
        await fixture.until(
            'the refusal',
            () => said(/Another sync store adds the prints of this OctoPrint/) !== undefined,
        );
        octoprint.print('clip.gcode');
        await stocked(...codes('clip', 'octoprint-#-1'));
    });
});
