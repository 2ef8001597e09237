import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyResult, type ProofOptions, type ProofResult } from '../result';
import { damageFiles } from './damage';
import { denyFolder, fillDisk, mountSmallDisk, writeOnFaultyDisk } from './disk';
import { cutPowerAtUpgrade } from './formats';
import { killWriters } from './kills';
import { measureLoad } from './load';
import { fightForStore } from './owners';
import { cutPower } from './power';
import { stopOwner, STOPS } from './stopped';

/** How often, in the part that `npm test` runs and in the whole. */
const COUNTS = {
    fast: { kills: 25, cuts: 30, faulty: 5, full: 2, damages: 80, fights: 1, stops: 1, upgrades: 8, records: 5000 },
    whole: {
        kills: 300,
        cuts: 200,
        faulty: 40,
        full: 10,
        damages: 600,
        fights: 5,
        stops: 5,
        upgrades: 100,
        records: 100_000,
    },
};

/** Proof 4: the store, killed, without power, on full, faulty and read-only disks, with damaged files, and fought for. */
export async function runTortureProof(
    options: ProofOptions & { seed?: number },
    report: (line: string) => void = () => undefined,
): Promise<ProofResult> {
    const seed = options.seed ?? Date.now() % 1_000_000;
    const counts = options.fast ? COUNTS.fast : COUNTS.whole;
    const result = emptyResult();
    result.notes.push(`seed ${seed}`);
    const root = await mkdtemp(join(tmpdir(), 'torture-'));
    let folders = 0;
    const folder = async (): Promise<string> => {
        const path = join(root, String(++folders));
        await mkdir(path);
        return path;
    };
    const file = async (): Promise<string> => join(await folder(), 'store.json');
    try {
        report(`${counts.kills} kills`);
        await killWriters({ file: await file(), kills: counts.kills, seed }, result);
        report(`${counts.cuts} power cuts`);
        await cutPower({ file: await file(), cuts: counts.cuts, seed }, result);
        report('full, faulty and read-only disks');
        for (let i = 0; i < counts.faulty; i++) await writeOnFaultyDisk({ file: await file(), seed: seed + i }, result);
        await fillRealDisk(root, counts.full, seed, result);
        if (!(await denyFolder(await folder(), result))) result.notes.push('read-only folder: not to be had here');
        report(`${counts.damages} damaged stores`);
        await damageFiles(await folder(), counts.damages, seed, result);
        report(`${counts.upgrades} power cuts where a store becomes format 2`);
        for (let i = 0; i < counts.upgrades; i++)
            await cutPowerAtUpgrade({ file: await file(), seed: seed + i }, result);
        report('two processes on one store');
        await fightForStore(await file(), counts.fights, result);
        report('a store whose owner is stopped');
        for (let i = 0; i < counts.stops; i++)
            for (const stop of STOPS) await stopOwner({ file: await file(), ...stop }, result);
        report(`${counts.records} records`);
        await measureLoad(await file(), counts.records, result);
    } finally {
        await rm(root, { recursive: true, force: true });
    }
    return result;
}

async function fillRealDisk(parent: string, times: number, seed: number, result: ProofResult): Promise<void> {
    const disk = await mountSmallDisk(parent);
    if (disk === null) {
        result.notes.push('real full disk: mounting is not allowed here; the faulty disk stands for it');
        return;
    }
    try {
        for (let i = 0; i < times; i++) await fillDisk(disk, seed + i, result);
    } finally {
        await disk.unmount();
    }
}
