import crypto from 'node:crypto';
import { ArchiveRow, sliced, type ExtraData, type FilamentSlot, type Plate } from './rows';
import type { BambuddyState } from './state';
import { compact } from './time';

/** What was sliced. Everything has a default; `fields` has the last word over any column. */
export interface SlicedFile {
    name?: string | null;
    filename?: string;
    /** default: the hash of the file name, so that the same file printed again is recognized */
    contentHash?: string | null;
    /** the slicer's estimate */
    estimate?: { seconds?: number | null; grams?: number | null };
    quantity?: number;
    /** how many plates the file has, or what is on them */
    plates?: number | Plate[];
    /** the plate that was chosen */
    plate?: number;
    /** printed without its 3MF: the archive knows a job name and nothing else */
    no3mf?: boolean;
    /** default: a generated PNG */
    thumbnail?: Buffer | boolean;
    filamentType?: string;
    filamentColor?: string;
    layerHeight?: number;
    designer?: string;
    makerworldUrl?: string;
    /** written by a person */
    externalUrl?: string;
    tags?: string;
    notes?: string;
    cost?: number | null;
    printer?: number;
    project?: number;
    id?: number;
    fields?: Partial<ArchiveRow>;
}

/** Adds the archive of a sliced file; status and times are the caller's. */
export function archiveFile(state: BambuddyState, file: SlicedFile, happened: Partial<ArchiveRow>): ArchiveRow {
    const row = new ArchiveRow();
    row.id = file.id ?? state.nextArchiveId();
    if (state.archives.has(row.id)) throw new Error(`archive ${row.id} exists`);
    row.print_name = file.name === undefined ? `Print ${row.id}` : file.name;
    row.printer_id = file.printer ?? null;
    row.project_id = file.project ?? null;
    row.plate_id = file.plate ?? null;
    row.external_url = file.externalUrl ?? null;
    row.tags = file.tags ?? null;
    row.notes = file.notes ?? null;
    row.quantity = file.quantity ?? 1;
    row.created_at = state.created(happened.created_at ?? state.moment());
    if (file.no3mf) describeJob(row, file);
    else describeFile(row, file);
    Object.assign(row, happened, { created_at: row.created_at }, file.fields);

    if (hasSeveralPlates(file)) state.plates.set(row.id, platesOf(file, row));
    if (Buffer.isBuffer(file.thumbnail)) state.thumbnails.set(row.id, file.thumbnail);
    if (row.external_url) state.personalLinks.add(row.id);
    return state.insertArchive(row);
}

/** Without its 3MF nothing is known of a print but what the printer says (recording 79). */
function describeJob(row: ArchiveRow, file: SlicedFile): void {
    row.filename = '/data/Metadata/plate_1.gcode';
    row.print_time_seconds = file.estimate?.seconds ?? null;
    row.extra_data = { no_3mf_available: true, original_subtask: row.print_name };
}

function describeFile(row: ArchiveRow, file: SlicedFile): void {
    const name = row.print_name ?? `Print ${row.id}`;
    const filename = file.filename ?? `${name.replace(/[ /\\]+/g, '_')}.gcode.3mf`;
    const stem = filename.replace(/(\.gcode)?\.3mf$/, '');
    const folder = `archive/${file.printer ?? 'unassigned'}/${compact(row.created_at)}_${stem}`;
    Object.assign(row, sliced);
    row.filename = filename;
    row.file_path = `${folder}/${filename}`;
    row.file_size = 10_000 + filename.length * 100;
    row.content_hash = file.contentHash === undefined ? hashOf(filename) : file.contentHash;
    row.thumbnail_path = file.thumbnail === false ? null : `${folder}/thumbnail.png`;
    row.print_time_seconds = file.estimate?.seconds === undefined ? 3600 : file.estimate.seconds;
    row.filament_used_grams = file.estimate?.grams === undefined ? 42.5 : file.estimate.grams;
    row.filament_type = file.filamentType ?? row.filament_type;
    row.filament_color = file.filamentColor ?? row.filament_color;
    row.layer_height = file.layerHeight ?? row.layer_height;
    row.makerworld_url = file.makerworldUrl ?? null;
    row.designer = file.designer ?? null;
    row.cost = file.cost === undefined ? costOf(row.filament_used_grams) : file.cost;
    row.extra_data = extraData(row, name, hasSeveralPlates(file));
}

