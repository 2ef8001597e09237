import assert from 'node:assert/strict';
import { savedFlows } from '../harness/project';
import { EditorFixture } from '../editor/fixture';

describe('flows that earlier versions saved, in the editor', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;

    before(async function () {
        fixture = await EditorFixture.open(this);
    });
    after(() => fixture?.close());

    for (const { version, flow } of savedFlows()) {
        it(`${version}: imports, and every dialog opens`, async () => {
            const { editor } = fixture!;
            await editor.page.evaluate(
                `RED.view.importNodes(${JSON.stringify(flow)}, { generateIds: false, addFlow: false })`,
            );
            const [tab] = flow;
            await editor.page.evaluate(`RED.workspaces.show('${tab!.id}')`);
            for (const { id, type, z } of flow) {
                if (/^(tab|debug)$/.test(type)) continue;
                const versions = await editor.page.evaluate<number[]>(
                    `[RED.nodes.node('${id}').version, RED.nodes.getType('${type}').defaults.version.value]`,
                );
                assert.equal(versions[0], versions[1], type);
                if (z === undefined) continue;
                const dialog = await editor.openNode(id);
                await dialog.done();
            }
            assert.deepEqual(editor.complaints.splice(0), []);
        });
    }
});
