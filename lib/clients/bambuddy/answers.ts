import * as v from 'valibot';
import { checkedFor, maybe, readRowsOf, type Checked, type UnreadableRow } from '../../http/checked';
import { utc } from './times';

/** Ids of the database begin at 1. */
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Tells runs apart: one that is no time makes the row unreadable, instead of being another run. */
const runStart = v.optional(
    v.nullable(
        v.pipe(
            v.string(),
            v.check((text) => text === '' || utc(text) !== null, 'not a date and time'),
        ),
    ),
    null,
);
/** Seconds, grams and the like: a value that cannot be is unknown. */
const measure = v.pipe(v.number(), v.minValue(0), v.maxValue(1e9));
/** Money and counts, which people may set below 0. */
const amount = v.pipe(v.number(), v.minValue(-1e9), v.maxValue(1e9));

/** `GET /archives/{id}` and the rows of `GET /archives/`, as far as we use them; the rest is kept. */
export const archiveSchema = v.looseObject({
    id,
    printer_id: maybe(id),
    project_id: maybe(id),
    project_name: maybe(v.string()),
    filename: maybe(v.string()),
    content_hash: maybe(v.string()),
    print_name: maybe(v.string()),
    plate_id: maybe(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
    thumbnail_path: maybe(v.string()),
    print_time_seconds: maybe(measure),
    actual_time_seconds: maybe(measure),
    filament_used_grams: maybe(measure),
    filament_type: maybe(v.string()),
    filament_color: maybe(v.string()),
    layer_height: maybe(measure),
    sliced_for_model: maybe(v.string()),
    status: v.string(),
    started_at: runStart,
    completed_at: maybe(v.string()),
    created_at: maybe(v.string()),
    quantity: maybe(amount),
    cost: maybe(amount),
    energy_cost: maybe(amount),
    makerworld_url: maybe(v.string()),
    designer: maybe(v.string()),
    external_url: maybe(v.string()),
    tags: maybe(v.string()),
    run_count: maybe(measure),
    /** of its newest run; a person may give one to a completed print, too */
    failure_reason: maybe(v.string()),
    /** from 1.2.5.7 on, both of its newest run (bambuddy#1898, #3047) */
    confirm_requested: maybe(v.boolean()),
    user_verdict: maybe(v.picklist(['good', 'reject'])),
});
export type Archive = v.InferOutput<typeof archiveSchema>;

/** A row of `/print-log/` and of `/archives/{id}/runs`. Its id is a label only: it may be given again. */
export const runSchema = v.looseObject({
    id,
    // null: the archive is gone. Anything but an id or null makes the row unreadable, not one without archive
    archive_id: v.optional(v.nullable(id), null),
    print_name: maybe(v.string()),
    printer_id: maybe(id),
    printer_name: maybe(v.string()),
    status: v.string(),
    started_at: runStart,
    completed_at: maybe(v.string()),
    duration_seconds: maybe(measure),
    filament_type: maybe(v.string()),
    filament_color: maybe(v.string()),
    filament_used_grams: maybe(measure),
    cost: maybe(amount),
    energy_cost: maybe(amount),
    failure_reason: maybe(v.string()),
    /** from 1.2.5.7 on */
    user_verdict: maybe(v.picklist(['good', 'reject'])),
    created_at: maybe(v.string()),
});
export type RunRow = v.InferOutput<typeof runSchema>;

export const runPageSchema = v.looseObject({
    items: v.array(v.unknown()),
    total: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
/** A row that cannot be read keeps its place: pages are counted by their rows. */
export type LogRow = RunRow | UnreadableRow;
export interface RunPage {
    items: LogRow[];
    total: number;
}

export type ListedArchiveRow = Archive | UnreadableRow;

/** Printers only add a name: one without is no reason to do without the others. */
export const printerSchema = v.looseObject({ id, name: maybe(v.string()), model: maybe(v.string()) });
export type Printer = v.InferOutput<typeof printerSchema>;
/** A project, as its list has it. */
export const projectSchema = v.looseObject({ id, name: v.string() });
/** A tag of archives; it has no id. */
export const tagSchema = v.looseObject({ name: v.string() });

export const tokenSchema = v.looseObject({ token: v.string() });
export const versionSchema = v.looseObject({ version: v.string() });

export const checked: Checked = checkedFor('Bambuddy');
export const readRows = readRowsOf('Bambuddy');

/** What a reason begins with, where a row or an archive could not be read. Offered again when the server's version changes. */
export const UNREADABLE = 'unreadable';

/** Whether the rows of a print log have a place for their archive; a row whose archive is gone has one, too. */
export function hasArchives({ items }: { items: unknown[] }): boolean {
    return items.length === 0 || items.some((row) => typeof row === 'object' && row !== null && 'archive_id' in row);
}

/** @throws ConfigError for what is no page of runs; a row that cannot be read is none of its affairs */
export function runPage(body: unknown, what: string): RunPage {
    const { items, total } = checked(runPageSchema, body, what);
    return { items: readRows(runSchema, items, what), total };
}
