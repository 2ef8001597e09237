import { Router } from 'express';
import type { Access } from './access';
import { answer, Refusal } from './answers';
import { idOf, Query } from './parameters';
import type { RunRow } from './rows';
import type { BambuddyState } from './state';

/** `/print-log`: one row per finished run. */
export function printLogRoutes(state: BambuddyState, access: Access): Router {
    const routes = Router({ caseSensitive: true, strict: true });

    routes.get('/print-log/', access.allows('canReadStatus'), (req, res) => {
        const query = new Query(req);
        const { rows, total } = state.runsByTime.page({
            from: query.time('date_from'),
            to: query.time('date_to'),
            where: filterOf(query),
            limit: query.bounded('limit', { least: 1, most: 500, fallback: 50 }),
            offset: query.bounded('offset', { least: 0, fallback: 0 }),
        });
        answer(res, { items: rows.map(withoutCost), total });
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

/** The feed leaves out what a run cost; `/archives/{id}/runs` has it (recordings 26, 74). */
function withoutCost(run: RunRow): object {
    return { ...run, cost: null, energy_kwh: null, energy_cost: null };
}
