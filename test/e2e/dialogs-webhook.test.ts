import assert from 'node:assert/strict';
import {
    address,
    anyNumber,
    testFields,
    testSecret,
    wholeNumber,
    type FieldTable,
    type Subject,
} from '../editor/fields';
import { EXAMPLE, SECOND_STORE, EditorFixture } from '../editor/fixture';

const OAUTH = { tab: 'OAuth', with: { oauth: true } };

const withText = (field: ReturnType<typeof address>, missing: string): ReturnType<typeof address> => ({
    ...field,
    bad: { '': missing, ...field.bad },
});

const FIELDS: FieldTable = {
    url: {
        initially: '',
        good: 'http://someone:word@127.0.0.1:9/hook?topic=@topic',
        ...withText(address('URL', 'https://chat.example/hooks/prints'), 'Enter the URL'),
    },
    name: { initially: '', good: 'the chat' },
    method: { tab: 'Request', initially: 'POST', good: 'PUT' },
    contentType: { tab: 'Request', initially: 'json', good: 'form' },
    deviceIdentifier: { tab: 'Request', initially: '', good: 'P1S left' },
    oldRules: { tab: 'Request', initially: false, good: true },
    snapshotUrl: {
        tab: 'Sending',
        initially: '',
        good: 'http://octopi.local/webcam/?action=snapshot',
        ...address('Snapshot URL', 'http://octopi.local/webcam/?action=snapshot'),
        fine: [''],
    },
    sync: { tab: 'Sending', initially: '_ADD_', good: EXAMPLE.store },
    cooldown: { tab: 'Sending', initially: '0', good: '2.5', ...anyNumber('Cooldown', 0, 86400) },
    timeout: { tab: 'Sending', initially: '30', good: '12.5', ...anyNumber('Timeout', 1, 600) },
    keepTrying: { tab: 'Sending', initially: '24', good: '0.5', ...anyNumber('Keep retrying', 0, 720) },
    queue: { tab: 'Sending', initially: '1000', good: '50', ...wholeNumber('Queue', 1, 100000) },
    again: { tab: 'Sending', initially: true, good: false },
    insecure: { tab: 'Sending', initially: false, good: true },
    oauth: { tab: 'OAuth', initially: false, good: true },
    oauthUrl: {
        ...OAUTH,
        initially: '',
        good: 'https://login.example/token',
        ...withText(address('Token URL', 'https://login.example/token'), 'Enter the URL'),
    },
    oauthMethod: { ...OAUTH, initially: 'POST', good: 'GET' },
    oauthContentType: { ...OAUTH, initially: 'json', good: 'form' },
};

/** The editors for JSON: the page each is on, what it is called, and what is said of a wrong text. */
const EDITORS = {
    data: { tab: 'Request', label: 'Data' },
    headers: { tab: 'Request', label: 'Headers' },
    oauthData: { tab: 'OAuth', label: 'Data' },
    oauthHeaders: { tab: 'OAuth', label: 'Headers' },
};

describe('the dialog of the webhook', function () {
    this.timeout(120_000);
    let fixture: EditorFixture | undefined;
    let subject: Subject;

    before(async function () {
        fixture = await EditorFixture.open(this, undefined, SECOND_STORE);
        subject = await fixture.subject('print-webhook');
    });
    after(() => fixture?.close());
    afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

    testFields(FIELDS, () => subject);
    testSecret('apiSecret', () => subject);
    testSecret('oauthSecret', () => subject, { oauth: true }, 'OAuth');

    it('marks no token URL where no token is asked for', async () => {
        const dialog = await subject.open();
        await dialog.tab('OAuth');
        await dialog.enter('oauth', true);
        await dialog.enter('oauthUrl', '');
        assert.ok(await dialog.isMarked('oauthUrl'));
        await dialog.enter('oauth', false);
        assert.equal(await dialog.isMarked('oauthUrl'), false);
        assert.equal(await dialog.field('oauthUrl').isVisible(), false);
        await dialog.cancel();
    });

    for (const [property, { tab, label }] of Object.entries(EDITORS)) {
        it(`keeps the text of ${property}, and says so when it is not a JSON object`, async () => {
            const { editor, id } = subject;
            const text = `{\n  "of": "${property} @topic"\n}`;
            const place = `$('#print-webhook-editor-${property}').data('editor')`;
            for (const [entered, errors] of [
                ['{ "of": }', [`${label} must be a JSON object`]],
                ['["of"]', [`${label} must be a JSON object`]],
                [text, []],
            ] as const) {
                const dialog = await subject.open();
                await dialog.tab(tab);
                await editor.page.evaluate(`${place}.setValue(${JSON.stringify(entered)})`);
                if (errors.length > 0)
                    await dialog.tray.locator(`#print-webhook-mistake-${property}`).filter({ hasText: /\S/ }).waitFor();
                // Node-RED's code editor goes on looking at a new text, and throws where that is gone before it is done
                await editor.page.waitForTimeout(1000);
                await dialog.done();
                const { [property]: saved, validationErrors } = await editor.propertiesOf(id, [
                    property,
                    'validationErrors',
                ]);
                assert.deepEqual([saved, validationErrors], [entered, errors]);
            }
            assert.equal((await editor.exported(id))[property], text);
            const again = await subject.open();
            assert.equal(await editor.page.evaluate(`${place}.getValue()`), text);
            await again.cancel();
        });
    }
});
