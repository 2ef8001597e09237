import assert from 'node:assert/strict';
import { testFields, type FieldTable, type Subject } from '../editor/fields';
import { EXAMPLE, SECOND_STORE, Workbench } from '../editor/workbench';

const FIELDS: FieldTable = {
    name: { initially: '', good: 'only once' },
    sync: { initially: '_ADD_', good: EXAMPLE.store, bad: { _ADD_: 'Sync store: property value missing' } },
    overwrite: { initially: false, good: true },
};

for (const [type, what] of [
    ['inventree-image-upload', 'part image'],
    ['bambuddy-link-back', 'link back'],
] as const) {
    describe(`the dialog of ${what}`, function () {
        this.timeout(120_000);
        let bench: Workbench | undefined;
        let subject: Subject;

        before(async function () {
            bench = await Workbench.open(this, undefined, SECOND_STORE);
            subject = await bench.subject(type);
        });
        after(() => bench?.close());
        afterEach(() => assert.deepEqual(bench?.editor.complaints.splice(0) ?? [], []));

        testFields(FIELDS, () => subject);
    });
}
