import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesOf } from '../../../../lib/clients/octoprint/answers';
import { durationOf, pathOf } from '../../../../lib/clients/octoprint/events';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { DEFAULT_KEY_FIELDS } from '../../../../lib/print/part-identity';
import { unseen } from '../../../../lib/sources/octoprint/history/compare-with-history';
import { printOfFile } from '../../../../lib/sources/octoprint/print-of-file';

describe('what an event of OctoPrint tells', () => {
    it('is of a file below the uploads, or of none', () => {
        for (const path of ['hook.gcode', 'Queue/a b.gcode', '..hook.gcode']) assert.equal(pathOf({ path }), path);
        for (const path of [undefined, null, '', ' ', 7, {}, '..', '../users', 'a/../../settings', './x'])
            assert.equal(pathOf({ path }), null, String(path));
    });

    it('took as long as a print can take, or it is unknown', () => {
        for (const time of [0, 61.5, 1e6]) assert.equal(durationOf({ time }), time);
        for (const time of [undefined, null, '61.5', -1, NaN, Infinity, 1e308, {}, [61.5]])
            assert.equal(durationOf({ time }), null, String(time));
    });
});

describe('what OctoPrint lists of a file', () => {
    const file = (fields: object): ReturnType<typeof filesOf>[number] =>
        filesOf([{ path: 'hook.gcode', name: 'hook.gcode', ...fields }])[0]!;

    it('is unknown where it cannot be', () => {
        const { date, size, prints, gcodeAnalysis } = file({
            date: 1e308,
            size: -1,
            prints: { success: -1, failure: 1.5, last: { date: -5, success: true, printTime: 1 } },
            gcodeAnalysis: { estimatedPrintTime: 1e308, filament: { tool0: { length: -1, volume: 'much' } } },
        });
        assert.deepEqual([date, size], [null, null]);
        assert.deepEqual(prints, { success: 0, failure: 0, last: null });
        assert.deepEqual(gcodeAnalysis, {
            estimatedPrintTime: null,
            filament: { tool0: { length: null, volume: null } },
        });
    });

    it('of 0 seconds is a print whose length and estimate are unknown', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'foreign-'));
        const ledger = await Ledger.open(join(folder, 'store.json'), { onWarning: () => undefined });
        const by = {
            address: 'http://octopi.local',
            prefix: 'octoprint',
            deviceIdentifier: '',
            rule: { samePart: 'file' as const, keyFields: DEFAULT_KEY_FIELDS, platesApart: false },
        };
        const state = { ...unseen('hook.gcode'), seconds: 0 };
        const print = printOfFile(
            ledger,
            {
                path: 'hook.gcode',
                file: state,
                n: 1,
                endedAt: Date.UTC(2026, 10, 22),
                notAfter: null,
                seconds: 0,
                raw: null,
            },
            by,
        );
        assert.deepEqual([print.printSeconds, print.estimate.seconds], [null, null]);
        await ledger.close();
        rmSync(folder, { recursive: true });
    });
});
