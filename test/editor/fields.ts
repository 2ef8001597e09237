import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeRed } from '../harness/node-red';
import type { Dialog, Editor, FieldValue } from './editor';

/** A setting as a person meets it in a dialog. */
export interface Field {
    /** the tab it stands on; none: it is always there */
    tab?: string;
    /** what has to be entered before it can be */
    with?: Record<string, FieldValue>;
    /** what the dialog of a new node shows */
    initially: FieldValue;
    /** something else that is entered, saved and shown again */
    good: FieldValue;
    /** how that is saved, where it is not as it was entered */
    saved?: FieldValue;
    /** what is refused → the reason it gives */
    bad?: Record<string, string>;
    /** what is taken, at the edge */
    fine?: string[];
    /** a variable of the environment may stand in it */
    variable?: boolean;
}

export type FieldTable = Record<string, Field>;

/** A node whose dialog is looked at. */
export interface Subject {
    editor: Editor;
    nodeRed: NodeRed;
    id: string;
    open: () => Promise<Dialog>;
    /** where other dialogs lie below it: leaves those */
    leave?: () => Promise<void>;
}

const VARIABLE = '${PRINT_TO_STOCK_TEST}';
/** What the editor shows in the place of a secret. */
const MASK = '__PWRD__';

type Range = Required<Pick<Field, 'bad' | 'fine' | 'variable'>>;

/** What a field for a whole number takes and refuses. */
export function wholeNumber(label: string, min: number, max: number): Range {
    return range(`${label} must be a whole number from ${min} to ${max}`, min, max, ['2.5']);
}

/** The same of any number. */
export function anyNumber(label: string, min: number, max: number): Range {
    return range(`${label} must be a number from ${min} to ${max}`, min, max, []);
}

function range(why: string, min: number, max: number, more: string[]): Range {
    const wrong = ['', 'many', ...more, String(min - 1), String(max + 1)];
    return {
        bad: Object.fromEntries(wrong.map((value) => [value, why])),
        fine: [String(min), String(max)],
        variable: true,
    };
}

/** What a field for an address refuses. */
export function address(label: string, example: string): Pick<Field, 'bad' | 'variable'> {
    return {
        bad: {
            'chat.example': `${label} is not a URL such as ${example}`,
            'ftp://chat.example': `${label} must begin with http:// or https://`,
        },
        variable: true,
    };
}

/** Tests of every field of a table: its default, what it refuses and why, what it saves. */
export function testFields(table: FieldTable, subject: () => Subject): void {
    const entries = Object.entries(table);
    const names = Object.keys(table);
    const shown = async (dialog: Dialog): Promise<Record<string, FieldValue>> => pick(await dialog.fields(), names);
    const enter = async (dialog: Dialog, property: string, value: FieldValue): Promise<void> => {
        const { tab, with: before = {} } = table[property]!;
        for (const [other, needed] of Object.entries(before)) await enter(dialog, other, needed);
        if (tab !== undefined) await dialog.tab(tab);
        await dialog.enter(property, value);
    };
    const open = async (): Promise<Dialog> => subject().open();
    const close = async (dialog: Dialog, how: 'done' | 'cancel'): Promise<void> => {
        await dialog[how]();
        await subject().leave?.();
    };

    it('shows in a new node what is usual', async () => {
        const dialog = await open();
        const usual = Object.fromEntries(entries.map(([property, { initially }]) => [property, initially]));
        assert.deepEqual(await shown(dialog), usual);
        for (const [name, { bad = {}, initially, with: before = {} }] of entries) {
            const isJudged = Object.entries(before).every(([other, needed]) => usual[other] === needed);
            assert.equal(await dialog.isMarked(name), isJudged && String(initially) in bad, `${name} is marked`);
        }
        await close(dialog, 'cancel');
    });

    for (const [property, { bad, good, fine = [] }] of entries.filter(([, field]) => field.bad !== undefined)) {
        it(`marks a wrong ${property} and says why, and takes a right one`, async () => {
            const dialog = await open();
            for (const [value, why] of Object.entries(bad!)) {
                await enter(dialog, property, value);
                assert.ok(await dialog.isMarked(property), `"${value}" is not marked`);
                assert.equal(await dialog.reason(property), why, `"${value}"`);
            }
            for (const value of [...fine, good]) {
                await enter(dialog, property, value);
                assert.equal(await dialog.isMarked(property), false, `"${String(value)}" is marked`);
            }
            await enter(dialog, property, Object.keys(bad!)[0]!);
            await close(dialog, 'done');
            // a wrong value is kept, so that it can be mended, and the node says what is wrong with it
            const { valid, validationErrors } = await subject().editor.propertiesOf(subject().id, [
                'valid',
                'validationErrors',
            ]);
            assert.equal(valid, false);
            assert.deepEqual(validationErrors, [Object.values(bad!)[0]!]);
            const again = await open();
            assert.ok(await again.isMarked(property), 'not marked when it is opened again');
            await enter(again, property, good);
            await close(again, 'done');
        });
    }

    const variables = names.filter((name) => table[name]!.variable === true);
    if (variables.length > 0)
        it(`takes a variable of the environment as ${variables.join(', ')}`, async () => {
            const dialog = await open();
            for (const name of variables) {
                await enter(dialog, name, VARIABLE);
                assert.equal(await dialog.isMarked(name), false, `${name} is marked`);
            }
            await close(dialog, 'done');
            const wanted = Object.fromEntries(variables.map((name) => [name, VARIABLE]));
            assert.deepEqual(pick(await subject().editor.exported(subject().id), variables), wanted);
            const again = await open();
            assert.deepEqual(pick(await again.fields(), variables), wanted);
            await close(again, 'cancel');
        });

    it('saves what is entered, shows it again, and deploys it', async () => {
        const { editor, nodeRed, id } = subject();
        const dialog = await open();
        const entered: Record<string, FieldValue> = {};
        const wanted: Record<string, FieldValue> = {};
        for (const [property, { good, initially, saved = good }] of entries) {
            assert.notEqual(good, initially, `${property}: what is there before proves nothing`);
            await enter(dialog, property, good);
            entered[property] = good;
            wanted[property] = saved;
        }
        await close(dialog, 'done');
        assert.deepEqual(await editor.propertiesOf(id, [...names, 'valid']), { ...wanted, valid: true });
        assert.deepEqual(pick(await editor.exported(id), names), wanted);
        const again = await open();
        assert.deepEqual(await shown(again), entered);
        await close(again, 'cancel');
        await editor.deploy();
        assert.deepEqual(pick(await deployed(nodeRed, id), names), wanted);
    });
}

