import type { Expectation } from '../check';
import type { Asked } from './ailments';
import type { MatrixFixture, MatrixFixtureOptions } from './fixture';

export interface Scenario {
    name: string;
    fixture?: Omit<MatrixFixtureOptions, 'timeout'>;
    /** only this server's requests are struck; default: both servers' */
    only?: Asked['server'];
    /** one print is made: the next POST is the same one again */
    single?: true;
    /** what was there before, undisturbed */
    before: (fixture: MatrixFixture) => Promise<void> | void;
    /** no history is kept: whether an item was made is asked of a person, who sends it again */
    asksPerson?: true;
    /** what is disturbed */
    act: (fixture: MatrixFixture) => Promise<void>;
    /** what a person does who finds that it was refused */
    again: (fixture: MatrixFixture) => Promise<void>;
    expected: Omit<Expectation, 'runs'>;
}

const PARAMETERS = { Weight: '42.5', PrintTime: '1h 00m' };
const ALL = { images: true, links: true, parameters: PARAMETERS };
const poll = (fixture: MatrixFixture): Promise<void> => fixture.chain.poll();

/** A row from before us: so the process knows from when on it was looking. */
function oldPrint({ bambuddy }: MatrixFixture): void {
    bambuddy.print({ name: 'Old' });
}

async function firstPrint(fixture: MatrixFixture): Promise<void> {
    await begin(fixture);
    await fixture.print({ name: 'Clip' });
    await fixture.chain.poll();
    await fixture.chain.idle();
}

/** "From now on" begins with the first look that is not refused: who is refused sees to it before the next print. */
async function begin({ chain }: MatrixFixture): Promise<void> {
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
    before: async (fixture) => {
        oldPrint(fixture);
        await firstPrint(fixture);
    },
    act: async (fixture) => {
        await fixture.print({ archive: fixture.runs[0]!.archiveId });
        await fixture.print({ name: 'Clip' });
        await fixture.chain.poll();
    },
    again: poll,
    expected: { ...ALL, parts: 1 },
};

/** By hand, with overwriting allowed, after the file was sliced anew and the link was cleared. */
const forcedRefresh: Scenario = {
    name: 'forced refresh',
    fixture: { chain: { flow: { overwriteImage: true, overwriteLink: true } } },
    before: async (fixture) => {
        oldPrint(fixture);
        await firstPrint(fixture);
        fixture.bambuddy.editArchive(fixture.runs[0]!.archiveId, {
            print_time_seconds: 5400,
            filament_used_grams: 50,
            external_url: null,
        });
    },
    act: async (fixture) => void (await fixture.chain.archive(fixture.runs[0]!.archiveId, true)),
    again: async (fixture) => void (await fixture.chain.archive(fixture.runs[0]!.archiveId, true)),
    expected: { ...ALL, parts: 1, parameters: { Weight: '50', PrintTime: '1h 30m' } },
};

/** Stock is there, the store is gone: what InvenTree has is read before the next print is taken. */
const lostStore: Scenario = {
    name: 'lost store',
    single: true,
    before: async (fixture) => {
        oldPrint(fixture);
        await firstPrint(fixture);
        await fixture.print({ archive: fixture.runs[0]!.archiveId });
        await fixture.chain.poll();
        await fixture.chain.idle();
        await fixture.chain.crash({ storeLost: true });
    },
    act: async (fixture) => {
        await begin(fixture);
        await fixture.print({ name: 'Clip' });
        await fixture.chain.poll();
    },
    again: poll,
    expected: { ...ALL, parts: 1 },
};

/** A history of four: a reprint, a plate of a file with several, an archive from before the print log. */
export const history: Scenario = {
    name: 'backfill',
    // one at a time: the clean run's requests are then those of every run
    fixture: { chain: { source: { window: 1 } } },
    before: async (fixture) => {
        const first = await fixture.print({ name: 'Clip' });
        await fixture.print({ archive: first });
        await fixture.print({ name: 'Box', plates: 2, plate: 2 });
        await fixture.print({ name: 'Hook', logged: false });
        fixture.chain.start();
        await fixture.chain.idle();
    },
    act: async (fixture) => void (await fixture.chain.backfill()),
    again: async (fixture) => void (await fixture.chain.backfill()),
    expected: { ...ALL, parts: 3 },
};

