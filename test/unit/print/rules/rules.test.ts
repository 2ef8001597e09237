import assert from 'node:assert/strict';
import { printOf } from '../../../../lib/print/print';
import type { RuleField } from '../../../../lib/print/rules/rule-fields';
import { firstFit, fittingRows, type RuleCondition } from '../../../../lib/print/rules/rules';

const PRINT = printOf({
    batch: 'b-1',
    identity: 'x',
    name: 'Clip (large)',
    filename: 'Box.gcode.3mf',
    plate: 2,
    filamentType: 'PLA, PETG',
    filamentColor: '#FF0000FF,#00FF00FF',
    printer: { id: 3, name: 'P1S left', model: 'P1S' },
    project: { id: 7, name: 'Fair' },
    tags: ['shop', 'Größe M'],
});
const PART = { pk: 546, IPN: 'HOOK-1', name: 'Hook' };
const fits = (field: RuleField, match: string, part: typeof PART | null = PART): boolean =>
    firstFit([{ field, match }], PRINT, part) !== null;

describe('the condition of a rule', () => {
    const FITTING: [RuleField, string][] = [
        ['printer', 'p1s LEFT'],
        ['printer', '#3'],
        ['printer', 'X1C, P1S*'],
        ['model', 'P1S'],
        ['material', 'PETG'],
        ['material', 'PLA, PETG'],
        ['colour', '#ff0000'],
        ['colour', '#00FF00FF'],
        ['project', 'fair'],
        ['project', '#7'],
        ['tag', 'shop'],
        // composed and decomposed letters are the same
        ['tag', 'gro\u0308ße m'],
        ['name', 'Clip (*)'],
        ['name', '*'],
        ['file', 'Box.gcode.3mf'],
        ['file', 'box*#2'],
        ['status', 'completed'],
        ['part', 'hook'],
        ['part', 'HOOK-*'],
        ['part', '#546'],
    ];
    for (const [field, match] of FITTING)
        it(`${field} fits ${match}`, () => {
            assert.ok(fits(field, match));
        });

    const OTHERS: [RuleField, string][] = [
        ['printer', 'P1S'],
        ['printer', '#33'],
        ['material', 'PL'],
        ['colour', '#0000FF'],
        ['name', 'Clip .large.'],
        ['name', ', ,'],
        ['file', 'box*#1'],
        ['tag', 's'],
    ];
    for (const [field, match] of OTHERS)
        it(`${field} does not fit ${JSON.stringify(match)}`, () => {
            assert.equal(fits(field, match), false);
        });

    it('of something that is not known never fits, whatever the pattern', () => {
        const unknown = printOf({ batch: 'b-1', identity: 'x' });
        for (const field of ['printer', 'material', 'colour', 'project', 'tag', 'name', 'file', 'part'] as const)
            assert.equal(firstFit([{ field, match: '*' }], unknown, null), null, field);
    });

    it('with many wildcards is decided quickly for a text that does not fit', function () {
        this.timeout(1000);
        const long = printOf({ batch: 'b-1', identity: 'x', name: 'a'.repeat(200) });
        assert.equal(firstFit([{ field: 'name', match: '**********a*b' }], long, null), null);
    });
});

describe('a table of rules', () => {
    const rules: (RuleCondition & { to: string })[] = [
        { field: 'printer', match: 'X1C', to: 'a' },
        { field: 'material', match: 'PLA', to: '' },
        { field: 'tag', match: 'shop', to: 'c' },
    ];

    it('goes by the first rule that fits', () => {
        assert.equal(firstFit(rules, PRINT, null)?.row, 2);
    });

    it('leaves out rules that say nothing of what is asked for', () => {
        assert.equal(firstFit(rules, PRINT, null, ({ to }) => to !== '')?.rule.to, 'c');
    });

    it('tells all the rows that fit', () => {
        assert.deepEqual(fittingRows(rules, PRINT, null), [2, 3]);
    });
});
