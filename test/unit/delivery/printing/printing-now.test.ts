import assert from 'node:assert/strict';
import sinon from 'sinon';
import { PrintingNow, SHOWN_MS, type PrinterReport } from '../../../../lib/delivery/printing/printing-now';
import type { PrintRecord } from '../../../../lib/store/ledger/records';
import { printRecord } from '../../../fixtures/print-record';

describe('what printers print now', () => {
    let clock: sinon.SinonFakeTimers;
    let records: PrintRecord[];
    let printing: PrintingNow;
    let told: number;

    beforeEach(() => {
        clock = sinon.useFakeTimers({ now: Date.parse('2026-11-22T12:00:00Z') });
        records = [];
        told = 0;
        printing = new PrintingNow(
            { older: (_place, count) => records.slice(0, count) },
            'bambuddy',
            ({ printerId }, printer) => String(printerId) === printer,
        );
        printing.watch(() => void told++);
    });
    afterEach(() => {
        printing.close();
        clock.restore();
    });

    const report = (fields: Partial<PrinterReport> = {}): PrinterReport => ({
        printer: '1',
        name: 'P1S',
        phase: 'printing',
        job: 'Bracket',
        percent: 20,
        layer: 20,
        layers: 100,
        secondsLeft: 2880,
        picture: true,
        ...fields,
    });
    const hear = (fields?: Partial<PrinterReport>): void => printing.heard(report(fields));
    /** A print comes into the ledger, as the newest. */
    const arrive = (batch: string, fields: Partial<PrintRecord> = {}): void =>
        void records.unshift(printRecord(batch, { printerId: 1, ...fields }));
    const phases = (): string[] => printing.list().map(({ printer, phase }) => `${printer} ${phase}`);
    const batches = (): (string | null)[] => printing.list().map(({ batch }) => batch);

    it('is nothing before a printer has a job, and nothing of one that ended before', () => {
        for (const phase of ['idle', 'away', 'finished', 'failed'] as const) hear({ phase });
        assert.deepEqual(printing.list(), []);
        assert.equal(told, 0);
    });

    it('follows each printer through its job, and tells of what has changed alone', () => {
        hear({ phase: 'preparing', percent: 0 });
        hear({ printer: '2', job: 'Knob' });
        hear();
        hear();
        assert.equal(told, 3);
        hear({ phase: 'paused' });
        assert.deepEqual(phases(), ['1 paused', '2 printing']);
        assert.equal(told, 4);
        assert.equal(printing.list()[0]!.since, Date.parse('2026-11-22T12:00:00Z'));
    });

    it('finds the print of a job that has ended, once it is there, and no print of before', () => {
        arrive('before');
        hear();
        assert.deepEqual(batches(), [null]);
        hear({ phase: 'finished' });
        assert.deepEqual(batches(), [null]);
        arrive('of-another-printer', { printerId: 2 });
        arrive('of-another-source', { source: 'octoprint' });
        assert.deepEqual(batches(), [null]);
        arrive('mine');
        assert.deepEqual(batches(), ['mine']);
        arrive('later');
        assert.deepEqual(batches(), ['mine']);
    });

    it('goes by the archive where the source told it: a print of before that comes late is not the one', () => {
        hear();
        printing.begun(7, '1');
        hear({ phase: 'finished' });
        arrive('late', { archiveId: 6 });
        assert.deepEqual(batches(), [null]);
        // a print that was skipped has no printer
        arrive('mine', { archiveId: 7, printerId: undefined, state: 'skipped' });
        assert.deepEqual(batches(), ['mine']);
    });

    it('gives the archive of a reprint to the one printer whose archive is not known, and to none of two', () => {
        hear();
        hear({ printer: '2', job: 'Knob' });
        printing.begun(7, null);
        printing.begun(8, '2');
        hear({ printer: '3', job: 'Hook' });
        printing.begun(9, '3');
        printing.begun(10, null);
        for (const [printer, job] of [
            ['1', 'Bracket'],
            ['2', 'Knob'],
            ['3', 'Hook'],
        ] as const)
            hear({ printer, job, phase: 'finished' });
        for (const archiveId of [7, 8, 9, 10]) arrive(`a${archiveId}`, { archiveId, printerId: undefined });
        assert.deepEqual(batches(), ['a10', 'a8', 'a9']);
    });

    it('forgets a job a while after its end', () => {
        hear();
        hear({ phase: 'finished' });
        assert.deepEqual(phases(), ['1 finished']);
        clock.tick(SHOWN_MS - 1);
        hear({ phase: 'finished' });
        assert.equal(printing.list().length, 1);
        const before = told;
        clock.tick(1);
        assert.deepEqual(printing.list(), []);
        assert.equal(told, before + 1);
    });

    it('takes the next job of the printer in its place, also one of the same name', () => {
        hear();
        hear({ phase: 'finished' });
        clock.tick(1000);
        hear({ percent: 0 });
        assert.deepEqual(phases(), ['1 printing']);
        clock.tick(SHOWN_MS);
        assert.deepEqual(phases(), ['1 printing']);
        assert.equal(printing.list()[0]!.since, Date.parse('2026-11-22T12:00:01Z'));
    });

    it('a printer that lost its job has not finished it', () => {
        hear();
        hear({ phase: 'idle' });
        assert.deepEqual(phases(), ['1 failed']);
    });

    it('shows no job of a printer that is away, nor any when the connection is lost, but what has ended', () => {
        hear();
        hear({ phase: 'away' });
        assert.deepEqual(printing.list(), []);
        hear();
        hear({ printer: '2' });
        hear({ printer: '2', phase: 'finished' });
        printing.lost();
        assert.deepEqual(phases(), ['2 finished']);
    });

    it('waits for nothing and tells nobody after it is closed', () => {
        hear();
        hear({ phase: 'finished' });
        printing.close();
        const before = told;
        clock.tick(SHOWN_MS);
        assert.equal(told, before);
        assert.equal(clock.countTimers(), 0);
    });
});
