import express, { Router } from 'express';
import type { Access } from './access';
import { archiveAnswer, runAnswer, duplicatesOf, listedAnswer, singleAnswer } from './archive-answer';
import { readUpdate, refuseNulls, type ArchiveUpdate } from './archive-update';
import { answer, notFound } from './answers';
import { idOf, Query } from './parameters';
import { platesOfArchive } from './prints';
import type { ArchiveRow, Plate, RunRow, Verdict } from './rows';
import type { BambuddyState } from './state';

/** `/archives`: list, look at, change. Images, files and statistics have files of their own. */
export function archiveRoutes(state: BambuddyState, access: Access): Router {
    const routes = Router({ caseSensitive: true, strict: true });
    const reading = access.allows('canReadStatus');
    const managing = access.allows('canManageArchives');
    const visible = (id: number): ArchiveRow => {
        const row = state.visibleArchive(id);
        if (!row) throw notFound('Archive');
        return row;
    };

    routes.get('/archives/', reading, (req, res) => {
        const query = new Query(req);
        const [limit, offset] = [query.integer('limit') ?? 50, query.integer('offset') ?? 0];
        // a 0 is no filter: the server asks `if printer_id`
        const [printer, project] = [query.integer('printer_id') || null, query.integer('project_id') || null];
        const [from, to] = [query.date('date_from'), query.date('date_to')];
        const filtered = printer !== null || project !== null;
        const { rows } = state.archivesByTime.page({
            from: from && `${from}T00:00:00.000000`,
            to: to && `${to}T23:59:59.999999`,
            where: filtered
                ? (row) =>
                      (printer === null || row.printer_id === printer) &&
                      (project === null || row.project_id === project)
                : undefined,
            limit,
            offset,
        });
        answer(
            res,
            rows.map((row) => listedAnswer(state, row)),
        );
    });

    routes.get('/archives/:archive_id', reading, (req, res) => {
        answer(res, singleAnswer(state, visible(idOf(req, 'archive_id'))));
    });

    routes.get('/archives/:archive_id/runs', reading, (req, res) => {
        const { id } = visible(idOf(req, 'archive_id'));
        const items = [...state.runsOf(id)].sort(
            (a, b) => (b.started_at ?? '').localeCompare(a.started_at ?? '') || b.id - a.id,
        );
        answer(res, { items: items.map((run) => runAnswer(state, run)), total: items.length });
    });

    routes.get('/archives/:archive_id/plates', reading, (req, res) => {
        const row = visible(idOf(req, 'archive_id'));
        const plates = platesOfArchive(state, row);
        if (plates.length === 0) throw notFound('File');
        answer(res, {
            archive_id: row.id,
            filename: row.filename,
            plates: plates.map((plate) => plateAnswer(row, plate)),
            is_multi_plate: plates.length > 1,
            has_gcode: true,
            embedded_printer: null,
            embedded_process: null,
            design_overrides: [],
        });
    });

    routes.get('/archives/:archive_id/duplicates', reading, (req, res) => {
        const duplicates = duplicatesOf(state, visible(idOf(req, 'archive_id')));
        answer(res, { duplicates, count: duplicates.length });
    });

    routes.get('/archives/:archive_id/delete-impact', reading, (req, res) => {
        visible(idOf(req, 'archive_id'));
        answer(res, { related_queue_items: 0, currently_printing: 0 });
    });

    routes.patch('/archives/:archive_id', express.text({ type: () => true, limit: '10mb' }), managing, (req, res) => {
        const update = readUpdate(req, state.version);
        // not `visible`: a soft-deleted archive can be changed (recording 155)
        const row = state.archives.get(idOf(req, 'archive_id'));
        if (!row) throw notFound('Archive');
        refuseNulls(update);
        // what `requests` shows of it
        req.body = update;
        watchLink(state, row, update);
        const before = archiveAnswer(state, row) as { project_name: string | null };
        state.changeArchive(row, update);
        if (update.user_verdict !== undefined) stampVerdict(state, row, update.user_verdict, 'api');
        mirror(state, row, update);
        // the project was loaded before the change (recordings 145, 150)
        answer(res, { ...archiveAnswer(state, row), project_name: before.project_name });
    });

    routes.post('/archives/:archive_id/favorite', managing, (req, res) => {
        const row = visible(idOf(req, 'archive_id'));
        row.is_favorite = !row.is_favorite;
        answer(res, archiveAnswer(state, row));
    });

    routes.delete('/archives/:archive_id', managing, (req, res) => {
        const id = idOf(req, 'archive_id');
        const row = state.archives.get(id);
        if (!row) throw notFound('Archive');
        const purge = new Query(req).flag('purge_stats');
        state.violations.push(`DELETE archive ${id}${purge ? ' with its runs' : ''}`);
        if (purge) {
            purgeArchive(state, row);
        } else {
            state.changeArchive(row, { deleted_at: state.moment() });
        }
        answer(res, { status: 'deleted', purged_from_stats: purge });
    });

    return routes;
}

/** Takes an archive out of the database; its runs go too, or stay without an archive. */
export function purgeArchive(state: BambuddyState, row: ArchiveRow, keepRuns = false): void {
    for (const run of [...state.runsOf(row.id)]) {
        if (keepRuns) state.changeRun(run, { archive_id: null });
        else state.removeRun(run);
    }
    state.removeArchive(row);
}

function watchLink(state: BambuddyState, row: ArchiveRow, update: ArchiveUpdate): void {
    if (update.external_url === undefined || update.external_url === row.external_url) return;
    if (!state.personalLinks.has(row.id)) return;
    state.violations.push(
        `PATCH archive ${row.id}: overwrites a person's external_url ${row.external_url} with ${update.external_url}`,
    );
}

/** What a person says about an archive is written into its newest run as well. */
function mirror(state: BambuddyState, row: ArchiveRow, { status, failure_reason }: ArchiveUpdate): void {
    const newest = newestRun(state, row);
    if (newest && status !== undefined) newest.status = status;
    if (newest && failure_reason !== undefined) newest.failure_reason = failure_reason;
}

/** A person's verdict on the newest run: kept with the archive, and mirrored onto that run's row (#1898). */
export function stampVerdict(state: BambuddyState, row: ArchiveRow, verdict: Verdict | null, source: string): void {
    const reported = verdict !== null;
    row.user_verdict = verdict;
    row.user_verdict_source = reported ? source : null;
    row.user_verdict_at = reported ? state.moment() : null;
    const newest = newestRun(state, row);
    if (newest) newest.user_verdict = verdict;
}

function newestRun(state: BambuddyState, row: ArchiveRow): RunRow | undefined {
    return state.runsOf(row.id).reduce((a, b) => (b.id > (a?.id ?? 0) ? b : a), state.runsOf(row.id)[0]);
}

function plateAnswer(row: ArchiveRow, plate: Plate): object {
    return {
        index: plate.index,
        name: plate.name,
        objects: [...new Set(plate.objects)],
        object_count: plate.objects.length,
        has_thumbnail: plate.thumbnail,
        thumbnail_url: plate.thumbnail ? `/api/v1/archives/${row.id}/plate-thumbnail/${plate.index}` : null,
        print_time_seconds: plate.seconds,
        filament_used_grams: plate.grams,
        filaments: plate.filaments.map(({ slot_id, type, color, used_g }) => ({
            slot_id,
            type,
            color,
            used_grams: used_g,
            used_meters: Math.round((used_g / 3) * 100) / 100,
        })),
        bed_type: row.bed_type,
    };
}
