import assert from 'node:assert/strict';
import type { ParameterRow } from '../../../../../lib/destinations/inventree/part/parameter-step';
import { printMeasure } from '../../../../../lib/destinations/inventree/part/print-measure';
import { printOf, type Print } from '../../../../../lib/print/print';
import { FORCE, once, Fixture } from '../../../fixture';

const rowsOf = (print: Print): ParameterRow[] => [
    { template: 'Weight', value: printMeasure(print, 'weight'), ofPlate: true },
    { template: 'PrintTime', value: printMeasure(print, 'time'), ofPlate: true },
];

for (const apiVersion of [388, 425, 479]) {
    describe(`the parameters of a Part (API ${apiVersion})`, () => {
        let fixture: Fixture;
        beforeEach(async () => void (fixture = await Fixture.open({ apiVersion })));
        afterEach(async () => {
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });

        const file = { filename: 'Bin.3mf', estimate: { seconds: 14820, grams: 148.3 } };
        const write = async (print: Print, pass?: typeof FORCE, perPiece = false): Promise<number> => {
            const pieces = (): Promise<number | null> => Promise.resolve(perPiece ? print.quantity : null);
            return (await fixture.part(print, { parameters: rowsOf(print), pieces }, pass)).pk;
        };

        /** What a Part shows, by template name. */
        function shown(part: number): Record<string, string> {
            const { state } = fixture.inventree;
            return Object.fromEntries(
                state.parametersOf(part).map(({ template, data }) => [state.templates.get(template)!.name, data]),
            );
        }

        it('are written in the unit of their template', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'kg' });
            fixture.inventree.addTemplate({ name: 'PrintTime', units: 'h' });
            const part = await write(await fixture.printed(file));
            assert.deepEqual(shown(part), { Weight: '0.1483', PrintTime: '4.1167' });
        });

        it('are written readably where their template has no unit', async () => {
            fixture.inventree.addTemplate({ name: 'Weight' });
            fixture.inventree.addTemplate({ name: 'PrintTime' });
            assert.deepEqual(shown(await write(await fixture.printed(file))), { Weight: '148.3', PrintTime: '4h 07m' });
        });

        it('are written only where such a template is', async () => {
            fixture.inventree.addTemplate({ name: 'PrintTime' });
            assert.deepEqual(shown(await write(await fixture.printed(file))), { PrintTime: '4h 07m' });
            assert.deepEqual(fixture.warnings, []);
        });

        it('are skipped where there are no templates: the Part is created all the same', async () => {
            await write(await fixture.printed(file));
            assert.equal(fixture.inventree.state.parameters.size, 0);
            assert.equal(fixture.inventree.count('POST', /parameter/), 0);
        });

        it('whose template has a unit that does not fit are left out, with one warning', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'mm' });
            await write(await fixture.printed(file));
            await write(await fixture.printed({ ...file, filename: 'b.3mf' }));
            assert.equal(fixture.inventree.state.parameters.size, 0);
            assert.equal(fixture.warnings.length, 1);
        });

        it('of which a text is no number in a template with a unit are left out, with one warning', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            const row = (value: string): ParameterRow => ({ template: 'Weight', value });
            const write = async (filename: string, value: string): Promise<number> =>
                (await fixture.part(await fixture.printed({ filename }), { parameters: [row(value)] })).pk;
            assert.deepEqual(shown(await write('a.3mf', 'light')), {});
            assert.deepEqual(shown(await write('b.3mf', 'heavy')), {});
            assert.deepEqual(fixture.warnings, [
                'The parameter template "Weight" has the unit g, which does not fit "light": it is skipped',
            ]);
            assert.deepEqual(shown(await write('c.3mf', '12,5')), { Weight: '12.5' });
        });

        it('that are unknown are not written', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            const part = await write(await fixture.printed({ ...file, estimate: { seconds: 60, grams: null } }));
            assert.deepEqual(shown(part), {});
        });

        it('are per piece where the quantity is the plate’s count', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            const print = await fixture.printed({ ...file, quantity: 4, estimate: { seconds: 400, grams: 100 } });
            assert.deepEqual(shown(await write(print, undefined, true)), { Weight: '25' });
        });

        it('come from the estimate: the next run of the file costs no request of theirs', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            await write(await fixture.printed(file));
            const before = fixture.inventree.requestCount;
            await write(await fixture.printed({ ...file, grams: 200, seconds: 9999 }));
            const asked = fixture.inventree.requests
                .slice(before)
                .map(({ method, url }) => `${method} ${url.split('?')[0]}`);
            assert.deepEqual(
                asked.filter((each) => !/^GET \/api\/(part\/\d+|stock)\/$/.test(each)),
                [],
            );
        });

        it('follow a new estimate where the value is still the one we wrote', async () => {
            const weight = fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            const part = await write(await fixture.printed(file));
            await write(await fixture.printed({ ...file, estimate: { seconds: 60, grams: 150 } }));
            assert.deepEqual(shown(part), { Weight: '150' });
            fixture.inventree.person.setParameter(part, weight.pk, '149');
            await write(await fixture.printed({ ...file, estimate: { seconds: 60, grams: 160 } }));
            assert.deepEqual(shown(part), { Weight: '149' });
        });

        it('that a person changed stay, also in a forced pass and for good', async () => {
            const weight = fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            const print = await fixture.printed(file);
            const part = await write(print);
            fixture.inventree.person.setParameter(part, weight.pk, '99');
            await write(print, FORCE);
            assert.deepEqual(shown(part), { Weight: '99' });
            await write(await fixture.printed({ ...file, estimate: { seconds: 1, grams: 1 } }));
            assert.deepEqual(shown(part), { Weight: '99' });
        });

        it('that a person had set before us stay', async () => {
            const weight = fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            const time = fixture.inventree.addTemplate({ name: 'PrintTime' });
            const print = await fixture.printed(file);
            const part = fixture.inventree.addPart({ name: 'Mine', IPN: fixture.ipn(print) });
            fixture.inventree.person.setParameter(part.pk, weight.pk, '7');
            await write(print);
            assert.deepEqual(shown(part.pk), { Weight: '7', PrintTime: '4h 07m' });
            assert.equal(fixture.inventree.state.parameterOf(part.pk, time.pk)?.setByPerson.size, 0);
        });

        it('of a locked Part are refused, with a word about it, and stock goes on', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            fixture.inventree.addTemplate({ name: 'PrintTime' });
            const print = await fixture.printed(file);
            const mine = fixture.inventree.addPart({ name: 'Mine', IPN: fixture.ipn(print) });
            fixture.inventree.person.lock(mine.pk);
            const part = await write(print);
            assert.equal(part, mine.pk);
            assert.deepEqual(shown(part), {});
            assert.match(fixture.warnings[0]!, /Weight/);
            assert.equal((await fixture.stock(print, part))!.created, true);
        });

        it('where one of them is refused, the others are written', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', choices: 'light,heavy' });
            fixture.inventree.addTemplate({ name: 'PrintTime' });
            const part = await write(await fixture.printed(file));
            assert.deepEqual(shown(part), { PrintTime: '4h 07m' });
        });

        it('are written once although the answer was lost', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            fixture.inventree.addTemplate({ name: 'PrintTime' });
            fixture.inventree.interfere = once('POST', /parameter\/$/, { at: 'after', kind: 'reset' });
            const print = await fixture.printed(file);
            const part = await write(print);
            assert.deepEqual(shown(part), { Weight: '148.3', PrintTime: '4h 07m' });
            assert.deepEqual(fixture.ledger.part(print.identity)?.parameters, { Weight: '148.3', PrintTime: '4h 07m' });
        });

        it('go in as few requests as the server takes', async () => {
            fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            fixture.inventree.addTemplate({ name: 'PrintTime' });
            await write(await fixture.printed(file));
            assert.equal(fixture.inventree.count('POST', /parameter\/$/), apiVersion >= 410 ? 1 : 2);
        });
    });
}