/** Two filaments of a print are subtracted from their spools. */
export const filamentUsed: Scenario = {
    name: 'filament used',
    fixture: { chain: { flow: { steps: ['part', 'stock', 'image', 'link', 'consume'] } } },
    before: (fixture) => {
        oldPrint(fixture);
        const { bambuddy, inventree, chain } = fixture;
        for (const material of ['PLA', 'PETG']) {
            bambuddy.spools.add({ material });
            const part = inventree.addPart({ name: `Filament ${material}`, units: 'g', category: 1 }).pk;
            inventree.addStock({ part, quantity: 1000, batch: material, delete_on_deplete: false });
        }
        chain.start();
        return chain.idle().then(() => undefined);
    },
    act: async (fixture) => {
        await fixture.print({
            name: 'Clip',
            grams: 42.5,
            usage: [
                [1, 12.5],
                [2, 30],
            ],
        });
        await fixture.chain.poll();
    },
    again: poll,
    expected: { ...ALL, parts: 1, spools: { PLA: 987.5, PETG: 970 } },
};

/** API 388: other paths, parameters one by one. */
const oldInvenTree: Scenario = {
    ...newPrint,
    name: 'new print, InvenTree API 388',
    fixture: { apiVersion: 388 },
    asksPerson: true,
    // the next POST comes when a person says so, not while the first one is still under way
    single: undefined,
    only: 'InvenTree',
};

/** A Bambuddy from before the print log: the archives are walked. */
const noPrintLog: Scenario = {
    ...newPrint,
    name: 'new print, no print log',
    fixture: { printLog: false },
    only: 'Bambuddy',
};

/** A location of its own for each printer, and the price; the location is made for the first print. */
export const placedAndPriced: Scenario = {
    ...newPrint,
    name: 'new print, location per printer and price',
    fixture: { chain: { flow: { printerLocations: true, price: true } } },
    only: 'InvenTree',
};

/** A plate of a file becomes a variant of a template Part, which is made before it. */
export const variantOfTemplate: Scenario = {
    name: 'new variant',
    fixture: { chain: { flow: { variants: 'plates' } } },
    only: 'InvenTree',
    before: oldPrint,
    act: async (fixture) => {
        await begin(fixture);
        await fixture.print({ name: 'Box', plates: 2, plate: 2 });
        await fixture.chain.poll();
        await fixture.chain.idle();
    },
    again: poll,
    expected: { ...ALL, parts: 2 },
};

/** The cost was not known when the item was made; a person corrects it, and sends the archive again. */
export const latePrice: Scenario = {
    name: 'late price',
    fixture: { chain: { flow: { price: true } } },
    only: 'InvenTree',
    before: async (fixture) => {
        oldPrint(fixture);
        await begin(fixture);
        await fixture.print({ name: 'Clip', cost: null });
        await fixture.chain.poll();
        await fixture.chain.idle();
        fixture.bambuddy.editArchive(fixture.runs[0]!.archiveId, { cost: 1.5 });
    },
    act: async (fixture) => void (await fixture.chain.archive(fixture.runs[0]!.archiveId, true)),
    again: async (fixture) => void (await fixture.chain.archive(fixture.runs[0]!.archiveId, true)),
    expected: { ...ALL, parts: 1 },
};

/** The 3MF, a photo and links are attached beside the picture. */
export const filesAttached: Scenario = {
    ...newPrint,
    name: 'new print, files attached',
    fixture: { chain: { flow: { files: true } } },
    single: undefined,
    act: async (fixture) => {
        await begin(fixture);
        const archiveId = await fixture.print({
            name: 'Clip',
            fields: { makerworld_url: 'https://makerworld.com/en/models/7', timelapse_path: 'timelapses/1.mp4' },
        });
        fixture.bambuddy.addPhoto(archiveId, 'finish.jpg', Buffer.from('ffd8ffe000104a464946', 'hex'));
        await fixture.chain.poll();
        await fixture.chain.idle();
    },
};

export const MAIN_SCENARIOS: readonly Scenario[] = [newPrint, repeatPrint, forcedRefresh];
export const SCENARIOS: readonly Scenario[] = [
    ...MAIN_SCENARIOS,
    filamentUsed,
    lostStore,
    history,
    oldInvenTree,
    noPrintLog,
    placedAndPriced,
    latePrice,
    variantOfTemplate,
    filesAttached,
];
