import assert from 'node:assert/strict';
import { testFields, testSecret, type FieldTable, type Subject } from '../editor/fields';
import { EditorFixture } from '../editor/fixture';

const PATH = 'Path: letters, digits, dots, hyphens and underscores between slashes, such as /print-to-stock';

const FIELDS: FieldTable = {
    name: { initially: '', good: 'for the monitor' },
    path: {
        initially: '/print-to-stock',
        good: '/shop/prints',
        bad: { '': PATH, '/my prints': PATH, '/a//b': PATH, '/a?b': PATH, [`/${'a'.repeat(100)}`]: PATH },
        fine: ['prints', '/prints/', `/${'a'.repeat(99)}`],
        variable: true,
    },
};

describe('the dialog of the service API', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let subject: Subject;

    before(async function () {
        fixture = await EditorFixture.open(this);
        subject = await fixture.subject('sync-api');
    });
    after(() => fixture?.close());
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    testFields(FIELDS, () => subject);
    testSecret('serviceToken', () => subject);
    testSecret('webhookSecret', () => subject);

    it('says at which address Bambuddy finds it', async () => {
        const dialog = await subject.open();
        await dialog.enter('path', '/my/shop/');
        assert.equal(
            await dialog.tray.locator('#sync-api-address').innerText(),
            "Bambuddy's webhook: /my/shop/webhooks/bambuddy after Node-RED's address.",
        );
        await dialog.cancel();
    });

    it('takes the only source, wants one, and keeps the one chosen of several', async () => {
        const { editor } = fixture!;
        const only = await editor.idOf('bambuddy-archive-in');
        assert.equal((await editor.propertiesOf(subject.id, ['source']))['source'], only);
        const second = await editor.drop('bambuddy-archive-in', { x: 300, y: 620 });
        const dialog = await subject.open();
        const select = dialog.tray.getByLabel('Source');
        assert.equal(await select.inputValue(), only);
        assert.deepEqual(await select.locator('option').allInnerTexts(), [
            'choose a source',
            'finished prints (Bambuddy to InvenTree)',
            'finished prints (Bambuddy to InvenTree)',
        ]);
        await select.selectOption('');
        await dialog.tray
            .getByText('Source: choose a node for finished prints, Evotor products or InvenTree stock')
            .waitFor();
        assert.equal(await select.getAttribute('aria-invalid'), 'true');
        await dialog.done();
        assert.deepEqual(await editor.propertiesOf(subject.id, ['source', 'valid', 'validationErrors']), {
            source: '',
            valid: false,
            validationErrors: ['Source: choose a node for finished prints, Evotor products or InvenTree stock'],
        });
        const again = await subject.open();
        await again.tray.getByLabel('Source').selectOption(second);
        assert.equal(
            await again.tray
                .getByText('Source: choose a node for finished prints, Evotor products or InvenTree stock')
                .isVisible(),
            false,
        );
        await again.done();
        assert.deepEqual(await editor.propertiesOf(subject.id, ['source', 'valid']), { source: second, valid: true });
        assert.equal((await editor.exported(subject.id))['source'], second);
    });
});
