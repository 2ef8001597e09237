import assert from 'node:assert/strict';
import { anyNumber, testFields, type FieldTable, type Subject } from '../editor/fields';
import { EXAMPLE, SECOND_STORE, EditorFixture } from '../editor/fixture';

const FIELDS: FieldTable = {
    name: { initially: '', good: 'only once' },
    sync: { initially: '_ADD_', good: EXAMPLE.store, bad: { _ADD_: 'Sync store: property value missing' } },
    overwrite: { initially: false, good: true },
};

const FILES: FieldTable = {
    attachFile: { initially: false, good: true },
    attachMost: {
        with: { attachFile: true },
        initially: '50',
        good: '120',
        ...anyNumber('Up to', 1, 2000),
    },
    attachPhoto: { initially: false, good: true },
    attachTimelapse: { initially: false, good: true },
    attachPage: { initially: false, good: true },
};

for (const [type, what, more] of [
    ['inventree-image-upload', 'part image', FILES],
    ['bambuddy-link-back', 'link back', {}],
] as const) {
    describe(`the dialog of ${what}`, function () {
        this.timeout(120_000);
        let fixture: EditorFixture | undefined;
        let subject: Subject;

        before(async function () {
            fixture = await EditorFixture.open(this, undefined, SECOND_STORE);
            subject = await fixture.subject(type);
        });
        after(() => fixture?.close());
        afterEach(() => assert.deepEqual(fixture?.editor.complaints.splice(0) ?? [], []));

        testFields({ ...FIELDS, ...more }, () => subject);
    });
}
