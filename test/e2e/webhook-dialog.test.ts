import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { NodeRed } from '../harness/node-red';
import { answering, Listener } from '../unit/webhook/listener';

const SECRET = 'dialog-s3cret';

describe('the dialog of the webhook node', function () {
    this.timeout(120_000);
    let nodeRed: NodeRed;
    let chat: Listener;
    let elsewhere: Listener;
    let editor: Editor;

    const post = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
        const response = await fetch(`${nodeRed.url}/print-to-stock/webhook/${path}`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
        });
        assert.equal(response.status, 200);
        return (await response.json()) as Record<string, unknown>;
    };

    before(async function () {
        chat = await new Listener(answering(200, { ok: true, echo: SECRET })).open();
        elsewhere = await new Listener().open();
        nodeRed = await NodeRed.start();
        await nodeRed.deploy([
            { id: 'c0ffee0000000001', type: 'tab', label: 'hooks' },
            {
                id: 'c0ffee0000000002',
                type: 'print-webhook',
                z: 'c0ffee0000000001',
                name: 'my hook',
                url: `${chat.url}/hook`,
                x: 200,
                y: 100,
                wires: [[]],
                credentials: { apiSecret: SECRET },
            },
        ]);
    });
    after(async () => {
        await nodeRed.stop();
        await chat.close();
        await elsewhere.close();
    });

    it('is given the stored secret for the deployed address alone, and never told it', async () => {
        const config = { url: `${chat.url}/hook` };
        const secrets = { apiSecret: '__PWRD__', oauthSecret: '' };
        const id = 'c0ffee0000000002';
        const sent = await post('send', { id, config, secrets, topic: 'Print Done' });
        assert.equal((sent['answer'] as { status: number }).status, 200);
        assert.equal(chat.json.at(-1)!['apiSecret'], SECRET);
        assert.ok(!JSON.stringify(sent).includes(SECRET));
        const refused = await post('send', {
            id,
            config: { url: `${elsewhere.url}/hook` },
            secrets,
            topic: 'Print Done',
        });
        assert.deepEqual([refused['problem'], refused['answer']], [{ kind: 'secretAgain' }, null]);
        assert.equal(elsewhere.heard.length, 0);
        const seen = await post('preview', { id, config, secrets, topic: 'Print Done' });
        assert.match((seen['request'] as { body: string }).body, /"apiSecret":"•••"/);
    });

    describe('in a browser', () => {
        let browser: Browser | undefined;

        before(async function () {
            browser = await openBrowser(this);
            editor = await Editor.open(browser, nodeRed.url);
        });
        after(() => browser?.close());

        it('shows a mistake at its line and column while it is typed', async () => {
            const dialog = await editor.openNode('c0ffee0000000002');
            const { page } = editor;
            await page.evaluate(() => {
                const { $ } = globalThis as unknown as {
                    $: (at: string) => { data: (name: 'editor') => { setValue: (text: string) => void } };
                };
                $('#print-webhook-editor-data').data('editor').setValue('{\n  "a": @topic\n}');
            });
            const mistake = page.locator('#print-webhook-mistake-data');
            await mistake.filter({ hasText: 'Line 2, column 8' }).waitFor();
            await picture('mistake');
            await dialog.cancel();
        });

        it('a preset fills in what its service asks for, and leaves an address that was typed', async () => {
            const dialog = await editor.openNode('c0ffee0000000002');
            const { page } = editor;
            await page.locator('#print-webhook-preset').selectOption({ label: 'Gotify' });
            await page.locator('#print-webhook-preset-hint').filter({ hasText: 'token of an application' }).waitFor();
            assert.equal(await page.locator('#node-input-url').inputValue(), `${chat.url}/hook`);
            await picture('preset');
            await openTab('Test');
            const shown = page.locator('#print-webhook-shown');
            await shown.filter({ hasText: '"priority":5' }).waitFor();
            assert.match((await shown.textContent())!, /X-Gotify-Key: •••/);
            const [answer, request] = await Promise.all(
                ['#print-webhook-answer', '#print-webhook-shown'].map((at) => page.locator(at).boundingBox()),
            );
            assert.ok(answer!.y < request!.y, 'the answer stands above the request');
            await dialog.cancel();
        });

        it('shows the request of an event, sends it and shows the answer', async () => {
            const dialog = await editor.openNode('c0ffee0000000002');
            const { page } = editor;
            await openTab('Test');
            await page.locator('#print-webhook-event').selectOption('Print Parked');
            const shown = page.locator('#print-webhook-shown');
            await shown.filter({ hasText: '"topic":"Print Parked"' }).waitFor();
            assert.match((await shown.textContent())!, /^POST http:\/\/127[^]*"apiSecret":"•••"/);
            const before = chat.heard.length;
            await page.locator('#print-webhook-send').click();
            await page.locator('#print-webhook-result').filter({ hasText: '200 after' }).waitFor();
            assert.equal(chat.heard.length, before + 1);
            assert.match((await page.locator('#print-webhook-answer').textContent())!, /"echo":"•••"/);
            await picture('test');
            await openTab('Topics');
            await page.locator('#print-webhook-tab-topics .red-ui-editableList-addButton').click();
            await page.locator('.print-webhook-topic').fill('Print Done');
            await page.locator('.print-webhook-message').fill('@print.name\n@stock.url');
            await picture('topics');
            await openTab('OAuth');
            await page.locator('#node-input-oauth').check();
            await picture('oauth');
            await openTab('Sending');
            await picture('sending');
            // the flow was made by hand and says nothing of these
            assert.equal(await page.locator('#node-input-again').isChecked(), true);
            assert.equal(await page.locator('#node-input-queue').inputValue(), '1000');
            await page
                .locator('#node-input-oauth')
                .evaluate((box) => ((box as unknown as { checked: boolean }).checked = false));
            await dialog.done();
            const topics = await page.evaluate(
                () =>
                    (
                        globalThis as unknown as { RED: { nodes: { node: (id: string) => { topics: unknown } } } }
                    ).RED.nodes.node('c0ffee0000000002').topics,
            );
            assert.deepEqual(topics, [{ topic: 'Print Done', message: '@print.name\n@stock.url' }]);
        });
    });

    /** Two clicks on tabs within 400 ms are a double click to Node-RED, and open none. */
    async function openTab(name: string): Promise<void> {
        await editor.page.waitForTimeout(450);
        await editor.page.locator('#print-webhook-tabs a', { hasText: name }).click();
        await editor.page.locator(`#print-webhook-tab-${name.toLowerCase()}`).waitFor();
    }

    /** For a person's eyes, where a folder is named. */
    async function picture(name: string): Promise<void> {
        const folder = process.env['SCREENSHOTS'];
        if (folder === undefined) return;
        await editor.page.waitForTimeout(400);
        await editor.page.screenshot({ path: join(folder, `webhook-${name}.png`) });
    }
});
