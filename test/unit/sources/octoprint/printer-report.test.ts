import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrinterStateTracker } from '../../../../lib/sources/octoprint/inbound/printer-state-tracker';
import { printerReport } from '../../../../lib/sources/octoprint/inbound/printer-report';
import { recordingsRoot } from '../../../contract/recordings';
import { Printer } from '../../../simulators/octoprint/printer';

describe('what the printer of an OctoPrint does', () => {
    const reportOf = (current: unknown): ReturnType<typeof printerReport> => {
        const tracker = new PrinterStateTracker(new Set(), 0);
        tracker.heard({ current });
        return printerReport(tracker.printer, 'Ender');
    };
    const current = (flags: object, more: object = {}): object => ({
        state: { text: '', flags },
        job: { file: { name: 'bracket.gcode', display: 'Brücke.gcode', origin: 'local', path: 'a/bracket.gcode' } },
        progress: { completion: 42.5, printTimeLeft: 1200, printTime: 600 },
        ...more,
    });

    it('is its job with how far it is, without layers', () => {
        assert.deepEqual(reportOf(current({ printing: true })), {
            printer: 'printer',
            name: 'Ender',
            phase: 'printing',
            job: 'Brücke',
            percent: 42.5,
            layer: null,
            layers: null,
            secondsLeft: 1200,
            picture: false,
        });
    });

    for (const [flags, completion, phase] of [
        [{ printing: true, pausing: true }, 10, 'paused'],
        [{ paused: true }, 10, 'paused'],
        [{ printing: true, cancelling: true }, 10, 'printing'],
        [{ operational: true, ready: true }, 100, 'finished'],
        [{ operational: true, ready: true }, 30, 'failed'],
        [{ operational: true, ready: true }, null, 'failed'],
        [{ closedOrError: true }, 30, 'away'],
        [{ closedOrError: true, error: true }, 30, 'failed'],
    ] as const)
        it(`${Object.keys(flags).join(' and ')} at ${completion} % is ${phase}`, () => {
            const progress = { completion, printTimeLeft: null };
            assert.equal(reportOf(current(flags, { progress })).phase, phase);
        });

    it('is nothing of an idle printer, and of garbage', () => {
        assert.equal(reportOf(new Printer().current(0)).job, null);
        assert.equal(reportOf({ state: 1, job: [], progress: 'x' }).percent, null);
    });

    it('reads what a real OctoPrint said while it printed', function () {
        const file = join(recordingsRoot, 'octoprint/04-job-and-printer-while-printing.json');
        if (!existsSync(file)) return this.skip();
        const { job, printer } = JSON.parse(readFileSync(file, 'utf8')) as Record<'job' | 'printer', object>;
        const { phase, job: name, percent, secondsLeft } = reportOf({ ...job, ...printer });
        assert.deepEqual([phase, name, Math.floor(percent!), secondsLeft], ['printing', 'bench cube ünï', 40, 2]);
    });
});
