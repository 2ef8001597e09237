import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyResult, isClean } from './result';
import { runTortureProof } from './torture';
import { writeOnFaultyDisk } from './torture/disk';
import { cutPowerAtUpgrade } from './torture/formats';
import { killWriters } from './torture/kills';
import type { Plant } from './torture/plants';
import { cutPower } from './torture/power';
import { stopOwner } from './torture/stopped';

describe('store torture', () => {
    let folder: string;
    let file: string;

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), 'torture-'));
        file = join(folder, 'store.json');
    });

    afterEach(() => rm(folder, { recursive: true }));

    it('what was acknowledged is there, whatever happens to process, disk and files', async function () {
        this.timeout(240_000);
        const result = await runTortureProof({ fast: true });
        assert.ok(isClean(result), [...result.notes, ...result.findings.slice(0, 20)].join('\n'));
    });

    const plants: [Plant, string][] = [
        ['earlyAcknowledgement', 'a write that is acknowledged before it is written'],
        ['compactionInOldJournal', 'a compaction that begins no new journal'],
    ];
    for (const [plant, what] of plants)
        it(`finds ${what}`, async function () {
            this.timeout(120_000);
            const result = emptyResult();
            await killWriters({ file, kills: 40, seed: 11, plant, untilFound: true }, result);
            assert.ok(result.lost > 0, result.notes.join());
        });

    it('finds a write that is acknowledged before it is flushed', async () => {
        const result = emptyResult();
        await cutPower({ file, cuts: 5, seed: 11, withoutFlush: true }, result);
        assert.ok(result.lost > 0);
    });

    it('finds an owner that writes on after it was stopped, though another process has the store', async function () {
        this.timeout(60_000);
        const result = emptyResult();
        await stopOwner({ file, meanwhile: 'taken', stoppedWhile: 'idle', blind: true }, result);
        assert.match(result.findings.join('\n'), /journal\.\d+ was written to although another process has the store/);
        assert.ok(result.lost > 0);
    });

    it('finds records of format 2 in a store of format 1', async () => {
        const result = emptyResult();
        await cutPowerAtUpgrade({ file, seed: 11, withoutUpgrade: true }, result);
        assert.ok(result.wrong > 0);
    });

    it('finds a store that leaves half a line where a write failed', async () => {
        const result = emptyResult();
        for (let seed = 1; seed <= 10; seed++)
            await writeOnFaultyDisk({ file: join(folder, `${seed}.json`), seed, withoutCut: true }, result);
        assert.ok(result.lost + result.wrong > 0);
    });
});
