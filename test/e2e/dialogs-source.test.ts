import assert from 'node:assert/strict';
import { anyNumber, testFields, wholeNumber, type FieldTable, type Subject } from '../editor/fields';
import { EXAMPLE, SECOND_STORE, EditorFixture } from '../editor/fixture';

const KEY_FIELDS = 'Match by first non-empty field: names of archive fields, separated by commas';

const FIELDS: FieldTable = {
    name: { initially: '', good: 'the farm' },
    sync: { initially: '_ADD_', good: EXAMPLE.store, bad: { _ADD_: 'Sync store: property value missing' } },
    startWith: { initially: 'now', good: 'all' },
    successOnly: { initially: true, good: false },
    samePart: { tab: 'Which Part', initially: 'file', good: 'fields' },
    keyFields: {
        tab: 'Which Part',
        with: { samePart: 'fields' },
        initially: 'content_hash,filename,print_name,name',
        good: 'print_name, name',
        bad: { '': KEY_FIELDS, 'name,,filename': KEY_FIELDS, 'print name': KEY_FIELDS },
        fine: ['name'],
    },
    platesApart: { tab: 'Which Part', initially: true, good: false },
    printers: { tab: 'Only these prints', initially: '', good: 'P1S left, 3' },
    projects: { tab: 'Only these prints', initially: '', good: 'Gridfinity, 12' },
    tags: { tab: 'Only these prints', initially: '', good: 'sell, gift' },
    outcomeDays: { tab: 'Outcome', initially: '7', good: '14', ...wholeNumber('Wait for', 1, 365) },
    unanswered: { tab: 'Outcome', initially: 'attention', good: 'good' },
    rejected: { tab: 'Outcome', initially: 'skip', good: 'stock' },
    rejectedStatus: {
        tab: 'Outcome',
        with: { rejected: 'stock' },
        initially: '65',
        good: '55',
        ...wholeNumber('Status of rejected prints', 1, 1000000),
    },
    failed: { tab: 'Outcome', initially: 'send', good: 'stock' },
    failedStatus: {
        tab: 'Outcome',
        with: { failed: 'stock' },
        initially: '50',
        good: '55',
        ...wholeNumber('Status of these prints', 1, 1000000),
    },
    doubles: { tab: 'Outcome', initially: 'hold', good: 'take' },
    // the last of its tab: it hides what stands below it
    outcome: { tab: 'Outcome', initially: 'wait', good: 'take' },
    interval: { tab: 'Timing', initially: '300', good: '600', ...anyNumber('Poll every', 0, 2000000) },
    pollOnDeploy: { tab: 'Timing', initially: true, good: false },
    live: { tab: 'Timing', initially: true, good: false },
    settle: { tab: 'Timing', initially: '5', good: '10', ...anyNumber('Wait after a print ends', 0, 3600) },
    window: { tab: 'Timing', initially: '4', good: '8', ...wholeNumber('Prints in parallel', 1, 32) },
    passAfter: {
        tab: 'Timing',
        initially: '60',
        good: '120',
        ...anyNumber('Give up if no node takes it after', 1, 2000000),
    },
    pageSize: { tab: 'Timing', initially: '50', good: '100', ...wholeNumber('Page size', 1, 500) },
};

describe('the dialog of finished prints', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let subject: Subject;

    before(async function () {
        fixture = await EditorFixture.open(this, undefined, SECOND_STORE);
        subject = await fixture.subject('bambuddy-archive-in');
    });
    after(() => fixture?.close());
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    testFields(FIELDS, () => subject);

    it('tells what its choices mean, and shows the list of fields only where it counts', async () => {
        const [source] = await fixture!.editor.idsOf('bambuddy-archive-in');
        const dialog = await fixture!.editor.openNode(source!);
        const start = dialog.tray.locator('#bambuddy-archive-in-start-hint');
        assert.match(await start.innerText(), /^Prints after the first deploy/);
        await dialog.enter('startWith', 'all');
        assert.match(await start.innerText(), /^Every print of the archive/);
        const keys = dialog.field('keyFields');
        assert.equal(await keys.isEditable(), false);
        await dialog.enter('samePart', 'fields');
        await dialog.enter('keyFields', 'name');
        await dialog.enter('samePart', 'name');
        assert.equal(await keys.isVisible(), false);
        await dialog.enter('samePart', 'file');
        assert.equal(await keys.inputValue(), 'content_hash,filename,print_name,name');
        await dialog.enter('samePart', 'fields');
        assert.equal(await keys.inputValue(), 'name', 'custom fields are forgotten on the way');
        await dialog.cancel();
    });

    it('shows which Part the newest print belongs to', async () => {
        const [source] = await fixture!.editor.idsOf('bambuddy-archive-in');
        const dialog = await fixture!.editor.openNode(source!);
        const line = dialog.tray.locator('#node-input-platesApart-line');
        await line.getByText(/BMB-[0-9a-f]{12}/).waitFor();
        const before = await line.innerText();
        await dialog.enter('samePart', 'name');
        await fixture!.editor.page.waitForFunction(
            `$('#node-input-platesApart-line').text() !== ${JSON.stringify(before)}`,
        );
        assert.match(await line.innerText(), /BMB-[0-9a-f]{12}/);
        await dialog.cancel();
    });
});
