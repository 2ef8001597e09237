import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printerStatusOf } from '../../../../lib/clients/bambuddy/printer-status';

interface Message {
    type: string;
    data: Record<string, unknown>;
}

/** What a real server sent of one job. */
const JOB: Message[] = readFileSync(join(__dirname, '../../../fixtures/printers/one-job-1.2.5.2.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Message);

describe('the status of a printer', () => {
    it('follows a job as a real server told it, with the time left in seconds', () => {
        const told = JOB.filter(({ type }) => type === 'printer_status').map(({ data }) => printerStatusOf(data));
        assert.deepEqual(
            told.map(({ phase, percent, layer, secondsLeft }) => [phase, percent, layer, secondsLeft]),
            [
                ['idle', 0, 0, null],
                ['preparing', 0, 0, 3600],
                ['printing', 0, 0, 3600],
                ['printing', 20, 20, 2880],
                ['printing', 40, 40, 2160],
                ['printing', 60, 60, 1440],
                ['printing', 80, 80, 720],
                ['finished', 100, 100, null],
                ['finished', 100, 100, null],
            ],
        );
        assert.deepEqual(told[3], {
            phase: 'printing',
            name: 'P1S',
            job: 'Probe_print',
            percent: 20,
            layer: 20,
            layers: 100,
            secondsLeft: 2880,
            hasCover: true,
        });
    });

    it('reads the same time left as the server itself makes of it for print_start', () => {
        const seconds = JOB.find(({ type }) => type === 'print_start')!.data['remaining_time'];
        const running = JOB.find(({ data }) => data['state'] === 'RUNNING')!.data;
        assert.equal(printerStatusOf(running).secondsLeft, seconds);
    });

    for (const [state, phase] of [
        ['PAUSE', 'paused'],
        ['FAILED', 'failed'],
        ['IDLE', 'idle'],
        ['unknown', 'away'],
        ['OFFLINE', 'idle'],
        ['constructor', 'idle'],
    ] as const)
        it(`${state} is ${phase}`, () => {
            assert.equal(printerStatusOf({ connected: true, state }).phase, phase);
        });

    it('of a printer that Bambuddy does not reach is not known, whatever was last', () => {
        assert.equal(printerStatusOf({ connected: false, state: 'RUNNING', progress: 40 }).phase, 'away');
    });

    it('takes garbage as nothing', () => {
        const garbage = {
            connected: true,
            state: 'RUNNING',
            progress: 'half',
            remaining_time: -5,
            layer_num: null,
            total_layers: 0,
            subtask_name: ' ',
            cover_url: 7,
        };
        assert.deepEqual(printerStatusOf(garbage), {
            phase: 'printing',
            name: null,
            job: null,
            percent: null,
            layer: null,
            layers: null,
            secondsLeft: null,
            hasCover: false,
        });
        assert.equal(printerStatusOf({}).phase, 'away');
    });
});
