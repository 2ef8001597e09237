import { Router } from 'express';
import type { Access } from './access';
import { archiveAnswer } from './archive-answer';
import { answer } from './answers';
import { Query } from './parameters';
import type { ArchiveRow, RunRow } from './rows';
import type { BambuddyState } from './state';

/** Looking over all archives and runs at once. To be put in front of `/archives/:archive_id`. */
export function searchRoutes(state: BambuddyState, access: Access): Router {
    const routes = Router({ caseSensitive: true, strict: true });
    const reading = access.allows('canReadStatus');

    routes.get('/archives/search', reading, (req, res) => {
        const query = new Query(req);
        const words = query
            .required('q', 2)
            .toLowerCase()
            .split(/[\s*]+/)
            .filter((word) => word !== '');
        const [status, printer, project] = [
            query.text('status'),
            query.integer('printer_id'),
            query.integer('project_id'),
        ];
        const { rows } = state.archivesByTime.page({
            where: (row) =>
                (!status || row.status === status) &&
                (!printer || row.printer_id === printer) &&
                (!project || row.project_id === project) &&
                words.every((word) => indexed(row).includes(word)),
            limit: query.integer('limit') ?? 50,
            offset: query.integer('offset') ?? 0,
        });
        answer(
            res,
            rows.map((row) => archiveAnswer(state, row)),
        );
    });

    routes.get('/archives/slim', reading, (req, res) => {
        const query = new Query(req);
        const { rows } = state.runsByTime.page({
            limit: query.integer('limit') ?? 10_000,
            offset: query.integer('offset') ?? 0,
        });
        answer(
            res,
            rows.map((run) => slimAnswer(state, run)),
        );
    });

    routes.get('/archives/stats', reading, (_req, res) => answer(res, statistics([...state.runs.values()])));

    routes.get('/archives/tags', reading, (_req, res) => {
        const counts = new Map<string, number>();
        for (const { tags } of state.archivesByTime.newestFirst()) {
            for (const tag of (tags ?? '').split(',').map((text) => text.trim())) {
                if (tag !== '') counts.set(tag, (counts.get(tag) ?? 0) + 1);
            }
        }
        const list = [...counts].map(([name, count]) => ({ name, count }));
        answer(
            res,
            list.sort((a, b) => b.count - a.count || a.name.localeCompare(b.name)),
        );
    });

    return routes;
}

function indexed(row: ArchiveRow): string {
    const { print_name, filename, tags, notes, designer, filament_type } = row;
    return [print_name, filename, tags, notes, designer, filament_type].join(' ').toLowerCase();
}

/** One entry per run; it has no id at all (recording 65). */
function slimAnswer(state: BambuddyState, run: RunRow): object {
    const archive = run.archive_id === null ? undefined : state.archives.get(run.archive_id);
    return {
        printer_id: run.printer_id,
        print_name: run.print_name,
        print_time_seconds: archive?.print_time_seconds ?? null,
        actual_time_seconds: run.duration_seconds,
        filament_used_grams: run.filament_used_grams,
        filament_type: run.filament_type,
        filament_color: run.filament_color,
        status: run.status,
        started_at: run.started_at,
        completed_at: run.completed_at,
        cost: run.cost,
        energy_kwh: run.energy_kwh,
        energy_cost: run.energy_cost,
        quantity: archive?.quantity ?? 1,
        created_at: run.created_at,
    };
}

function statistics(runs: RunRow[]): object {
    const count = (...statuses: string[]): number => runs.filter(({ status }) => statuses.includes(status)).length;
    const sum = (key: 'duration_seconds' | 'filament_used_grams' | 'cost' | 'energy_kwh' | 'energy_cost'): number =>
        runs.reduce((total, run) => total + (run[key] ?? 0), 0);
    const by = (key: 'filament_type' | 'printer_id'): Record<string, number> => {
        const counts: Record<string, number> = {};
        for (const run of runs) if (run[key] !== null) counts[run[key]] = (counts[run[key]] ?? 0) + 1;
        return counts;
    };
    return {
        total_prints: runs.length,
        successful_prints: count('completed'),
        failed_prints: count('failed', 'aborted'),
        cancelled_prints: count('cancelled', 'stopped'),
        total_print_time_hours: Math.round(sum('duration_seconds') / 360) / 10,
        total_filament_grams: sum('filament_used_grams'),
        total_cost: sum('cost'),
        prints_by_filament_type: by('filament_type'),
        prints_by_printer: by('printer_id'),
        average_time_accuracy: null,
        time_accuracy_by_printer: null,
        total_energy_kwh: sum('energy_kwh'),
        total_energy_cost: sum('energy_cost'),
        energy_data_warming_up: false,
    };
}
