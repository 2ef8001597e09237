import assert from 'node:assert/strict';
import { printOf } from '../../../../lib/print/print';
import {
    quantityNote,
    quantityOf,
    type QuantityAnswers,
    type QuantityRules,
} from '../../../../lib/print/rules/quantity';

const PRINT = printOf({ batch: 'b-1', identity: 'x', source: 'bambuddy', name: 'Clip', quantity: 4 });
const NO_RULES: QuantityRules = { pieces: [], piecesParameter: '', packSize: null };
const RULES: QuantityRules = {
    pieces: [{ field: 'name', match: 'Clip', pieces: 6 }],
    piecesParameter: 'Pieces',
    packSize: null,
};
const ALL: QuantityAnswers = {
    message: () => Promise.resolve(9),
    parameter: () => Promise.resolve('7'),
    print: () => Promise.resolve(4),
    fixed: () => Promise.resolve(2),
};
const none = (): Promise<null> => Promise.resolve(null);

describe('the quantity of a print', () => {
    const ORDER: [Partial<QuantityAnswers>, Partial<QuantityRules>, number, string][] = [
        [{}, {}, 9, 'message'],
        [{ message: none }, {}, 6, 'table'],
        [{ message: none }, { pieces: [] }, 7, 'parameter'],
        [{ message: none, parameter: none }, { pieces: [] }, 4, 'print'],
        [{ message: none, parameter: none, print: none }, { pieces: [] }, 2, 'fixed'],
    ];
    for (const [answers, rules, value, origin] of ORDER)
        it(`is ${value} by ${origin} where nothing before it has a number`, async () => {
            const found = await quantityOf({ ...RULES, ...rules }, PRINT, null, { ...ALL, ...answers });
            assert.deepEqual([found.value, found.origin], [value, origin]);
        });

    it('is what a person counted, whatever else has a number', async () => {
        const found = await quantityOf({ ...RULES, packSize: null }, { ...PRINT, pieces: 5 }, null, ALL);
        assert.deepEqual([found.value, found.origin], [5, 'person']);
        assert.equal(quantityNote(found, null, PRINT), 'Quantity: 5 (counted by a person)');
    });

    it('asks for nothing that does not count', async () => {
        const asked: string[] = [];
        const answers = Object.fromEntries(
            Object.entries(ALL).map(([name, answer]) => [
                name,
                async (template: string) => {
                    asked.push(name);
                    return name === 'message' ? null : (answer as (of: string) => Promise<unknown>)(template);
                },
            ]),
        ) as unknown as QuantityAnswers;
        await quantityOf(RULES, PRINT, null, answers);
        assert.deepEqual(asked, ['message']);
        asked.length = 0;
        await quantityOf(NO_RULES, PRINT, null, answers);
        assert.deepEqual(asked, ['message', 'print']);
    });

    for (const data of ['', '0', '-3', 'six', '1e12'])
        it(`leaves out a parameter of the Part that is ${JSON.stringify(data)}`, async () => {
            const answers = { ...ALL, message: none, parameter: () => Promise.resolve(data) };
            assert.equal((await quantityOf({ ...RULES, pieces: [] }, PRINT, null, answers)).origin, 'print');
        });

    it('is in packs, with as many decimals as InvenTree keeps', async () => {
        const inPacks = (packSize: number) =>
            quantityOf({ ...NO_RULES, packSize }, PRINT, null, { ...ALL, message: none });
        assert.deepEqual((await inPacks(2)).value, 2);
        assert.deepEqual((await inPacks(3)).value, 1.33333);
        await assert.rejects(inPacks(1e9), RangeError);
    });

    it('is told in the notes with where it comes from', async () => {
        const note = async (answers: Partial<QuantityAnswers>, rules: Partial<QuantityRules> = {}): Promise<string> => {
            const all = { ...RULES, ...rules };
            return quantityNote(await quantityOf(all, PRINT, null, { ...ALL, ...answers }), all.packSize, PRINT);
        };
        assert.equal(await note({}), 'Quantity: 9 (from the message)');
        assert.equal(await note({ message: none }), 'Quantity: 6 (by rule 1 of the table)');
        assert.equal(
            await note({ message: none }, { pieces: [], packSize: 3.5 }),
            'Quantity: 2 (7 pieces in packs of 3.5; by the parameter Pieces of the Part)',
        );
        assert.equal(await note({ message: none, parameter: none }, { pieces: [] }), "Quantity: 4 (Bambuddy's count)");
    });
});
