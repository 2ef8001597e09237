import assert from 'node:assert/strict';
import { archiveSchema, checked, type Archive } from '../../../../lib/clients/bambuddy/answers';
import { listOf, refusedArchive, refusedRun, type PrintFilter } from '../../../../lib/sources/bambuddy/filter';
import type { FinishedRun } from '../../../../lib/sources/bambuddy/finished-run';

const ALL: PrintFilter = { successOnly: true, printers: [], projects: [], tags: [] };

const run = (fields: Partial<FinishedRun> = {}): FinishedRun => ({
    archiveId: 11,
    runId: 7,
    status: 'completed',
    startedAt: null,
    completedAt: null,
    seconds: null,
    grams: null,
    cost: null,
    energyCost: null,
    printerId: 1,
    printerName: 'P1S Workshop',
    name: 'Bin',
    verdict: null,
    failure: null,
    ...fields,
});
const archive = (fields: Record<string, unknown> = {}): Archive =>
    checked(archiveSchema, { id: 11, status: 'completed', created_at: '2026-11-22T04:33:35', ...fields }, 'a test');

describe('which prints a source takes', () => {
    it('only successful ones, and says what the others were', () => {
        assert.equal(refusedRun(run(), ALL), null);
        assert.equal(refusedRun(run({ status: 'failed' }), ALL), 'status failed');
        assert.equal(refusedRun(run({ status: 'failed' }), { ...ALL, successOnly: false }), null);
    });

    it('never what was uploaded and not printed', () => {
        assert.equal(refusedRun(run({ status: 'archived' }), { ...ALL, successOnly: false }), 'never printed');
    });

    it('of a printer by its name without case, or its id', () => {
        const of = (printer: string): PrintFilter => ({ ...ALL, printers: [printer] });
        assert.equal(refusedRun(run(), of('p1s workshop')), null);
        assert.equal(refusedRun(run(), of('1')), null);
        assert.equal(refusedRun(run(), of('X1C')), 'other printer');
        assert.equal(refusedArchive(archive({ printer_id: 1 }), of('X1C'), 'P1S Workshop'), 'other printer');
        assert.equal(refusedArchive(archive({ printer_id: 1 }), of('1'), null), null);
    });

    it('of an unknown printer is not refused before the archive was looked at', () => {
        assert.equal(refusedRun(run({ printerName: null }), { ...ALL, printers: ['X1C'] }), null);
    });

    it('of a project by name or id, and of any of the tags', () => {
        const project = { project_id: 3, project_name: 'Shop' };
        assert.equal(refusedArchive(archive(project), { ...ALL, projects: ['shop'] }, null), null);
        assert.equal(refusedArchive(archive(project), { ...ALL, projects: ['3'] }, null), null);
        assert.equal(refusedArchive(archive(), { ...ALL, projects: ['Shop'] }, null), 'other project');
        assert.equal(refusedArchive(archive({ tags: 'sold, Gift' }), { ...ALL, tags: ['gift'] }, null), null);
        assert.equal(refusedArchive(archive({ tags: 'giftbox' }), { ...ALL, tags: ['gift'] }, null), 'other tags');
        assert.equal(refusedArchive(archive(), { ...ALL, tags: ['gift'] }, null), 'other tags');
    });

    it('a list is what stands between commas', () => {
        assert.deepEqual(listOf('a, b ,,c,'), ['a', 'b', 'c']);
        assert.deepEqual(listOf(' , '), []);
    });
});
