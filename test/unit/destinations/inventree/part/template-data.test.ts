import assert from 'node:assert/strict';
import type { ParameterTemplate } from '../../../../../lib/clients/inventree/answers';
import { templateData } from '../../../../../lib/destinations/inventree/part/template-data';
import type { Measure } from '../../../../../lib/print/units';
import type { Print } from '../../../../../lib/print/print';
import { Fixture } from '../../../fixture';

const template = (more: Partial<ParameterTemplate> = {}): ParameterTemplate => ({
    pk: 1,
    name: 'T',
    units: '',
    checkbox: false,
    choices: '',
    unique: 0,
    ...more,
});
const millimetres = (value: number): Measure => ({ value, of: 'millimetres' });

describe('a value for a template', () => {
    const CASES: [value: Measure | string, of: Partial<ParameterTemplate>, data: string | null][] = [
        ['true', { checkbox: true }, 'True'],
        ['No', { checkbox: true }, 'False'],
        [{ value: 1, of: 'number' }, { checkbox: true }, 'True'],
        [{ value: 0, of: 'pieces' }, { checkbox: true }, 'False'],
        ['PLA', { checkbox: true }, null],
        ['pla', { choices: 'PETG, PLA' }, 'PLA'],
        ['Nylon', { choices: 'PETG, PLA' }, null],
        [millimetres(0.4), { choices: '0.2,0.4', units: 'mm' }, '0.4'],
        [millimetres(0.4), { choices: '0.20, 0.40' }, '0.40'],
        [millimetres(0.6), { choices: '0.2,0.4' }, null],
        ['PLA', { choices: ' , ' }, 'PLA'],
        [millimetres(0.4), { units: 'm' }, '0.0004'],
        [millimetres(0.4), { units: 'g' }, null],
    ];
    for (const [value, of, data] of CASES)
        it(`${JSON.stringify(value)} for ${JSON.stringify(of)} is ${String(data)}`, () => {
            assert.equal(templateData(value, template(of)), data);
        });
});

describe('parameters of templates with rules of their own', () => {
    let fixture: Fixture;
    beforeEach(async () => void (fixture = await Fixture.open({ apiVersion: 530 })));
    afterEach(() => fixture.close());

    const shown = (part: number): Record<string, string> => {
        const { state } = fixture.inventree;
        return Object.fromEntries(
            state.parametersOf(part).map(({ template: of, data }) => [state.templates.get(of)!.name, data]),
        );
    };
    const write = async (print: Print, parameters: { template: string; value: string }[]): Promise<number> =>
        (await fixture.part(print, { parameters })).pk;

    it('a checkbox and a choice are written as InvenTree keeps them, and stay ours', async () => {
        fixture.inventree.addTemplate({ name: 'Dry', checkbox: true });
        fixture.inventree.addTemplate({ name: 'Material', choices: 'PETG,PLA' });
        const print = await fixture.printed();
        const rows = (dry: string, material: string) => [
            { template: 'Dry', value: dry },
            { template: 'Material', value: material },
        ];
        const part = await write(print, rows('yes', 'pla'));
        assert.deepEqual(shown(part), { Dry: 'True', Material: 'PLA' });
        await write(print, rows('no', 'petg'));
        assert.deepEqual(shown(part), { Dry: 'False', Material: 'PETG' });
        assert.deepEqual(fixture.warnings, []);
    });

    it('a value out of the choices is skipped with one warning that names them; the others are written', async () => {
        fixture.inventree.addTemplate({ name: 'Material', choices: 'PETG,PLA' });
        fixture.inventree.addTemplate({ name: 'Note' });
        const rows = [
            { template: 'Material', value: 'Nylon' },
            { template: 'Note', value: 'x' },
        ];
        assert.deepEqual(shown(await write(await fixture.printed(), rows)), { Note: 'x' });
        assert.equal(fixture.warnings.length, 1);
        assert.match(fixture.warnings[0]!, /"Material" has the choices PETG,PLA, which does not fit "Nylon"/);
    });

    it('a value that another Part has of a unique template keeps none of the others back', async () => {
        fixture.inventree.addTemplate({ name: 'Serial', unique: 1 });
        fixture.inventree.addTemplate({ name: 'Note' });
        const rows = [
            { template: 'Serial', value: 'S1' },
            { template: 'Note', value: 'x' },
        ];
        assert.deepEqual(shown(await write(await fixture.printed(), rows)), { Serial: 'S1', Note: 'x' });
        const second = await fixture.printed({ name: 'Other', filename: 'other.3mf' });
        assert.deepEqual(shown(await write(second, rows)), { Note: 'x' });
        assert.match(fixture.warnings.join(), /"Serial" \(each value may be there once\) was refused/);
        const posts = fixture.inventree.count('POST', /parameter\/$/);
        await write(second, rows);
        assert.equal(fixture.inventree.count('POST', /parameter\/$/), posts);
    });
});
