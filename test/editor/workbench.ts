import type { Context } from 'mocha';
import type { Browser } from 'playwright-core';
import { seedHistory, type DemoHistory } from '../demo/history';
import { NodeRed } from '../harness/node-red';
import { filledExample } from '../harness/project';
import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { browserRequired, findChromium, launchChromium } from './browser';
import { Editor } from './editor';

/** An editor in a browser, over a real Node-RED that runs the example on two simulated servers. */
export class Workbench {
    private constructor(
        readonly bambuddy: BambuddySimulator,
        readonly inventree: InvenTreeSimulator,
        readonly history: DemoHistory,
        readonly nodeRed: NodeRed,
        private readonly browser: Browser,
        readonly editor: Editor,
    ) {}

    /** Skips the tests of a suite where there is no browser. @param prepare what else the servers hold */
    static async open(
        test: Context,
        prepare: (inventree: InvenTreeSimulator, history: DemoHistory) => void = () => undefined,
    ): Promise<Workbench> {
        const chromium = findChromium();
        if (chromium === null) {
            if (browserRequired) throw new Error('no Chromium found: set CHROMIUM_PATH to have the dialogs tested');
            test.skip();
        }
        const bambuddy = new BambuddySimulator();
        const inventree = new InvenTreeSimulator();
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        const history = seedHistory(bambuddy, inventree);
        prepare(inventree, history);
        const nodeRed = await NodeRed.start();
        await nodeRed.deploy(
            filledExample({
                bambuddyUrl: bambuddy.url,
                apiKey: bambuddy.apiKey,
                inventreeUrl: inventree.url,
                token: inventree.token,
                category: history.category,
                location: history.location,
            }),
        );
        const browser = await launchChromium(chromium);
        const editor = await Editor.open(browser, nodeRed.url);
        return new Workbench(bambuddy, inventree, history, nodeRed, browser, editor);
    }

    async close(): Promise<void> {
        await this.browser.close();
        await this.nodeRed.stop();
        await Promise.all([this.bambuddy.close(), this.inventree.close()]);
    }
}