function hasSeveralPlates({ plates }: SlicedFile): boolean {
    return Array.isArray(plates) || (plates ?? 1) > 1;
}

/** Files with several plates have no list of objects (recording 81). */
function extraData(row: ArchiveRow, name: string, severalPlates: boolean): ExtraData {
    const extra: ExtraData = {
        sliced_for_model: row.sliced_for_model,
        bed_type: row.bed_type,
        print_time_seconds: row.print_time_seconds,
        filament_used_grams: row.filament_used_grams,
        filament_type: row.filament_type,
        filament_color: row.filament_color,
        layer_height: row.layer_height,
        nozzle_diameter: row.nozzle_diameter,
        bed_temperature: row.bed_temperature,
        nozzle_temperature: row.nozzle_temperature,
        total_layers: row.total_layers,
        print_name: name,
    };
    if (!severalPlates) extra.printable_objects = objectsNamed(name, Math.max(1, row.quantity));
    if (row.filament_used_grams) extra.filament_slots = [slotOf(row)];
    if (row.designer !== null) extra.designer = row.designer;
    if (row.makerworld_url !== null) {
        extra.makerworld_url = row.makerworld_url;
        extra.makerworld_model_id = /models\/(\d+)/.exec(row.makerworld_url)?.[1];
    }
    return extra;
}

function objectsNamed(name: string, count: number): Record<string, string> {
    const objects: Record<string, string> = {};
    for (let i = 0; i < count; i++) objects[String(101 + 22 * i)] = name;
    return objects;
}

function slotOf(row: ArchiveRow): FilamentSlot {
    return {
        slot_id: 1,
        used_g: row.filament_used_grams ?? 0,
        type: row.filament_type ?? '',
        color: row.filament_color ?? '',
    };
}

/** Plates of a new file: those given, or as many with equal shares of time and filament. */
function platesOf(file: SlicedFile, row: ArchiveRow): Plate[] {
    if (Array.isArray(file.plates)) return file.plates;
    const count = file.plates ?? 1;
    const share = (total: number | null): number | null => (total === null ? null : total / count);
    return Array.from({ length: count }, (_, i) => ({
        index: i + 1,
        name: `Plate ${i + 1}`,
        objects: [`object ${i + 1}`],
        seconds: share(row.print_time_seconds),
        grams: share(row.filament_used_grams),
        filaments: [{ ...slotOf(row), used_g: share(row.filament_used_grams) ?? 0 }],
        thumbnail: true,
    }));
}

/** The plates of any archive; a file that was given none has one. */
export function platesOfArchive(state: BambuddyState, row: ArchiveRow): Plate[] {
    if (row.file_path === '') return [];
    const objects = Object.values(row.extra_data?.printable_objects ?? {});
    const only: Plate = {
        index: row.plate_id ?? 1,
        name: row.print_name ?? '',
        objects,
        seconds: row.print_time_seconds,
        grams: row.filament_used_grams,
        filaments: row.extra_data?.filament_slots ?? [],
        thumbnail: row.thumbnail_path !== null,
    };
    return state.plates.get(row.id) ?? [only];
}

export function hashOf(content: string | Buffer): string {
    return crypto.createHash('sha256').update(content).digest('hex');
}

/** 25 per kilogram, the server's default price. */
export function costOf(grams: number | null): number | null {
    return grams ? Math.round(grams * 2.5) / 100 : null;
}

/** What the printer said when the print began; every printed archive carries it, 2 kB each, shared here by all. */
export const printerReport = {
    filename: '/data/Metadata/plate_1.gcode',
    remaining_time: 3600,
    raw_data: {
        gcode_state: 'RUNNING',
        mc_percent: 0,
        mc_remaining_time: 60,
        gcode_file: '/data/Metadata/plate_1.gcode',
        layer_num: 0,
        total_layer_num: 100,
        nozzle_temper: 25,
        bed_temper: 24,
        chamber_temper: 25,
        wifi_signal: '-50dBm',
        print_type: 'local',
        hms: [],
        print_error: 0,
        sdcard: true,
        nozzle_diameter: '0.4',
        ams: [
            {
                id: '0',
                humidity: '3',
                temp: '25.0',
                tray: [{ id: '0', tray_type: 'PLA', tray_color: 'FF6A13FF', remain: 80, tray_weight: '1000' }],
            },
        ],
        command: 'push_status',
        msg: 0,
    },
    ams_mapping: null,
};
