import assert from 'node:assert/strict';
import { archiveSchema, checked, runSchema, type Archive, type RunRow } from '../../../../lib/clients/bambuddy/answers';
import { printOfRun } from '../../../../lib/sources/bambuddy/print-of-run';
import { printOf } from '../../../../lib/print/print';
import { isSuccessful, runOfArchive, runOfRow } from '../../../../lib/sources/bambuddy/finished-run';

export function archive(fields: Record<string, unknown> = {}): Archive {
    return checked(
        archiveSchema,
        { id: 11, status: 'completed', created_at: '2026-11-22T04:33:30', filename: 'Bin.gcode.3mf', ...fields },
        'a test',
    );
}

export function row(fields: Record<string, unknown> = {}): RunRow {
    return checked(
        runSchema,
        {
            id: 7,
            archive_id: 11,
            status: 'completed',
            started_at: '2026-11-22T04:33:35.5',
            completed_at: '2026-11-22T05:33:35.5',
            created_at: '2026-11-22T05:33:36',
            ...fields,
        },
        'a test',
    );
}

const known = { batch: 'b', identity: 'name:x', server: 'http://b', url: 'http://b/archives', printer: undefined };

describe('finished runs', () => {
    it('carry their times in UTC with a Z', () => {
        const run = runOfRow(row())!;
        assert.equal(run.startedAt, '2026-11-22T04:33:35.5Z');
        assert.equal(run.completedAt, '2026-11-22T05:33:35.5Z');
        assert.equal(runOfRow(row({ started_at: '2026-11-22T05:33:35+01:00' }))!.startedAt, '2026-11-22T04:33:35.000Z');
    });

    it('end with their row where the row does not say when', () => {
        assert.equal(runOfRow(row({ completed_at: null }))!.completedAt, '2026-11-22T05:33:36Z');
    });

    it('without an archive are none', () => assert.equal(runOfRow(row({ archive_id: null })), null));

    it('are successful where the status is completed, and in no other case', () => {
        for (const status of ['failed', 'stopped', 'cancelled', 'skipped', 'aborted', 'Completed', 'archived'])
            assert.equal(isSuccessful({ status }), false, status);
        assert.equal(isSuccessful({ status: 'completed' }), true);
    });

    it('of an archive without rows: what was used is the estimate only where it completed', () => {
        const started = { started_at: '2026-11-22T04:33:35', filament_used_grams: 42 };
        assert.equal(runOfArchive(archive(started)).grams, 42);
        assert.equal(runOfArchive(archive({ ...started, status: 'failed' })).grams, null);
        assert.equal(runOfArchive(archive(started)).runId, null);
    });
});

describe('a print from an archive and its run', () => {
    it('keeps the slicer’s estimate apart from what was used', () => {
        const print = printOfRun(
            archive({ print_time_seconds: 3600, filament_used_grams: 42.5 }),
            runOfRow(row({ filament_used_grams: 50, duration_seconds: 4000 }))!,
            known,
        );
        assert.deepEqual(print.estimate, { seconds: 3600, grams: 42.5 });
        assert.equal(print.weightGrams, 50);
        assert.equal(print.printSeconds, 4000);
    });

    it('knows how long it took where the row only says from when to when', () => {
        assert.equal(printOfRun(archive(), runOfRow(row())!, known).printSeconds, 3600);
        const backwards = runOfRow(row({ completed_at: '2026-11-22T04:00:00' }))!;
        assert.equal(printOfRun(archive(), backwards, known).printSeconds, null);
    });

    it('of 0 seconds is one whose length and estimate nobody knows, whatever its times say', () => {
        const closed = runOfRow(row({ duration_seconds: 0, completed_at: '2026-11-23T05:00:00' }))!;
        const print = printOfRun(archive({ print_time_seconds: 0 }), closed, known);
        assert.deepEqual([print.printSeconds, print.estimate.seconds], [null, null]);
    });

    it('is a print that our nodes take, whatever figures the server sends', () => {
        const odd = { printer_id: -1, project_id: 0, plate_id: -2, quantity: 1e308, cost: -1e308, layer_height: -0.2 };
        const figures = {
            print_time_seconds: 1e308,
            filament_used_grams: -5,
            actual_time_seconds: 'long',
            energy_cost: {},
        };
        const full = archive({ ...odd, ...figures });
        const strange = {
            printer_id: 0,
            duration_seconds: -1,
            filament_used_grams: 1e308,
            cost: [],
            energy_cost: true,
        };
        const print = printOfRun(full, runOfRow(row(strange))!, known);
        assert.deepEqual(printOf(print), print);
        const { quantity, cost, plate, weightGrams, printer, project } = print;
        assert.deepEqual(
            [quantity, cost, plate, weightGrams, printer.id, project.id],
            [null, null, null, null, null, null],
        );
    });

    it('passes the quantity on as the server has it, and judges nothing', () => {
        for (const quantity of [0, -3, 4, null])
            assert.equal(printOfRun(archive({ quantity }), runOfRow(row())!, known).quantity, quantity);
    });

    it('takes the archive’s cost only where it has one run: else it is somebody else’s', () => {
        const costly = { cost: 1.5, energy_cost: 0.2 };
        const once = printOfRun(archive({ ...costly, run_count: 1 }), runOfRow(row())!, known);
        assert.equal(once.cost, 1.5);
        assert.equal(once.energyCost, 0.2);
        assert.equal(printOfRun(archive({ ...costly, run_count: 2 }), runOfRow(row())!, known).cost, null);
        assert.equal(printOfRun(archive({ ...costly, run_count: 2 }), runOfRow(row({ cost: 3 }))!, known).cost, 3);
    });

    it('does not carry the printer’s whole state, and leaves the server’s object as it was', () => {
        const full = archive({ extra_data: { _print_data: { raw: 'x' }, printable_objects: { 1: 'Bin' } } });
        const print = printOfRun(full, runOfRow(row())!, known);
        assert.deepEqual(print.archive?.['extra_data'], { printable_objects: { 1: 'Bin' } });
        assert.deepEqual(full['extra_data'], { _print_data: { raw: 'x' }, printable_objects: { 1: 'Bin' } });
        assert.equal(print.archive?.['filename'], 'Bin.gcode.3mf');
    });

    it('has null for empty texts and tags as a list', () => {
        const print = printOfRun(
            archive({ print_name: '  ', tags: ' a, ,b ', external_url: '' }),
            runOfRow(row())!,
            known,
        );
        assert.equal(print.name, null);
        assert.equal(print.externalUrl, null);
        assert.deepEqual(print.tags, ['a', 'b']);
    });

    it('names the printer as its row does, with the model the server knows', () => {
        const printer = { id: 1, name: 'now called so', model: 'P1S' };
        const run = runOfRow(row({ printer_id: 1, printer_name: 'then called so' }))!;
        assert.deepEqual(printOfRun(archive(), run, { ...known, printer }).printer, {
            id: 1,
            name: 'then called so',
            model: 'P1S',
        });
        assert.equal(printOfRun(archive({ sliced_for_model: 'X1C' }), run, known).printer.model, 'X1C');
    });
});
