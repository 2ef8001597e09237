import assert from 'node:assert/strict';
import { partParameter } from '../../../../../lib/destinations/inventree/part/part-parameter';
import type { ParameterRow } from '../../../../../lib/destinations/inventree/part/parameter-step';
import { printMeasure } from '../../../../../lib/destinations/inventree/part/print-measure';
import type { Pass, Print } from '../../../../../lib/print/print';
import { FORCE, Fixture, once, PASS, type FixtureOptions } from '../../../fixture';
import { until } from '../../../flow';
import { jsonAnswer } from '../../../../simulators/simulator';

const PATH = /\/parameter\/$/;

describe('parameters of new Parts of an import', () => {
    let fixture: Fixture;
    afterEach(async () => {
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    async function open(options: FixtureOptions = {}): Promise<void> {
        fixture = await Fixture.open({ standing: true, ...options });
        fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
        fixture.inventree.addTemplate({ name: 'PrintTime' });
    }

    /** A print of a file of its own, as an import takes it; `live`: as it comes by itself. */
    async function printed(n: number, live = false): Promise<Print> {
        const estimate = { seconds: 3600 * n, grams: 10 * n };
        const print = await fixture.printed({ name: `Part ${n}`, filename: `${n}.3mf`, estimate });
        if (!live) imported(print);
        return print;
    }

    function imported(print: Print): void {
        fixture.ledger.setPrintDeferred({
            ...fixture.ledger.print(print.batch)!,
            imported: '2026-11-22T12:00:00.000Z',
        });
    }

    const rows = (print: Print): ParameterRow[] => [
        { template: 'Weight', value: printMeasure(print, 'weight') },
        { template: 'PrintTime', value: printMeasure(print, 'time') },
    ];

    const part = async (print: Print, pass?: Pass): Promise<number> =>
        (await fixture.part(print, { parameters: rows(print) }, pass)).pk;

    async function parts(count: number): Promise<number[]> {
        const made: number[] = [];
        for (let n = 1; n <= count; n++) made.push(await part(await printed(n)));
        return made;
    }

    /** Lets so much time pass that what waits is sent. */
    const later = (): Promise<void> => fixture.clock.advance(5_000);

    const posts = (): unknown[] =>
        fixture.inventree.requests
            .filter(({ method, url }) => method === 'POST' && PATH.test(url))
            .map(({ body }) => body);

    const shown = (pk: number): string[] => fixture.inventree.state.parametersOf(pk).map(({ data }) => data);

    const notes = (): number => [...fixture.ledger.metaFrom('parameters:')].length;

    const settled = (): Promise<void> => until('the parameters are written', () => notes() === 0);

    const outcomes = (): unknown[] => [...fixture.ledger.prints()].map(({ parameters }) => parameters);

    it('go in one list, and their prints say that they are pending until then', async () => {
        await open();
        const made = await parts(3);
        assert.deepEqual(made.map(shown), [[], [], []]);
        assert.deepEqual(outcomes(), ['pending', 'pending', 'pending']);
        await later();
        await settled();
        assert.deepEqual(made.map(shown), [
            ['10', '1h 00m'],
            ['20', '2h 00m'],
            ['30', '3h 00m'],
        ]);
        assert.equal(posts().length, 1);
        assert.deepEqual(outcomes(), ['done', 'done', 'done']);
    });

    it('go at once where there are enough for a list, of ten Parts', async () => {
        await open();
        await parts(12);
        await until('a list is written', () => notes() === 2);
        assert.deepEqual(
            posts().map((body) => (body as unknown[]).length),
            [20],
        );
    });

    it('go as soon as nothing is under way any more', async () => {
        await open();
        fixture.sync.delivery.inFlight.add('another');
        const print = await printed(1);
        const pk = await part(print);
        await fixture.clock.advance(1_000);
        assert.deepEqual(shown(pk), []);
        fixture.sync.delivery.inFlight.delete('another');
        await fixture.stock(print, pk);
        await fixture.clock.advance(20);
        await settled();
        assert.deepEqual(shown(pk), ['10', '1h 00m']);
    });

    it('go in lists where only Parts are made, too', async () => {
        await open();
        for (const n of [1, 2]) await part(await printed(n, true), { ...PASS, mode: 'parts' });
        await later();
        await settled();
        assert.equal(posts().length, 1);
        assert.equal(fixture.inventree.state.parameters.size, 4);
    });

    it('go with the Part where the server takes no list (API 388)', async () => {
        await open({ apiVersion: 388 });
        const [pk] = await parts(1);
        assert.deepEqual(shown(pk!), ['10', '1h 00m']);
        assert.deepEqual(outcomes(), [undefined]);
    });

    it('go with the Part in a forced refresh, and where the print came by itself', async () => {
        await open();
        const forced = await part(await printed(1), FORCE);
        const live = await part(await printed(2, true));
        assert.deepEqual([forced, live].map(shown), [
            ['10', '1h 00m'],
            ['20', '2h 00m'],
        ]);
    });

    it('go with the Part where a value of their template may be there once', async () => {
        await open({ apiVersion: 530 });
        fixture.inventree.state.templateByName('Weight')!.unique = 1;
        const [pk] = await parts(1);
        assert.deepEqual(shown(pk!), ['1h 00m', '10']);
    });

    it('are written at once when a print of the Part comes by itself', async () => {
        await open();
        const [pk] = await parts(1);
        await part(await printed(1, true));
        assert.deepEqual(shown(pk!), ['10', '1h 00m']);
        assert.equal(notes(), 0);
        await later();
        assert.equal(posts().length, 1);
    });

    it('are changed where a later print of the import has another estimate', async () => {
        await open();
        const print = await printed(1);
        const pk = await part(print);
        await fixture.part(print, { parameters: [{ template: 'Weight', value: '77' }] });
        await later();
        await settled();
        assert.deepEqual(shown(pk), ['77', '1h 00m']);
    });

    it('that a person set meanwhile stay, and the others of the list are written', async () => {
        await open();
        const made = await parts(3);
        const weight = fixture.inventree.state.templateByName('Weight')!.pk;
        fixture.inventree.person.setParameter(made[1]!, weight, '7');
        await later();
        await settled();
        assert.deepEqual(made.map(shown), [
            ['10', '1h 00m'],
            ['7', '2h 00m'],
            ['30', '3h 00m'],
        ]);
        assert.deepEqual(fixture.warnings, []);
        const { identity } = [...fixture.ledger.prints()][1]!;
        assert.deepEqual(fixture.ledger.part(identity)!.parameters, { Weight: null, PrintTime: '2h 00m' });
    });

    it('of a Part that is locked are refused and told, and the others are written', async () => {
        await open();
        const made = await parts(2);
        fixture.inventree.state.parts.get(made[0]!)!.locked = true;
        await later();
        await settled();
        assert.deepEqual(made.map(shown), [[], ['20', '2h 00m']]);
        assert.equal(fixture.warnings.length, 2);
    });

    for (const at of ['before', 'after'] as const) {
        it(`are looked for where the answer was lost (${at} they were written), and sent where they are not there`, async () => {
            await open();
            const made = await parts(2);
            fixture.inventree.interfere = once('POST', PATH, { at, kind: 'reset' });
            await later();
            for (let n = 0; n < 200 && notes() > 0; n++) await fixture.clock.advance(1_000);
            await settled();
            assert.deepEqual(made.map(shown), [
                ['10', '1h 00m'],
                ['20', '2h 00m'],
            ]);
            assert.equal(fixture.inventree.count('GET', PATH), 2);
            assert.equal(posts().length, at === 'after' ? 1 : 2);
        });
    }

    it('that a right is missing for are told once, and the next print of the Part tries again', async () => {
        await open();
        const [pk] = await parts(1);
        const body = { detail: 'You do not have permission to perform this action.' };
        fixture.inventree.interfere = once('POST', PATH, jsonAnswer(403, body));
        await later();
        await settled();
        assert.deepEqual(shown(pk!), []);
        assert.match(fixture.warnings.join(), /^Parameters are skipped: /);
        assert.deepEqual(outcomes(), ['failed']);
        await part(await printed(1, true));
        assert.deepEqual(shown(pk!), ['10', '1h 00m']);
    });

    it('that wait at the end of the process are written after the next start', async () => {
        await open();
        const made = await parts(2);
        const time = fixture.inventree.state.templateByName('PrintTime')!.pk;
        fixture.inventree.person.setParameter(made[0]!, time, 'long');
        await fixture.restart();
        assert.deepEqual(outcomes(), ['pending', 'pending']);
        await fixture.clock.advance(20);
        await settled();
        assert.deepEqual(made.map(shown), [
            ['long', '10'],
            ['20', '2h 00m'],
        ]);
        assert.deepEqual(outcomes(), ['done', 'done']);
    });

    it('that were written when the process ended are found, and are ours', async () => {
        await open();
        const [pk] = await parts(1);
        fixture.inventree.interfere = once('POST', PATH, { at: 'after', kind: 'hang' });
        await later();
        await until('they are sent', () => shown(pk!).length === 2);
        await fixture.restart();
        await fixture.clock.advance(20);
        await settled();
        assert.equal(posts().length, 1);
        const { identity } = [...fixture.ledger.prints()][0]!;
        assert.deepEqual(fixture.ledger.part(identity)!.parameters, { Weight: '10', PrintTime: '1h 00m' });
    });

    it('are not written to a Part that was given up: the one in its place has its own', async () => {
        await open();
        const print = await printed(1);
        const pk = await part(print);
        fixture.ledger.setPartDeferred({ ...fixture.ledger.part(print.identity)!, pk: 4711 });
        await later();
        await settled();
        assert.deepEqual(shown(pk), []);
        assert.equal(posts().length, 0);
    });

    it('can be asked for before they are written', async () => {
        await open();
        const [pk] = await parts(1);
        const asked = (): Promise<string | null> =>
            partParameter(fixture.sync.destination, pk!, 'Weight', fixture.signal);
        assert.equal(await asked(), '10');
        const weight = fixture.inventree.state.templateByName('Weight')!.pk;
        fixture.inventree.person.setParameter(pk!, weight, '7');
        assert.equal(await asked(), '7');
    });
});