/** Tests that a secret is kept and never shown again. @param tab where its field is */
export function testSecret(
    property: string,
    subject: () => Subject,
    before: Record<string, FieldValue> = {},
    tab?: string,
): void {
    const secret = `s3cret-of-${property}`;
    const open = async (): Promise<Dialog> => {
        const dialog = await subject().open();
        if (tab !== undefined) await dialog.tab(tab);
        for (const [other, value] of Object.entries(before)) await dialog.enter(other, value);
        return dialog;
    };
    const save = async (dialog: Dialog): Promise<void> => {
        await dialog.done();
        await subject().leave?.();
        await subject().editor.deploy();
    };
    const has = async (): Promise<unknown> => {
        const { nodeRed, id } = subject();
        const { type } = await deployed(nodeRed, id);
        const kept = await nodeRed.get<Record<string, unknown>>(`/credentials/${String(type)}/${id}`);
        assert.ok(!JSON.stringify(kept).includes(secret));
        return kept[`has_${property}`];
    };

    it(`keeps ${property} apart and shows a mask`, async () => {
        const { editor, nodeRed, id } = subject();
        const dialog = await open();
        assert.equal(await dialog.field(property).getAttribute('type'), 'password');
        await dialog.enter(property, secret);
        await save(dialog);
        assert.equal(await has(), true);
        const again = await open();
        assert.equal((await again.fields())[property], MASK);
        await again.enter('name', `masked ${property}`);
        await save(again);
        assert.equal(await has(), true, 'lost by saving the mask');
        for (const text of [
            JSON.stringify(await editor.exported(id)),
            JSON.stringify(await nodeRed.get('/flows')),
            readFileSync(join(nodeRed.userDir, 'flows.json'), 'utf8'),
            nodeRed.log.join('\n'),
        ])
            assert.ok(!text.includes(secret), text);
    });

    it(`forgets ${property} when it is emptied`, async () => {
        const dialog = await open();
        await dialog.enter(property, '');
        await save(dialog);
        assert.equal(await has(), false);
        const again = await open();
        assert.equal((await again.fields())[property], '');
        await again.cancel();
        await subject().leave?.();
    });
}

async function deployed(nodeRed: NodeRed, id: string): Promise<Record<string, unknown>> {
    const flows = await nodeRed.get<Record<string, unknown>[]>('/flows');
    const found = flows.find((node) => node['id'] === id);
    assert.ok(found !== undefined, `${id} is not deployed`);
    return found;
}

function pick<T>(from: Record<string, T>, names: readonly string[]): Record<string, T> {
    return Object.fromEntries(names.map((name) => [name, from[name]!]));
}
