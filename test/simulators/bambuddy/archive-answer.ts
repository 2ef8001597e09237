import type { ArchiveRow, RunRow } from './rows';
import type { BambuddyState } from './state';
import { secondsBetween } from './time';
import { behaves } from './version';

/** An archive as the API shows it: its row, and what is computed from its runs and from archives of the same file. */
export function archiveAnswer(state: BambuddyState, row: ArchiveRow, more: Partial<Duplicates> = {}): object {
    const runs = state.runsOf(row.id);
    const project = row.project_id === null ? undefined : state.projects.get(row.project_id);
    const duplicates = { ...noDuplicates, ...more };
    return {
        id: row.id,
        printer_id: row.printer_id,
        project_id: row.project_id,
        project_name: project?.name ?? null,
        filename: row.filename,
        file_path: row.file_path,
        file_size: row.file_size,
        content_hash: row.content_hash,
        thumbnail_path: row.thumbnail_path,
        timelapse_path: row.timelapse_path,
        source_3mf_path: row.source_3mf_path,
        f3d_path: row.f3d_path,
        ...duplicates,
        object_count: objectCount(row),
        print_name: row.print_name,
        plate_id: row.plate_id,
        print_time_seconds: row.print_time_seconds,
        ...measured(row, runs),
        filament_used_grams: row.filament_used_grams,
        filament_type: row.filament_type,
        filament_color: row.filament_color,
        layer_height: row.layer_height,
        total_layers: row.total_layers,
        nozzle_diameter: row.nozzle_diameter,
        bed_temperature: row.bed_temperature,
        bed_type: row.bed_type,
        nozzle_temperature: row.nozzle_temperature,
        sliced_for_model: row.sliced_for_model,
        status: row.status,
        started_at: row.started_at,
        completed_at: row.completed_at,
        extra_data: row.extra_data,
        makerworld_url: row.makerworld_url,
        designer: row.designer,
        external_url: row.external_url,
        is_favorite: row.is_favorite,
        tags: row.tags,
        notes: row.notes,
        cost: row.cost,
        photos: row.photos,
        failure_reason: row.failure_reason,
        quantity: row.quantity,
        energy_kwh: row.energy_kwh,
        energy_cost: row.energy_cost,
        created_at: row.created_at,
        created_by_id: row.created_by_id,
        created_by_username: row.created_by_username,
        ...outcome(state, row),
        ...summary(runs),
    };
}

function outcome(state: BambuddyState, row: ArchiveRow): object {
    if (!behaves(state.version, 'verdicts')) return {};
    const { confirm_requested, user_verdict, user_verdict_source, user_verdict_at } = row;
    return { confirm_requested, user_verdict, user_verdict_source, user_verdict_at };
}

/** A row of the print log as the API shows it. */
export function runAnswer(state: BambuddyState, run: RunRow): object {
    const { user_verdict, ...row } = run;
    return behaves(state.version, 'verdicts') ? { ...row, user_verdict } : row;
}

export interface Duplicate {
    id: number;
    print_name: string | null;
    created_at: string;
    match_type: 'exact';
}

interface Duplicates {
    duplicates: Duplicate[] | null;
    duplicate_count: number;
    duplicate_sequence: number;
    original_archive_id: number | null;
}

const noDuplicates: Duplicates = {
    duplicates: null,
    duplicate_count: 0,
    duplicate_sequence: 0,
    original_archive_id: null,
};

/** In a list an archive knows its place among those of the same file, but not their names. */
export function listedAnswer(state: BambuddyState, row: ArchiveRow): object {
    const group = state.sameFile(row);
    if (!group || group.size < 2) return archiveAnswer(state, row);
    return archiveAnswer(state, row, {
        duplicate_count: group.size - 1,
        duplicate_sequence: group.rank(row),
        original_archive_id: group.oldest()!.id,
    });
}

/** Asked for alone it names them, but does not know its place (recordings 77, 192). */
export function singleAnswer(state: BambuddyState, row: ArchiveRow): object {
    const duplicates = duplicatesOf(state, row);
    return archiveAnswer(state, row, { duplicates, duplicate_count: duplicates.length });
}

export function duplicatesOf(state: BambuddyState, row: ArchiveRow): Duplicate[] {
    const group = state.sameFile(row);
    if (!group) return [];
    const { rows } = group.page({ offset: 0, limit: 11 });
    return rows
        .filter(({ id }) => id !== row.id)
        .slice(0, 10)
        .map(({ id, print_name, created_at }) => ({ id, print_name, created_at, match_type: 'exact' }));
}

function objectCount(row: ArchiveRow): number | null {
    const objects = row.extra_data?.printable_objects;
    return objects ? Object.keys(objects).length : null;
}

/** Only of a completed archive with a single run; an estimate 20 times off is taken for a mistake. */
function measured(row: ArchiveRow, runs: readonly RunRow[]): object {
    const nothing = { actual_time_seconds: null, time_accuracy: null };
    if (runs.length > 1 || row.status !== 'completed' || !row.started_at || !row.completed_at) return nothing;
    const seconds = secondsBetween(row.started_at, row.completed_at);
    if (seconds <= 0) return nothing;
    const accuracy = ((row.print_time_seconds ?? 0) / seconds) * 100;
    const plausible = accuracy >= 5 && accuracy <= 500;
    return { actual_time_seconds: seconds, time_accuracy: plausible ? Math.round(accuracy * 10) / 10 : null };
}

function summary(runs: readonly RunRow[]): object {
    const grams = runs.reduce((sum, run) => sum + (run.filament_used_grams ?? 0), 0);
    const starts = runs.map((run) => run.started_at ?? '').sort();
    const count = (status: string): number => runs.filter((run) => run.status === status).length;
    return {
        run_count: runs.length,
        last_run_at: starts.at(-1) || null,
        total_filament_actual_grams: grams === 0 ? null : Math.round(grams * 100) / 100,
        successful_run_count: count('completed'),
        failed_run_count: count('failed'),
    };
}
