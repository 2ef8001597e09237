import assert from 'node:assert/strict';
import { imageStep } from '../../../../../lib/destinations/inventree/image-step';
import { printMeasure } from '../../../../../lib/destinations/inventree/part/print-measure';
import { FakeClock, settle } from '../../../fake-clock';
import { Flow, until } from '../../../flow';
import { Fixture } from '../../../fixture';

const MINUTE = 60_000;

describe('a 3MF that Bambuddy gets after the print', () => {
    let clock: FakeClock;
    let fixture: Fixture;
    let flow: Flow;

    function begin(): void {
        flow = new Flow(fixture, { startWith: 'all' }, ['part', 'stock', 'image'], clock);
        flow.handle = async (print, pass) => {
            const weight = { template: 'Weight', value: printMeasure(print, 'weight') };
            const part = await fixture.part(print, { parameters: [weight] }, pass);
            await fixture.stock(print, part.pk, {}, pass);
            await imageStep(fixture.sync.destination, print, part, { overwrite: false }, pass, fixture.signal);
        };
    }

    beforeEach(async () => {
        clock = new FakeClock();
        fixture = await Fixture.open({ version: '1.2.5.7', now: () => clock.time });
        fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
        begin();
    });

    afterEach(() => flow.end());

    const part = () => [...fixture.inventree.state.parts.values()][0]!;
    const looks = (): number => fixture.bambuddy.count('GET', /\/archives\/1$/);

    async function printed(): Promise<number> {
        const { archiveId } = fixture.bambuddy.print({
            name: 'goose_job',
            no3mf: true,
            startedAt: new Date(clock.time - 3_600_000),
            seconds: 3500,
        });
        await flow.poll();
        assert.equal(fixture.inStock.length, 1);
        assert.deepEqual([part().name, part().image], ['goose_job', null]);
        return archiveId;
    }

    async function started(): Promise<void> {
        flow.source.start();
        await until('it waits', () => clock.sleeping > 0);
    }

    async function pass(ms: number): Promise<void> {
        const asked = looks();
        await clock.advance(ms);
        await until('the archive is looked at', () => looks() > asked).catch(() => undefined);
        await settle();
        await flow.idle();
    }

    const isMended = (): boolean => part().name === 'Goose' && part().image !== null;
    const weights = (): string[] => [...fixture.inventree.state.parameters.values()].map(({ data }) => data);

    it('gives the Part its picture, parameters and name, and never a second item', async () => {
        const id = await printed();
        await started();
        fixture.bambuddy.fetchFile(id, { name: 'Goose', filename: 'goose.gcode.3mf' });
        await pass(2 * MINUTE);
        await until('the Part has all', isMended);
        assert.deepEqual(weights(), ['42.5']);
        assert.deepEqual([fixture.inStock.length, fixture.inventree.state.parts.size], [1, 1]);
        assert.deepEqual(fixture.inventree.state.violations, []);
        await until('nothing is awaited', () => fixture.ledger.print('bambuddy-1')!.fileAwaited === undefined);
    });

    it('leaves end, printer and cost of its print as they were, where the archive tells of a reprint by then', async () => {
        const id = await printed();
        await started();
        const { completedAt, seconds, printerName, cost } = fixture.ledger.print('bambuddy-1')!;
        fixture.bambuddy.print({
            archive: id,
            printer: fixture.bambuddy.addPrinter().id,
            startedAt: new Date(clock.time - 90_000),
            seconds: 80,
        });
        fixture.bambuddy.clearLog();
        fixture.bambuddy.fetchFile(id, { name: 'Goose', filename: 'goose.gcode.3mf' });
        await pass(2 * MINUTE);
        await until('the Part has all', isMended);
        await flow.idle();
        const now = fixture.ledger.print('bambuddy-1')!;
        assert.deepEqual(
            [now.completedAt, now.seconds, now.printerName, now.cost],
            [completedAt, seconds, printerName, cost],
        );
        // with them it would be taken for the reprint, told twice
        await flow.backfill();
        await flow.idle();
        assert.deepEqual([fixture.inStock.length, [...fixture.ledger.parked()].map(({ reason }) => reason)], [2, []]);
    });

    it('leaves a name alone that a person changed in one letter', async () => {
        const id = await printed();
        await started();
        fixture.inventree.person.editPart(part().pk, { name: 'Goose_job' });
        fixture.bambuddy.fetchFile(id, { name: 'Goose', filename: 'goose.gcode.3mf' });
        await pass(2 * MINUTE);
        await until('the Part has its picture', () => part().image !== null);
        assert.equal(part().name, 'Goose_job');
        assert.deepEqual(fixture.inventree.state.violations, []);
    });

    it('is looked for three times, and not again', async () => {
        await printed();
        await started();
        const before = looks();
        for (const ms of [2, 8, 50]) await pass(ms * MINUTE);
        await until('nothing is awaited', () => fixture.ledger.print('bambuddy-1')!.fileAwaited === undefined);
        await clock.advance(24 * 60 * MINUTE);
        await settle();
        assert.equal(looks() - before, 3);
    });

    it('is looked for where our clock was set back meanwhile', async () => {
        const id = await printed();
        await started();
        await pass(2 * MINUTE);
        clock.skew -= 24 * 60 * MINUTE;
        fixture.bambuddy.fetchFile(id, { name: 'Goose', filename: 'goose.gcode.3mf' });
        await pass(10 * MINUTE);
        await until('the Part has all', isMended);
    });

    it('is looked for after a restart', async () => {
        const id = await printed();
        await flow.source.close();
        await fixture.restart();
        begin();
        fixture.bambuddy.fetchFile(id, { name: 'Goose', filename: 'goose.gcode.3mf' });
        clock.time += 5 * MINUTE;
        flow.source.start();
        await until('the Part has all', isMended);
    });

    it('comes with the next print of that archive, long after', async () => {
        const id = await printed();
        fixture.bambuddy.fetchFile(id, { name: 'Goose', filename: 'goose.gcode.3mf' });
        clock.time += 24 * 60 * MINUTE;
        fixture.bambuddy.print({ archive: id, startedAt: new Date(clock.time - 3_600_000), seconds: 3000 });
        await flow.poll();
        assert.deepEqual([isMended(), fixture.inStock.length, fixture.inventree.state.parts.size], [true, 2, 1]);
        assert.deepEqual(weights(), ['42.5']);
    });
});
