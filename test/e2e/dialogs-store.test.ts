import assert from 'node:assert/strict';
import type { Dialog } from '../editor/editor';
import { testFields, type FieldTable, type Subject } from '../editor/fields';
import { EXAMPLE, SECOND_STORE, EditorFixture } from '../editor/fixture';

const [OTHER] = SECOND_STORE;

/** Of the example's store: what a new one shows is below. */
const FIELDS: FieldTable = {
    name: { initially: '', good: 'the workshop' },
    bambuddy: { initially: EXAMPLE.bambuddy, good: '_ADD_', saved: '' },
    inventree: {
        initially: EXAMPLE.inventree,
        good: OTHER!.id,
        bad: { _ADD_: 'InvenTree: property value missing' },
        fine: [EXAMPLE.inventree],
    },
    file: { initially: '', good: '/tmp/print-to-stock-other-ledger.json' },
};

describe('the dialog of a sync store', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let subject: Subject;
    let source: Dialog;

    before(async function () {
        fixture = await EditorFixture.open(this, undefined, SECOND_STORE);
        const { editor, nodeRed } = fixture;
        subject = {
            editor,
            nodeRed,
            id: EXAMPLE.store,
            open: async () => {
                await editor.leaveDialogs();
                source = await editor.openNode(await editor.idOf('bambuddy-archive-in'));
                return editor.openConfig('sync', 'edit');
            },
            leave: () => source.cancel(),
        };
    });
    after(() => fixture?.close());
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    testFields(FIELDS, () => subject);
});

describe('the dialog of a new sync store', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;

    before(async function () {
        fixture = await EditorFixture.open(this);
    });
    after(() => fixture?.close());
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    it('takes the only servers there are, and is called after them', async () => {
        const { editor } = fixture!;
        const source = await editor.openNode(await editor.idOf('bambuddy-archive-in'));
        await source.enter('sync', '_ADD_');
        const dialog = await editor.openConfig('sync', 'add');
        const { bambuddy, inventree } = await dialog.fields();
        assert.deepEqual([bambuddy, inventree], [EXAMPLE.bambuddy, EXAMPLE.inventree]);
        await dialog.done();
        const chosen = await source.field('sync').locator('option:checked').innerText();
        assert.match(chosen, /^Bambuddy 127\.0\.0\.1:\d+ → InvenTree 127\.0\.0\.1:\d+$/);
        await source.cancel();
    });
});
