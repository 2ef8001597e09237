import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../editor/browser';
import { Editor } from '../editor/editor';
import { NodeRed } from '../harness/node-red';
import { projectRoot } from '../harness/project';
import { textAt } from '../nodes/texts';

const HOOK = 'c0ffee0000000002';
const locales = join(projectRoot, 'nodes', 'print-webhook', 'locales');

describe('mistakes in the dialog of the webhook node, in each language', function () {
    this.timeout(120_000);
    let nodeRed: NodeRed;
    let browser: Browser | null = null;

    before(async function () {
        browser = await openBrowser(this);
        nodeRed = await NodeRed.start();
        await nodeRed.deploy([
            { id: 'c0ffee0000000001', type: 'tab', label: 'hooks' },
            {
                id: HOOK,
                type: 'print-webhook',
                z: 'c0ffee0000000001',
                url: 'http://127.0.0.1:1/@apiSecret',
                data: '{\n  "a": \'x\\y\'\n}',
                headers: '{"Content-Length": "1"}',
                x: 200,
                y: 100,
                wires: [[]],
            },
        ]);
    });
    after(async () => {
        await browser?.close();
        await (nodeRed as NodeRed | undefined)?.stop();
    });

    for (const language of readdirSync(locales)) {
        it(`are told in ${language}`, async () => {
            const texts: unknown = JSON.parse(readFileSync(join(locales, language, 'print-webhook.json'), 'utf8'));
            const t = (key: string, values: Record<string, unknown> = {}): string =>
                textAt(texts, `print-webhook.${key}`)!.replace(/__(\w+)__/g, (_, name: string) => String(values[name]));
            const editor = await Editor.open(browser!, nodeRed.url, undefined, { language, theme: 'light' });
            await editor.openNode(HOOK);
            const reported = (field: string): Promise<string> =>
                editor.page.locator(`#print-webhook-mistake-${field}`).filter({ hasText: /\S/ }).innerText();
            assert.equal(
                await reported('data'),
                t('mistake.at', { line: 2, column: 8, why: t('why.jsonSingleQuote') }),
            );
            // those of another tab of the dialog are there as well
            const url = await editor.page.locator('#print-webhook-mistake-url').textContent();
            const headers = await editor.page.locator('#print-webhook-mistake-headers').textContent();
            const plain = (field: string, why: string): string =>
                t('mistake.plain', { label: t(`label.${field}`), why });
            assert.equal(url, plain('url', t('why.urlSecret', { name: 'apiSecret' })));
            assert.equal(headers, plain('headers', t('why.headerOwn', { name: 'Content-Length' })));
            await editor.close();
        });
    }
});
