import type { Expectation } from '../check';
import type { Asked } from './ailments';
import type { Stage, StageOptions } from './stage';

export interface Scenario {
    name: string;
    stage?: Omit<StageOptions, 'timeout'>;
    /** only this server's requests are struck; default: both servers' */
    only?: Asked['server'];
    /** one print is made: the next POST is the same one again */
    single?: true;
    /** what was there before, undisturbed */
    before: (stage: Stage) => Promise<void> | void;
    /** no history is kept: whether an item was made is asked of a person, who sends it again */
    asksPerson?: true;
    /** what is disturbed */
    act: (stage: Stage) => Promise<void>;
    /** what a person does who finds that it was refused */
    again: (stage: Stage) => Promise<void>;
    expected: Omit<Expectation, 'runs'>;
}

const PARAMETERS = { Weight: '42.5', PrintTime: '1h 00m' };
const ALL = { images: true, links: true, parameters: PARAMETERS };
const poll = (stage: Stage): Promise<void> => stage.chain.poll();

/** A row from before us: so the process knows from when on it was looking. */
function oldPrint({ bambuddy }: Stage): void {
    bambuddy.print({ name: 'Old' });
}

async function firstPrint(stage: Stage): Promise<void> {
    await begin(stage);
    await stage.print({ name: 'Clip' });
    await stage.chain.poll();
    await stage.chain.idle();
}

/** "From now on" begins with the first look that is not refused: who is refused sees to it before the next print. */
async function begin({ chain }: Stage): Promise<void> {
    chain.start();
    await chain.idle();
    if (chain.source.status().lastError !== null) await chain.poll();
    await chain.idle();
}

/** The first print of a file: from the first look at an empty InvenTree to the link back. */
export const newPrint: Scenario = {
    name: 'new print',
    single: true,
    before: oldPrint,
    act: firstPrint,
    again: poll,
    expected: { ...ALL, parts: 1 },
};

/** The same archive printed again, and the same file sent once more from the slicer, found by one poll. */
const repeatPrint: Scenario = {
    name: 'repeat print',
    before: async (stage) => {
        oldPrint(stage);
        await firstPrint(stage);
    },
    act: async (stage) => {
        await stage.print({ archive: stage.runs[0]!.archiveId });
        await stage.print({ name: 'Clip' });
        await stage.chain.poll();
    },
    again: poll,
    expected: { ...ALL, parts: 1 },
};

/** By hand, with overwriting allowed, after the file was sliced anew and the link was cleared. */
const forcedRefresh: Scenario = {
    name: 'forced refresh',
    stage: { chain: { flow: { overwriteImage: true, overwriteLink: true } } },
    before: async (stage) => {
        oldPrint(stage);
        await firstPrint(stage);
        stage.bambuddy.editArchive(stage.runs[0]!.archiveId, {
            print_time_seconds: 5400,
            filament_used_grams: 50,
            external_url: null,
        });
    },
    act: async (stage) => void (await stage.chain.archive(stage.runs[0]!.archiveId, true)),
    again: async (stage) => void (await stage.chain.archive(stage.runs[0]!.archiveId, true)),
    expected: { ...ALL, parts: 1, parameters: { Weight: '50', PrintTime: '1h 30m' } },
};

/** Stock is there, the store is gone: what InvenTree has is read before the next print is taken. */
const lostStore: Scenario = {
    name: 'lost store',
    single: true,
    before: async (stage) => {
        oldPrint(stage);
        await firstPrint(stage);
        await stage.print({ archive: stage.runs[0]!.archiveId });
        await stage.chain.poll();
        await stage.chain.idle();
        await stage.chain.crash({ storeLost: true });
    },
    act: async (stage) => {
        await begin(stage);
        await stage.print({ name: 'Clip' });
        await stage.chain.poll();
    },
    again: poll,
    expected: { ...ALL, parts: 1 },
};

/** A history of four: a reprint, a plate of a file with several, an archive from before the print log. */
const history: Scenario = {
    name: 'backfill',
    // one at a time: the clean run's requests are then those of every run
    stage: { chain: { source: { window: 1 } } },
    before: async (stage) => {
        const first = await stage.print({ name: 'Clip' });
        await stage.print({ archive: first });
        await stage.print({ name: 'Box', plates: 2, plate: 2 });
        await stage.print({ name: 'Hook', logged: false });
        stage.chain.start();
        await stage.chain.idle();
    },
    act: async (stage) => void (await stage.chain.backfill()),
    again: async (stage) => void (await stage.chain.backfill()),
    expected: { ...ALL, parts: 3 },
};

/** API 388: other paths, parameters one by one. */
const oldInvenTree: Scenario = {
    ...newPrint,
    name: 'new print, InvenTree API 388',
    stage: { apiVersion: 388 },
    asksPerson: true,
    // the next POST comes when a person says so, not while the first one is still under way
    single: undefined,
    only: 'InvenTree',
};

/** A Bambuddy from before the print log: the archives are walked. */
const noPrintLog: Scenario = {
    ...newPrint,
    name: 'new print, no print log',
    stage: { printLog: false },
    only: 'Bambuddy',
};

export const MAIN_SCENARIOS: readonly Scenario[] = [newPrint, repeatPrint, forcedRefresh];
export const SCENARIOS: readonly Scenario[] = [...MAIN_SCENARIOS, lostStore, history, oldInvenTree, noPrintLog];
