import type { Context } from 'mocha';
import type { Browser } from 'playwright-core';
import { seedHistory, type DemoHistory } from '../demo/history';
import { NodeRed, type FlowNode } from '../harness/node-red';
import { filledExample } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { openBrowser } from './browser';
import { Editor, type Dialog, type Look } from './editor';
import type { Subject } from './fields';

/** The example's flow and its config nodes. */
export const EXAMPLE = {
    flow: 'b2c0000000000000',
    bambuddy: 'b2c0000000000001',
    inventree: 'b2c0000000000002',
    store: 'b2c0000000000003',
};

/** Another store with another InvenTree, in use: nothing is the only one of its kind any more. */
export const SECOND_STORE: FlowNode[] = [
    { id: 'ca11000000000001', type: 'inventree-server', name: 'other InvenTree', url: 'http://127.0.0.1:9' },
    { id: 'ca11000000000002', type: 'sync-store', name: 'other store', bambuddy: '', inventree: 'ca11000000000001' },
    {
        id: 'ca11000000000003',
        type: 'inventree-image-upload',
        z: EXAMPLE.flow,
        name: 'of the other store',
        sync: 'ca11000000000002',
        x: 200,
        y: 660,
        wires: [[]],
    },
];

/** An editor in a browser, over a real Node-RED that runs the example on two simulated servers. */
export class EditorFixture {
    private constructor(
        readonly bambuddy: BambuddySimulator,
        readonly inventree: InvenTreeSimulator,
        readonly history: DemoHistory,
        readonly nodeRed: NodeRed,
        private readonly browser: Browser,
        readonly editor: Editor,
    ) {}

    /**
     * Skips the tests of a suite where there is no browser.
     * @param prepare what else the servers hold
     * @param beside nodes that are deployed beside the example
     */
    static async open(
        test: Context,
        prepare: (inventree: InvenTreeSimulator, history: DemoHistory) => void = () => undefined,
        beside: readonly FlowNode[] = [],
    ): Promise<EditorFixture> {
        const browser = await openBrowser(test);
        const bambuddy = new BambuddySimulator();
        const inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        const history = seedHistory(bambuddy, inventree);
        prepare(inventree, history);
        const nodeRed = await NodeRed.start();
        const example = filledExample({
            bambuddyUrl: bambuddy.url,
            apiKey: bambuddy.apiKey,
            inventreeUrl: inventree.url,
            token: inventree.token,
            category: history.category,
            location: history.location,
        });
        await nodeRed.deploy([...example, ...beside]);
        const editor = await Editor.open(browser, nodeRed.url);
        return new EditorFixture(bambuddy, inventree, history, nodeRed, browser, editor);
    }

    /** Drops a node of a type below the example, whose dialog is then looked at. */
    async subject(type: string): Promise<Subject> {
        const { editor, nodeRed } = this;
        const id = await editor.drop(type, { x: 300, y: 560 });
        const open = async (): Promise<Dialog> => {
            await editor.leaveDialogs();
            return editor.openNode(id);
        };
        return { editor, nodeRed, id, open };
    }

    /** The editor of somebody with another language and theme. */
    editorOf(look: Look): Promise<Editor> {
        return Editor.open(this.browser, this.nodeRed.url, undefined, look);
    }

    async close(): Promise<void> {
        await this.browser.close();
        await this.nodeRed.stop();
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
    }
}