describe('the parameters of a Part while InvenTree is updated', () => {
    for (const [before, after] of [
        [388, 479],
        [425, 600],
        [479, 425],
    ] as const)
        it(`are written in the words of the new version (${before} to ${after})`, async () => {
            const fixture = await Fixture.open({ apiVersion: before });
            const weight = fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
            const write = async (grams: number): Promise<number> => {
                const print = await fixture.printed({ filename: 'Bin.3mf', estimate: { seconds: 60, grams } });
                return (await fixture.part(print, { parameters: rowsOf(print) })).pk;
            };
            const part = await write(148.3);
            fixture.inventree.apiVersion = after;
            assert.equal(await write(150), part);
            assert.equal(fixture.inventree.state.parameterOf(part, weight.pk)?.data, '150');
            assert.equal(fixture.inventree.state.parameters.size, 1);
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });
});

describe('what a parameter can show', () => {
    it('is any field of the print; names of printers and projects too', async () => {
        const fixture = await Fixture.open();
        const printer = fixture.bambuddy.addPrinter({ name: 'Workshop', model: 'P1S' });
        const print = await fixture.printed({ printer: printer.id, estimate: { seconds: 60, grams: 5 }, grams: 6 });
        assert.deepEqual(printMeasure(print, 'actualWeight'), { value: 6, of: 'grams' });
        assert.equal(printMeasure(print, 'printer'), 'Workshop');
        assert.equal(printMeasure(print, 'printerModel'), 'P1S');
        assert.equal(printMeasure(print, 'project'), null);
        assert.equal(printMeasure(print, 'filamentType'), 'PLA');
        assert.deepEqual(printMeasure(print, 'layerHeight'), { value: 0.2, of: 'millimetres' });
        for (const field of ['nonsense', 'tags', 'archive', 'constructor', '__proto__'])
            assert.equal(printMeasure(print, field), null, field);
        await fixture.close();
    });

    it('is a figure with its dimension, of the print and of its archive', () => {
        const archive = {
            actual_time_seconds: 5400,
            filament_used_grams: 12.5,
            layer_height: 0.2,
            energy_kwh: 0.1,
            bed_temperature: 65,
            total_layers: 123,
            cost: 0.5,
            is_favorite: true,
            gcodeAnalysis: { estimatedPrintTime: 60, filament: { tool0: { length: 4000, volume: 9.6 } } },
            statistics: { averagePrintTime: { _default: 61.5 } },
        };
        const print = printOf({ batch: 'b-1', identity: 'x', archive });
        for (const [field, value, of] of [
            ['actual_time_seconds', 5400, 'seconds'],
            ['filament_used_grams', 12.5, 'grams'],
            ['layer_height', 0.2, 'millimetres'],
            ['energy_kwh', 0.1, 'kilowattHours'],
            ['bed_temperature', 65, 'celsius'],
            ['total_layers', 123, 'none'],
            ['cost', 0.5, 'none'],
            ['gcodeAnalysis.estimatedPrintTime', 60, 'seconds'],
            ['gcodeAnalysis.filament.tool0.length', 4000, 'millimetres'],
            ['gcodeAnalysis.filament.tool0.volume', 9.6, 'cubicCentimetres'],
            ['statistics.averagePrintTime._default', 61.5, 'seconds'],
        ] as const)
            assert.deepEqual(printMeasure(print, `archive.${field}`), { value, of }, field);
        assert.equal(printMeasure(print, 'archive.is_favorite'), 'true');
    });

    it('is nothing where a server writes 0 for a time or a weight that it does not know', () => {
        const print = printOf({ batch: 'b-1', identity: 'x', estimate: { seconds: 0, grams: 0 }, quantity: 0 });
        for (const field of ['time', 'weight', 'estimate.seconds']) assert.equal(printMeasure(print, field), null);
        assert.deepEqual(printMeasure(print, 'quantity'), { value: 0, of: 'pieces' });
    });
});
