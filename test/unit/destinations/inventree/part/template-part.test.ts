import assert from 'node:assert/strict';
import type { Print } from '../../../../../lib/print/print';
import type { Variants } from '../../../../../lib/print/rules/variants';
import { SEND_AGAIN } from '../../../../../lib/delivery/retry/unknown-outcome';
import { Fixture, once } from '../../../fixture';

for (const apiVersion of [388, 479]) {
    describe(`new Parts as variants (API ${apiVersion})`, () => {
        let fixture: Fixture;
        const asShipped = { ...SEND_AGAIN };
        beforeEach(async () => {
            fixture = await Fixture.open({ apiVersion });
            Object.assign(SEND_AGAIN, { unanswered: 100, answered: 50 });
        });
        afterEach(async () => {
            Object.assign(SEND_AGAIN, asShipped);
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });

        const part = async (
            print: Print,
            variants: Variants,
            parameters = [] as { template: string; value: string }[],
        ) => (await fixture.part(print, { variants, parameters })).pk;
        const plate = (n: number): Promise<Print> =>
            fixture.printed({ name: 'Box', filename: 'Box.3mf', plates: 2, plate: n });
        /** name, what it is a variant of by name, whether it is a template */
        const shown = (): string[] => {
            const { parts } = fixture.inventree.state;
            return [...parts.values()].map(({ name, variant_of, is_template }) => {
                const of = variant_of === null ? '' : ` of ${parts.get(variant_of)!.name}`;
                return `${name}${of}${is_template ? ' (template)' : ''}`;
            });
        };

        it('plates of one file have one template, made once', async () => {
            await part(await plate(1), 'plates');
            await part(await plate(2), 'plates');
            assert.deepEqual(shown(), ['Box (template)', 'Box - Plate 1 of Box', 'Box - Plate 2 of Box']);
            assert.equal(fixture.inventree.count('POST', /part\/$/), 3);
        });

        it('a file with one plate, and every print where variants are not wanted, has a Part of its own', async () => {
            await part(await fixture.printed({ name: 'Clip' }), 'plates');
            await part(await plate(1), 'none');
            assert.deepEqual(shown(), ['Clip', 'Box - Plate 1']);
        });

        it('a Part that exists stays what it is', async () => {
            const own = await part(await plate(1), 'none');
            assert.equal(await part(await plate(1), 'plates'), own);
            assert.deepEqual(shown(), ['Box - Plate 1']);
        });

        it('by material, Parts of one print name differ by what is in their names', async () => {
            await part(await fixture.printed({ name: 'Hook', filename: 'a.3mf', filamentType: 'PLA' }), 'material');
            await part(await fixture.printed({ name: 'Hook', filename: 'b.3mf', filamentType: 'PETG' }), 'material');
            assert.deepEqual(shown(), ['Hook (template)', 'Hook - PLA of Hook', 'Hook - PETG of Hook']);
        });

        it('parameters are on both, but for those of one plate', async () => {
            fixture.inventree.addTemplate({ name: 'Material' });
            await part(await plate(1), 'plates', [{ template: 'Material', value: 'PLA' }]);
            const values = [...fixture.inventree.state.parameters.values()];
            assert.deepEqual(
                values.map((each) => `${fixture.inventree.state.parts.get(each.part)!.name}: ${each.data}`),
                ['Box: PLA', 'Box - Plate 1: PLA'],
            );
        });

        for (const at of ['before', 'after'] as const)
            it(`the template is made once where the connection breaks ${at} it was made, and after a restart`, async () => {
                fixture.inventree.interfere = once('POST', /part\/$/, { at, kind: 'reset' });
                await part(await plate(1), 'plates');
                await fixture.restart();
                await part(await plate(2), 'plates');
                assert.deepEqual(shown(), ['Box (template)', 'Box - Plate 1 of Box', 'Box - Plate 2 of Box']);
            });

        it('one whose template a person made none is made without it, with one warning', async () => {
            await part(await plate(1), 'plates');
            fixture.inventree.state.parts.get(1)!.is_template = false;
            await part(await plate(2), 'plates');
            assert.deepEqual(shown().at(-1), 'Box - Plate 2');
            assert.match(fixture.warnings.join(), /Part #1 is no template/);
        });
    });
}
