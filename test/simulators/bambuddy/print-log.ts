import { Router } from 'express';
import type { Access } from './access';
import { runAnswer } from './archive-answer';
import { answer, Refusal } from './answers';
import { idOf, Query } from './parameters';
import type { RunRow } from './rows';
import type { BambuddyState } from './state';
import { behaves } from './version';

/** `/print-log`: one row per finished run. */
export function printLogRoutes(state: BambuddyState, access: Access, version: string): Router {
    const routes = Router({ caseSensitive: true, strict: true });
    const newer = behaves(version, 'sortedLog');

    routes.get('/print-log/', access.allows('canReadStatus'), (req, res) => {
        const query = new Query(req);
        const range = { from: query.time('date_from'), to: query.time('date_to'), where: filterOf(query) };
        const limit = query.bounded('limit', { least: 1, most: 500, fallback: 50 });
        const offset = query.bounded('offset', { least: 0, fallback: 0 });
        if (!newer) {
            // `sort_by` is an unknown parameter: ignored
            const { rows, total } = state.runsByTime.page({ ...range, limit, offset });
            answer(res, { items: rows.map((run) => withoutCost(runAnswer(state, run))), total });
            return;
        }
        const order = orderOf(query);
        const { rows, total } = state.runsByTime.page({ ...range, limit: -1, offset: 0 });
        const page = rows.sort(order).slice(offset, offset + limit);
        answer(res, { items: page.map((run) => runAnswer(state, run)), total });
    });

    routes.delete('/print-log/', access.allows('canManageArchives'), (_req, res) => {
        const deleted = state.runs.size;
        state.violations.push(`DELETE the print log of ${deleted} rows`);
        state.clearRuns();
        answer(res, { deleted });
    });

    routes.delete('/print-log/:entry_id', access.allows('canManageArchives'), (req, res) => {
        const run = state.runs.get(idOf(req, 'entry_id'));
        if (!run) throw new Refusal(404, 'Print log entry not found');
        state.violations.push(`DELETE row ${run.id} of the print log`);
        state.removeRun(run);
        answer(res, { status: 'deleted', id: run.id });
    });

    return routes;
}

/** Empty texts filter nothing. */
function filterOf(query: Query): ((run: RunRow) => boolean) | undefined {
    const status = query.text('status');
    const search = query.text('search')?.toLowerCase();
    const printer = query.integer('printer_id');
    const user = query.text('created_by_username');
    if (!status && !search && printer === undefined && !user) return undefined;
    return (run) =>
        (!status || run.status === status) &&
        (!search || (run.print_name ?? '').toLowerCase().includes(search)) &&
        (printer === undefined || run.printer_id === printer) &&
        (!user || run.created_by_username === user);
}

/** By what the log can be sorted, from 1.2.5.3 on (#2636): the keys are the columns of its table. `created_at` is none. */
const SORTABLE: Record<string, (run: RunRow) => string | number | null> = {
    date: (run) => run.started_at ?? run.created_at,
    print_name: (run) => run.print_name,
    printer: (run) => run.printer_name,
    user: (run) => run.created_by_username,
    status: (run) => run.status,
    duration: (run) => run.duration_seconds,
    completed_at: (run) => run.completed_at,
    filament: (run) => run.filament_type,
    filament_used: (run) => run.filament_used_grams,
    cost: (run) => run.cost,
    energy: (run) => run.energy_kwh,
    energy_cost: (run) => run.energy_cost,
};

/** Rows without a value last in both directions; of equal values the higher id first. */
function orderOf(query: Query): (a: RunRow, b: RunRow) => number {
    const by = query.text('sort_by') ?? 'date';
    const direction = query.pattern('sort_dir', /^(asc|desc)$/) ?? 'desc';
    const valueOf = Object.hasOwn(SORTABLE, by) ? SORTABLE[by]! : undefined;
    if (valueOf === undefined) throw new Refusal(400, `Cannot sort by '${by}'`);
    const sign = direction === 'asc' ? 1 : -1;
    return (a, b) => {
        const [left, right] = [valueOf(a), valueOf(b)];
        if (left === right) return b.id - a.id;
        if (left === null || right === null) return left === null ? 1 : -1;
        return left < right ? -sign : sign;
    };
}

/** Before 1.2.5.3 the feed leaves out what a run cost; `/archives/{id}/runs` has it (recordings 26, 74). */
function withoutCost(run: object): object {
    return { ...run, cost: null, energy_kwh: null, energy_cost: null };
}
