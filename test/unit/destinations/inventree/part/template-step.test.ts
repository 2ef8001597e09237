import assert from 'node:assert/strict';
import {
    printMeasure,
    unitOfNew,
    type ParameterRow,
} from '../../../../../lib/destinations/inventree/part/parameter-step';
import type { Print } from '../../../../../lib/print/print';
import { once, Workshop } from '../../../workshop';

const rowsOf = (print: Print): ParameterRow[] =>
    [
        ['Weight', 'weight'],
        ['PrintTime', 'time'],
    ].map(([template, field]) => ({
        template: template!,
        value: printMeasure(print, field!, false),
        units: unitOfNew(field!),
    }));

for (const apiVersion of [388, 479]) {
    describe(`parameter templates that are missing (API ${apiVersion})`, () => {
        let shop: Workshop;
        beforeEach(async () => void (shop = await Workshop.open({ apiVersion })));
        afterEach(() => shop.close());

        const file = { filename: 'Bin.3mf', estimate: { seconds: 14820, grams: 148.3 } };
        const write = async (print: Print): Promise<number> =>
            (await shop.part(print, { parameters: rowsOf(print), createTemplates: true })).pk;
        const made = (): string[] =>
            [...shop.inventree.state.templates.values()].map(({ name, units }) => `${name} (${units})`);
        const shown = (part: number): string[] => shop.inventree.state.parametersOf(part).map(({ data }) => data);
        const posts = (): number => shop.inventree.count('POST', /parameter\/template\/$/);

        it('are made once, weight in grams and time readable, and then written', async () => {
            assert.deepEqual(shown(await write(await shop.printed(file))), ['148.3', '4h 07m']);
            await write(await shop.printed({ ...file, filename: 'b.3mf' }));
            assert.deepEqual(made(), ['Weight (g)', 'PrintTime ()']);
            assert.equal(posts(), 2);
        });

        it('are not made where they are there in another case', async () => {
            shop.inventree.addTemplate({ name: 'weight', units: 'kg' });
            await write(await shop.printed(file));
            assert.deepEqual(made(), ['weight (kg)', 'PrintTime ()']);
        });

        it('are made once although two prints come at once', async () => {
            const prints = [await shop.printed(file), await shop.printed({ ...file, filename: 'b.3mf' })];
            await Promise.all(prints.map(write));
            assert.equal(made().length, 2);
            assert.equal(posts(), 2);
        });

        it('are made once although the answer was lost', async () => {
            shop.inventree.interfere = once('POST', /parameter\/template\/$/, { at: 'after', kind: 'reset' });
            assert.deepEqual(shown(await write(await shop.printed(file))), ['148.3', '4h 07m']);
            assert.deepEqual(made(), ['Weight (g)', 'PrintTime ()']);
            assert.equal(posts(), 2);
        });

        it('that somebody made in between are taken', async () => {
            await shop.sync.destination.template('Weight', shop.signal);
            shop.inventree.addTemplate({ name: 'Weight', units: 'mg' });
            const part = await write(await shop.printed(file));
            assert.deepEqual(shown(part), ['148300', '4h 07m']);
        });

        it('that may not be made are told once, and the Part is made all the same', async () => {
            const refuse = { at: 'before', kind: 403, body: '{"detail":"no"}' } as const;
            shop.inventree.interfere = once('POST', /parameter\/template\/$/, refuse, 100);
            const part = await write(await shop.printed(file));
            await write(await shop.printed({ ...file, filename: 'b.3mf' }));
            assert.deepEqual(shown(part), []);
            assert.equal(posts(), 2);
            assert.equal(shop.warnings.length, 2, shop.warnings.join('\n'));
            const before = shop.inventree.requestCount;
            await write(await shop.printed({ ...file, filename: 'c.3mf' }));
            const asked = shop.inventree.requests.slice(-(shop.inventree.requestCount - before));
            assert.ok(asked.every(({ url }) => !url.includes('template')));
        });
    });
}
