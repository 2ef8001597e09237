import assert from 'node:assert/strict';
import sinon from 'sinon';
import type { Node, NodeAPI } from '../../../nodes/runtime/node-red';
import { NodeStatus } from '../../../nodes/runtime/status/status';

describe('the status of a node', () => {
    let clock: sinon.SinonFakeTimers;
    let shown: string[];
    let translated: number;
    let status: NodeStatus;

    beforeEach(() => {
        clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
        shown = [];
        translated = 0;
        const RED = {
            _: (key: string, values?: { n?: number }) => {
                translated++;
                return `${key} ${values?.n ?? ''}`;
            },
        };
        const node = { status: ({ text = '' }: { text?: string }) => void shown.push(text) };
        status = new NodeStatus(RED as unknown as NodeAPI, node as unknown as Node, 'some-node');
    });
    afterEach(() => {
        status.close();
        clock.restore();
    });

    it('is shown at once, and not again while it is the same', () => {
        status.show('green', 'dot', 'done', { n: 1 });
        status.show('green', 'dot', 'done', { n: 1 });
        assert.deepEqual(shown, ['some-node.status.done 1']);
    });

    it('in a flood is shown about four times a second, and in the end the last one', () => {
        for (let n = 1; n <= 3000; n++) {
            status.show('blue', 'dot', 'working', { n });
            clock.tick(1);
        }
        // four that were free at its beginning, and twelve in three seconds
        assert.ok(shown.length >= 14 && shown.length <= 18, `${shown.length} were shown`);
        assert.ok(translated <= 18, `${translated} were translated`);
        clock.tick(200);
        assert.equal(shown.at(-1), 'some-node.status.working 3000');
    });

    it('that it is not configured ends with the deploy that configures it; what it did stays', () => {
        status.show('green', 'dot', 'done', { n: 1 });
        status.close();
        assert.deepEqual(shown, ['some-node.status.done 1']);
        status.show('red', 'ring', 'notConfigured');
        status.close();
        assert.deepEqual(shown.slice(1), ['some-node.status.notConfigured ', '']);
    });

    it('after a flood is shown at once again', () => {
        for (let n = 1; n <= 100; n++) status.show('blue', 'dot', 'working', { n });
        clock.tick(2000);
        status.show('green', 'dot', 'done', { n: 7 });
        assert.equal(shown.at(-1), 'some-node.status.done 7');
    });
});
