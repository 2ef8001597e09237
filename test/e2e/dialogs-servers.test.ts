import assert from 'node:assert/strict';
import type { Dialog } from '../editor/editor';
import { EditorFixture } from '../editor/fixture';

const SERVERS = [
    { property: 'bambuddy', secret: 'apiKey', well: ['Bambuddy', 'The key may write the link back'] },
    {
        property: 'inventree',
        secret: 'token',
        well: ['InvenTree', 'The user may view, add and change Parts and stock'],
    },
] as const;

describe('the test buttons of the server dialogs', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let source: Dialog;
    let store: Dialog;

    before(async function () {
        fixture = await EditorFixture.open(this);
        source = await fixture.editor.openNode(await fixture.editor.idOf('bambuddy-archive-in'));
        store = await fixture.editor.openConfig('sync', 'edit');
    });
    after(async () => {
        await store?.cancel();
        await source?.cancel();
        await fixture?.close();
    });
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    for (const { property, secret, well } of SERVERS) {
        describe(property, () => {
            let dialog: Dialog;
            beforeEach(async () => {
                dialog = await fixture!.editor.openConfig(property, 'edit');
            });
            afterEach(() => dialog.cancel());

            it('tells who answers and what the stored secret may do', async () => {
                const result = await tested(dialog);
                for (const text of well) assert.ok(result.includes(text), result);
                assert.equal((await dialog.fields())[secret], '__PWRD__');
            });

            it('says that a wrong secret is wrong', async () => {
                await dialog.fill(secret, 'bb_wrong-and-long-enough');
                const result = await tested(dialog);
                assert.match(result, /rejects the (API key|token)/);
                assert.ok(!result.includes('bb_wrong-and-long-enough'), result);
            });

            it('says that nothing listens where the server is down', async () => {
                await dialog.fill('url', 'http://127.0.0.1:9');
                await dialog.fill(secret, 'bb_some-secret-of-mine');
                assert.match(await tested(dialog), /Connection refused by 127\.0\.0\.1:9/);
            });

            it('sends no stored secret to another address', async () => {
                await dialog.fill('url', 'http://127.0.0.1:9');
                assert.match(await tested(dialog), /Enter the (API key|token) again/);
            });
        });
    }

    it('can be cancelled, and forgets the answer', async () => {
        const dialog = await fixture!.editor.openConfig('bambuddy', 'edit');
        await fixture!.editor.page.route('**/print-to-stock/test/bambuddy', () => undefined);
        await dialog.tray.getByRole('button', { name: 'Test connection' }).click();
        assert.ok(await dialog.tray.getByRole('button', { name: 'Test connection' }).isDisabled());
        await dialog.tray.getByRole('button', { name: 'Cancel', exact: true }).last().click();
        await dialog.tray.getByText('Cancelled.').waitFor();
        assert.ok(await dialog.tray.getByRole('button', { name: 'Test connection' }).isEnabled());
        await fixture!.editor.page.unroute('**/print-to-stock/test/bambuddy');
        await dialog.cancel();
        // the browser tells of a request that was given up
        fixture!.editor.complaints.splice(0);
    });
});

async function tested(dialog: Dialog): Promise<string> {
    const button = dialog.tray.getByRole('button', { name: 'Test connection' });
    await button.click();
    await dialog.tray.locator('.print-to-stock-result .print-to-stock-verdict').first().waitFor();
    assert.ok(await button.isEnabled());
    return dialog.tray.locator('.print-to-stock-result').innerText();
}
