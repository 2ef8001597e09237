import assert from 'node:assert/strict';
import { anyNumber, testFields, testSecret, wholeNumber, type FieldTable, type Subject } from '../editor/fields';
import { EXAMPLE, SECOND_STORE, EditorFixture } from '../editor/fixture';
import type { FlowNode } from '../harness/node-red';

const SERVERS = ['ca11000000000011', 'ca11000000000012'];

/** Two printers, both in use and away. */
const PRINTERS: FlowNode[] = SERVERS.flatMap((server, index) => [
    { id: server, type: 'octoprint-server', name: `printer ${index}`, url: 'http://127.0.0.1:9', prefix: `o${index}` },
    {
        id: `ca1100000000002${index}`,
        type: 'octoprint-event-in',
        z: EXAMPLE.flow,
        name: `events ${index}`,
        server,
        sync: '',
        live: false,
        x: 400,
        y: 640 + index * 40,
        wires: [[], [], []],
    },
]);

const EVENTS = "Other events: names of OctoPrint's events, separated by commas";
const PATH = 'Path: letters, digits, dots, hyphens and underscores between slashes, such as /octoprint';
const WAYS = 'Transport';
const PRINTS = 'Finished prints';

const amount = (label: string): { bad: Record<string, string>; fine: string[]; variable: true } => {
    const why = `${label} must be a number above 0, or empty`;
    return { bad: { thick: why, '0': why, '-1': why }, fine: ['', '0.4'], variable: true };
};

const FIELDS: FieldTable = {
    name: { initially: '', good: 'MK3 in the cellar' },
    server: { initially: '_ADD_', good: SERVERS[1]!, bad: { _ADD_: 'OctoPrint: property value missing' } },
    sync: { initially: '_ADD_', good: EXAMPLE.store },
    progressEvery: { tab: 'Events', initially: '10', good: '25', ...wholeNumber('Progress every', 1, 50) },
    events: {
        tab: 'Events',
        initially: '',
        good: 'Connected, ZChange',
        bad: { 'Connected,,ZChange': EVENTS, 'Z Change': EVENTS, 'Z-Change': EVENTS },
        fine: ['', 'plugin_firmware_check_warning'],
    },
    live: { tab: WAYS, initially: true, good: false },
    webhook: { tab: WAYS, initially: false, good: true },
    path: {
        tab: WAYS,
        with: { webhook: true },
        initially: '/octoprint',
        good: '/hooks/mk3',
        bad: { '': PATH, 'my printer': PATH, '/a//b': PATH, '/a?b=c': PATH },
        fine: ['mk3', '/mk3/'],
        variable: true,
    },
    startWith: { tab: PRINTS, initially: 'now', good: 'all' },
    samePart: { tab: PRINTS, initially: 'file', good: 'name' },
    picture: { tab: PRINTS, initially: true, good: false },
    diameter: { tab: PRINTS, initially: '', good: '1.75', ...amount('Filament diameter') },
    density: { tab: PRINTS, initially: '', good: '1.24', ...amount('Density') },
    interval: { tab: PRINTS, initially: '300', good: '600', ...anyNumber('Poll every', 0, 2000000) },
    window: { tab: PRINTS, initially: '4', good: '8', ...wholeNumber('Prints in parallel', 1, 32) },
    passAfter: {
        tab: PRINTS,
        initially: '60',
        good: '120',
        ...anyNumber('Give up if no node takes it after', 1, 2000000),
    },
};

describe('the dialog of OctoPrint events', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let subject: Subject;

    before(async function () {
        fixture = await EditorFixture.open(this, undefined, [...SECOND_STORE, ...PRINTERS]);
        subject = await fixture.subject('octoprint-event-in');
    });
    after(() => fixture?.close());
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    it('tells at first of everything but the progress, and saves what is ticked', async () => {
        const { editor, id } = subject;
        const ticked = ['started', 'done', 'failed', 'paused', 'resumed', 'userAction', 'error'];
        const topics = async (): Promise<unknown> => (await editor.exported(id))['topics'];
        assert.deepEqual(await topics(), ticked);
        const dialog = await subject.open();
        for (const box of await dialog.tray.locator('#octoprint-event-in-topics input').all())
            assert.equal(await box.isChecked(), ticked.includes((await box.getAttribute('value')) ?? ''));
        await dialog.tray.getByLabel('Print Started').uncheck();
        await dialog.tray.getByLabel('Print Progress').check();
        await dialog.done();
        const wanted = [...ticked.slice(1), 'progress'];
        assert.deepEqual(await topics(), wanted);
        const again = await subject.open();
        assert.equal(await again.tray.getByLabel('Print Started').isChecked(), false);
        assert.equal(await again.tray.getByLabel('Print Progress').isChecked(), true);
        for (const topic of wanted) await again.tray.locator(`input[value="${topic}"]`).uncheck();
        await again.done();
        assert.deepEqual(await topics(), []);
    });

    it('asks for a path only where webhooks are taken', async () => {
        const dialog = await subject.open();
        await dialog.tab(WAYS);
        assert.equal(await dialog.field('path').isVisible(), false);
        await dialog.enter('webhook', true);
        await dialog.enter('path', 'my printer');
        assert.ok(await dialog.isMarked('path'));
        await dialog.enter('webhook', false);
        assert.equal(await dialog.isMarked('path'), false);
        await dialog.cancel();
    });

    testFields(FIELDS, () => subject);
    testSecret('apiSecret', () => subject, { webhook: true }, WAYS);
});
