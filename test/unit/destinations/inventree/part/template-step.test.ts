import assert from 'node:assert/strict';
import { type ParameterRow } from '../../../../../lib/destinations/inventree/part/parameter-step';
import { printMeasure, unitOfNew } from '../../../../../lib/destinations/inventree/part/print-measure';
import type { Print } from '../../../../../lib/print/print';
import { once, Fixture } from '../../../fixture';

const rowsOf = (print: Print): ParameterRow[] =>
    [
        ['Weight', 'weight'],
        ['PrintTime', 'time'],
    ].map(([template, field]) => ({
        template: template!,
        value: printMeasure(print, field!),
        units: unitOfNew(field!),
    }));

for (const apiVersion of [388, 479]) {
    describe(`parameter templates that are missing (API ${apiVersion})`, () => {
        let fixture: Fixture;
        beforeEach(async () => void (fixture = await Fixture.open({ apiVersion })));
        afterEach(() => fixture.close());

        const file = { filename: 'Bin.3mf', estimate: { seconds: 14820, grams: 148.3 } };
        const write = async (print: Print): Promise<number> =>
            (await fixture.part(print, { parameters: rowsOf(print), createTemplates: true })).pk;
        const made = (): string[] =>
            [...fixture.inventree.state.templates.values()].map(({ name, units }) => `${name} (${units})`);
        const shown = (part: number): string[] => fixture.inventree.state.parametersOf(part).map(({ data }) => data);
        const posts = (): number => fixture.inventree.count('POST', /parameter\/template\/$/);

        it('are made once, weight in grams and time readable, and then written', async () => {
            assert.deepEqual(shown(await write(await fixture.printed(file))), ['148.3', '4h 07m']);
            await write(await fixture.printed({ ...file, filename: 'b.3mf' }));
            assert.deepEqual(made(), ['Weight (g)', 'PrintTime ()']);
            assert.equal(posts(), 2);
        });

        it('are not made where they are there in another case', async () => {
            fixture.inventree.addTemplate({ name: 'weight', units: 'kg' });
            await write(await fixture.printed(file));
            assert.deepEqual(made(), ['weight (kg)', 'PrintTime ()']);
        });

        it('are made once although two prints come at once', async () => {
            const prints = [await fixture.printed(file), await fixture.printed({ ...file, filename: 'b.3mf' })];
            await Promise.all(prints.map(write));
            assert.equal(made().length, 2);
            assert.equal(posts(), 2);
        });

        it('are made once although the answer was lost', async () => {
            fixture.inventree.interfere = once('POST', /parameter\/template\/$/, { at: 'after', kind: 'reset' });
            assert.deepEqual(shown(await write(await fixture.printed(file))), ['148.3', '4h 07m']);
            assert.deepEqual(made(), ['Weight (g)', 'PrintTime ()']);
            assert.equal(posts(), 2);
        });

        it('that somebody made in between are taken', async () => {
            await fixture.sync.destination.template('Weight', fixture.signal);
            fixture.inventree.addTemplate({ name: 'Weight', units: 'mg' });
            const part = await write(await fixture.printed(file));
            assert.deepEqual(shown(part), ['148300', '4h 07m']);
        });

        it('that may not be made are told once, and the Part is made all the same', async () => {
            const refuse = { at: 'before', kind: 403, body: '{"detail":"no"}' } as const;
            fixture.inventree.interfere = once('POST', /parameter\/template\/$/, refuse, 100);
            const part = await write(await fixture.printed(file));
            await write(await fixture.printed({ ...file, filename: 'b.3mf' }));
            assert.deepEqual(shown(part), []);
            assert.equal(posts(), 2);
            assert.equal(fixture.warnings.length, 2, fixture.warnings.join('\n'));
            const before = fixture.inventree.requestCount;
            await write(await fixture.printed({ ...file, filename: 'c.3mf' }));
            const asked = fixture.inventree.requests.slice(-(fixture.inventree.requestCount - before));
            assert.ok(asked.every(({ url }) => !url.includes('template')));
        });
    });
}
