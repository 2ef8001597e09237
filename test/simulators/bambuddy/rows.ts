import type { NaiveTime } from './time';
import type { PrinterJob } from './printer-status';

export type ArchiveStatus = 'archived' | 'printing' | 'completed' | 'failed' | 'aborted' | 'cancelled' | 'stopped';
export type RunStatus = 'completed' | 'failed' | 'stopped' | 'cancelled' | 'skipped' | 'aborted';

export type Verdict = 'good' | 'reject';

export interface FilamentSlot {
    slot_id: number;
    used_g: number;
    type: string;
    color: string;
}

/** The server's own notes on a file and its print. */
export interface ExtraData {
    printable_objects?: Record<string, string>;
    filament_slots?: FilamentSlot[];
    [key: string]: unknown;
}

/**
 * A row of the table of archives; what the API computes on top is in `archive-answer.ts`. Classes, because objects
 * put together from parts take five times the memory, and there may be a hundred thousand of them.
 */
export class ArchiveRow {
    id = 0;
    printer_id: number | null = null;
    project_id: number | null = null;
    filename = '';
    file_path = '';
    file_size = 0;
    content_hash: string | null = null;
    thumbnail_path: string | null = null;
    timelapse_path: string | null = null;
    source_3mf_path: string | null = null;
    f3d_path: string | null = null;
    print_name: string | null = null;
    plate_id: number | null = null;
    print_time_seconds: number | null = null;
    filament_used_grams: number | null = null;
    filament_type: string | null = null;
    filament_color: string | null = null;
    layer_height: number | null = null;
    total_layers: number | null = null;
    nozzle_diameter: number | null = null;
    bed_temperature: number | null = null;
    bed_type: string | null = null;
    nozzle_temperature: number | null = null;
    sliced_for_model: string | null = null;
    /** any text: PATCH does not check it */
    status: string = 'archived' satisfies ArchiveStatus;
    started_at: NaiveTime | null = null;
    completed_at: NaiveTime | null = null;
    extra_data: ExtraData | null = null;
    makerworld_url: string | null = null;
    designer: string | null = null;
    external_url: string | null = null;
    is_favorite = false;
    tags: string | null = null;
    notes: string | null = null;
    cost: number | null = null;
    photos: string[] | null = null;
    failure_reason: string | null = null;
    quantity = 1;
    energy_kwh: number | null = null;
    energy_cost: number | null = null;
    created_at: NaiveTime = '';
    created_by_id: number | null = null;
    created_by_username: string | null = null;
    /** from 1.2.5.7 on: the outcome of the newest run is asked of a person, and what was answered */
    confirm_requested = false;
    user_verdict: Verdict | null = null;
    user_verdict_source: string | null = null;
    user_verdict_at: NaiveTime | null = null;
    /** soft-deleted: hidden from GET, still open to PATCH (recording 155) */
    deleted_at: NaiveTime | null = null;
}

/** A row of the print log: one finished run. */
export class RunRow {
    id = 0;
    archive_id: number | null = null;
    print_name: string | null = null;
    printer_name: string | null = null;
    printer_id: number | null = null;
    status: string = 'completed' satisfies RunStatus;
    started_at: NaiveTime | null = null;
    completed_at: NaiveTime | null = null;
    duration_seconds: number | null = null;
    filament_type: string | null = null;
    filament_color: string | null = null;
    filament_used_grams: number | null = null;
    cost: number | null = null;
    energy_kwh: number | null = null;
    energy_cost: number | null = null;
    failure_reason: string | null = null;
    thumbnail_path: string | null = null;
    created_by_id: number | null = null;
    created_by_username: string | null = null;
    created_at: NaiveTime = '';
    /** from 1.2.5.7 on: the archive's verdict, mirrored while this was its newest run */
    user_verdict: Verdict | null = null;
}

/** One plate of a sliced file. */
export interface Plate {
    index: number;
    name: string;
    objects: string[];
    seconds: number | null;
    grams: number | null;
    filaments: FilamentSlot[];
    thumbnail: boolean;
}

export interface Printer {
    id: number;
    name: string;
    model: string;
    serial_number: string;
    location: string | null;
    connected: boolean;
    /** `unknown`: the server has not heard of the printer since it was connected */
    state: 'IDLE' | 'PREPARE' | 'RUNNING' | 'PAUSE' | 'FINISH' | 'FAILED' | 'unknown';
    /** the job it has, or had last */
    job: PrinterJob | null;
    created_at: NaiveTime;
    updated_at: NaiveTime;
}

export interface Project {
    id: number;
    name: string;
    created_at: NaiveTime;
    updated_at: NaiveTime;
}

/** What the slicer writes into the files of these simulated prints. */
export const sliced = {
    filament_type: 'PLA',
    filament_color: '#FF6A13FF',
    layer_height: 0.2,
    total_layers: 123,
    nozzle_diameter: 0.4,
    bed_temperature: 65,
    bed_type: 'Textured PEI Plate',
    nozzle_temperature: 220,
    sliced_for_model: 'P1S',
} satisfies Partial<ArchiveRow>;
