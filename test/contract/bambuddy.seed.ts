import { BambuddySimulator, type FinishedPrint, type SlicedFile } from '../simulators/bambuddy';

/** The archives and runs that the recordings from 26 on talk about, by their ids, told in the simulator's own words. */
export function seedAsRecorded(sim: BambuddySimulator): void {
    const printer = sim.addPrinter({ name: 'P1S Werkstatt', state: 'FINISH' }).id;
    const at = (day: number, hour = 9): { printer: number; startedAt: string } => ({
        printer,
        startedAt: `2026-11-${String(day).padStart(2, '0')}T${String(hour).padStart(2, '0')}:00:03`,
    });
    const benchy = { name: '3DBenchy', contentHash: '145d', status: 'completed', ...at(8) } as const;
    const completed = (
        day: number,
        hours = 1,
    ): { status: 'completed'; completedAt: string } & ReturnType<typeof at> => ({
        ...at(day),
        status: 'completed',
        completedAt: `2026-11-${String(day).padStart(2, '0')}T${9 + hours}:00:00`,
    });

    sim.addArchive({ id: 1, ...benchy, completedAt: '2026-11-08T10:00:00' });
    // its file has no title
    delete sim.state.archives.get(1)!.extra_data!.print_name;
    sim.addArchive({
        id: 2,
        ...completed(1, 4),
        name: 'Gridfinity Bin 2x3x6',
        quantity: 4,
        tags: 'gridfinity, workshop',
        fields: { energy_kwh: 0.43, energy_cost: 0.13 },
    });
    sim.addPhoto(2, 'a1b2c3d4.jpg', photo);
    sim.addArchive({
        id: 3,
        ...at(2),
        name: 'Lüfterhalterung',
        status: 'failed',
        fields: { failure_reason: 'Runout' },
    });
    sim.addArchive({ id: 4, ...at(3), name: '部品 ブラケット', filename: '部品_v3.gcode.3mf', status: 'cancelled' });
    sim.addArchive({ id: 5, ...at(3, 10), name: 'Très long', status: 'aborted' });
    sim.addArchive({
        id: 6,
        ...completed(4),
        name: 'Articulated Dragon & Friends <Ltd>',
        quantity: 2,
        designer: 'McGybeer',
        makerworldUrl: 'https://makerworld.com/en/models/123456',
    });
    sim.addArchive({ id: 7, ...completed(4), name: 'Multi plate enclosure', plates: 3 });
    sim.addArchive({ id: 8, ...completed(5), name: 'Enclosure kit - Plate 5' });
    sim.addArchive({ id: 9, ...at(5, 11), name: 'Bracket without thumbnail', status: 'stopped', thumbnail: false });
    sim.addArchive({
        id: 10,
        name: null,
        no3mf: true,
        status: 'completed',
        createdAt: '2026-11-06T09:00:00',
        completedAt: '2026-11-06T10:00:00',
        fields: { filename: 'bare_minimum.3mf', file_path: 'archive/bare_minimum.3mf', extra_data: {} },
    });
    sim.addArchive({ id: 11, name: 'Unsliced project', createdAt: '2026-11-22T04:19:23' });
    for (let id = 12; id <= 18; id++) sim.addArchive({ id, ...completed(7), ...parts[id] });
    for (let id = 19; id <= 22; id++) sim.addArchive({ id, ...benchy, completedAt: '2026-11-08T10:00:00' });
    for (let id = 23; id <= 34; id++) {
        sim.addArchive({ id, name: `Batch part ${id}`, createdAt: '2026-11-22T04:19:25' });
    }

    const prints: [minute: number, print: FinishedPrint][] = [
        [22, { id: 35, name: 'Shelf bracket v2', quantity: 3, designer: 'Jane' }],
        [23, { id: 36, name: 'Hinge test', status: 'failed' }],
        [24, { id: 37, name: 'Vase mode', status: 'aborted' }],
        [25, { id: 38, name: 'No_such_file_on_sd', no3mf: true }],
        [26, { id: 39, name: 'Shelf bracket v2', quantity: 3, designer: 'Jane' }],
        [27, { id: 40, name: 'Hinge test' }],
        [28, { id: 41, name: 'Stop me', status: 'cancelled' }],
        [29, { archive: 35, run: { cost: 1.06, energy_kwh: 0.0154, energy_cost: 0.002 } }],
    ];
    for (const [minute, print] of prints) {
        sim.print({ ...print, printer, startedAt: `2026-11-22T04:${minute}:10.720895`, seconds: 5, grams: 42.5 });
    }
    sim.addPhoto(40, 'finish_20261122_042555_6a990e48.jpg', photo);
    sim.editArchive(41, { energy_kwh: 0.0122, energy_cost: 0.002 });
    sim.addArchive({ id: 43, name: 'To be purged', createdAt: '2026-11-10T00:00:01' });
}

/** What was printed while the last recordings were made. */
export function seedLaterPrints(sim: BambuddySimulator): void {
    seedAsRecorded(sim);
    sim.print({ id: 46, name: 'Vase mode', status: 'aborted', startedAt: '2026-11-22T04:32:52.499018', seconds: 27 });
    sim.print({ id: 47, name: 'Hinge test', startedAt: '2026-11-22T04:33:35.299881', seconds: 45 });
}

const parts: Record<number, SlicedFile> = {
    13: { name: 'zero grams', quantity: 0, estimate: { seconds: 60, grams: 0 } },
    14: { name: 'M3x8 spacer', quantity: 60, designer: 'Jörg Müller' },
    17: { name: 'PN-10042 Shelf bracket RevB', quantity: 2 },
};

/** As much of a JPEG as tells that it is one. */
const photo = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00]);
