import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor, type Dialog } from '../editor/editor';
import { NodeRed } from '../harness/node-red';
import { filledOctoPrintExample, octoConnectionOf } from '../harness/project';
import { picture } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { OctoPrintSimulator } from '../simulators/octoprint';

const APP = 'Print to Stock (Node-RED)';

describe('the dialog of an OctoPrint server', function () {
    this.timeout(120_000);
    const octoprint = new OctoPrintSimulator();
    const inventree = new InvenTreeSimulator();
    let browser: Browser | null = null;
    let nodeRed: NodeRed | null = null;
    let editor: Editor;
    let source: Dialog;
    let dialog: Dialog;

    before(async function () {
        browser = await openBrowser(this);
        await Promise.all([octoprint.listen(), inventree.listen()]);
        octoprint.picture = picture(1);
        octoprint.upload('clip.gcode');
        nodeRed = await NodeRed.start();
        await nodeRed.deploy(
            filledOctoPrintExample(octoConnectionOf(octoprint, inventree), {
                'octoprint-server': { snapshotUrl: '/webcam/' },
            }),
        );
        editor = await Editor.open(browser, nodeRed.url);
        source = await editor.openNode(await editor.idOf('octoprint-event-in'));
    });
    after(async () => {
        await source?.cancel();
        await browser?.close();
        await nodeRed?.stop();
        await Promise.all([octoprint.close(), inventree.close()]);
    });
    beforeEach(async () => void (dialog = await editor.openConfig('server', 'edit')));
    afterEach(async () => {
        await dialog.cancel();
        assert.deepEqual(editor.complaints.splice(0), []);
    });

    const tested = async (): Promise<string> => {
        await dialog.tray.getByRole('button', { name: 'Test connection' }).click();
        const result = dialog.tray.locator('#octoprint-server-test .print-to-stock-result');
        await result.locator('.print-to-stock-verdict').first().waitFor();
        return result.innerText();
    };

    it('tells who answers, whose the stored key is, and what the camera sends', async () => {
        const result = await tested();
        for (const text of [
            'OctoPrint 1.11',
            'The key belongs to the user bench',
            'list of files: 1',
            'returns a picture',
        ])
            assert.ok(result.includes(text), result);
        assert.equal((await dialog.fields())['apiKey'], '__PWRD__');
    });

    it('tells a wrong key, and a camera that sends nothing as something to know', async () => {
        await dialog.fill('apiKey', 'WRONG-KEY-OF-SOME-LENGTH');
        const result = await tested();
        assert.match(result, /OctoPrint rejects the API key/);
        assert.ok(!result.includes('WRONG-KEY'), result);
        await dialog.fill('apiKey', octoprint.apiKey);
        await dialog.fill('snapshotUrl', '/no-camera');
        assert.match(await tested(), /Note:[^]*The snapshot address returns no picture/);
    });

    it('moves a login in the address of the camera into its credential, which then works', async () => {
        octoprint.cameraLogin = 'viewer:p@ss word';
        try {
            assert.match(await tested(), /Note:[^]*The snapshot address returns no picture/);
            const address = `${octoprint.url}/webcam/`;
            await dialog.fill('snapshotUrl', address.replace('//', '//viewer:p%40ss%20word@'));
            await dialog.tray.locator('#node-config-input-snapshotUrl').blur();
            const fields = await dialog.fields();
            assert.deepEqual([fields['snapshotUrl'], fields['snapshotLogin']], [address, 'viewer:p@ss word']);
            assert.match(await tested(), /returns a picture/);
        } finally {
            octoprint.cameraLogin = null;
        }
    });

    it('sends the stored key to no other address', async () => {
        await dialog.fill('url', 'http://127.0.0.1:9');
        assert.match(await tested(), /Enter the API key again/);
    });

    it('asks for a key, and enters it when it is allowed', async () => {
        await dialog.tray.getByRole('button', { name: 'Ask OctoPrint for a key' }).click();
        await dialog.tray.getByText('Allow the access').waitFor();
        octoprint.access.decide(APP, true);
        await dialog.tray.getByText('Key received.').waitFor();
        const key = String((await dialog.fields())['apiKey']);
        assert.match(key, /^[0-9A-F]{32}$/);
        assert.notEqual(key, octoprint.apiKey);
        assert.match(await tested(), /The key belongs to the user/);
        assert.ok(!nodeRed!.log.join('\n').includes(key));
    });

    it('says that a key was denied, and where nothing answers', async () => {
        const ask = dialog.tray.getByRole('button', { name: 'Ask OctoPrint for a key' });
        await ask.click();
        await dialog.tray.getByText('Allow the access').waitFor();
        octoprint.access.decide(APP, false);
        await dialog.tray.getByText('OctoPrint did not grant a key').waitFor();
        await dialog.fill('url', 'http://127.0.0.1:9');
        await ask.click();
        await dialog.tray.getByText('Connection refused by 127.0.0.1:9').waitFor();
    });
});
