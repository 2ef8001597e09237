import * as v from 'valibot';
import { checkedFor, maybe, type Checked } from '../http/checked';

const id = v.pipe(v.number(), v.integer());

/** `GET /archives/{id}` and the rows of `GET /archives/`, as far as we use them (recordings 48, 76 to 82); the rest is kept. */
export const archiveSchema = v.looseObject({
    id,
    printer_id: maybe(id),
    project_id: maybe(id),
    project_name: maybe(v.string()),
    filename: maybe(v.string()),
    content_hash: maybe(v.string()),
    print_name: maybe(v.string()),
    plate_id: maybe(id),
    thumbnail_path: maybe(v.string()),
    print_time_seconds: maybe(v.number()),
    actual_time_seconds: maybe(v.number()),
    filament_used_grams: maybe(v.number()),
    filament_type: maybe(v.string()),
    filament_color: maybe(v.string()),
    layer_height: maybe(v.number()),
    sliced_for_model: maybe(v.string()),
    status: v.string(),
    started_at: maybe(v.string()),
    completed_at: maybe(v.string()),
    created_at: v.string(),
    quantity: maybe(v.number()),
    cost: maybe(v.number()),
    energy_cost: maybe(v.number()),
    makerworld_url: maybe(v.string()),
    designer: maybe(v.string()),
    external_url: maybe(v.string()),
    tags: maybe(v.string()),
    run_count: maybe(v.number()),
    /** from 1.2.5.7 on, both of its newest run (bambuddy#1898, #3047) */
    confirm_requested: maybe(v.boolean()),
    user_verdict: maybe(v.picklist(['good', 'reject'])),
});
export type Archive = v.InferOutput<typeof archiveSchema>;

/** A row of `/print-log/` and of `/archives/{id}/runs` (recordings 26, 202). Its id is a label only: it may be given again. */
export const runSchema = v.looseObject({
    id,
    archive_id: maybe(id),
    print_name: maybe(v.string()),
    printer_id: maybe(id),
    printer_name: maybe(v.string()),
    status: v.string(),
    started_at: maybe(v.string()),
    completed_at: maybe(v.string()),
    duration_seconds: maybe(v.number()),
    filament_type: maybe(v.string()),
    filament_color: maybe(v.string()),
    filament_used_grams: maybe(v.number()),
    cost: maybe(v.number()),
    energy_cost: maybe(v.number()),
    /** from 1.2.5.7 on */
    user_verdict: maybe(v.picklist(['good', 'reject'])),
    created_at: v.string(),
});
export type RunRow = v.InferOutput<typeof runSchema>;

export const runPageSchema = v.looseObject({ items: v.array(runSchema), total: v.number() });
export type RunPage = v.InferOutput<typeof runPageSchema>;

export const printerSchema = v.looseObject({ id, name: v.string(), model: maybe(v.string()) });
export type Printer = v.InferOutput<typeof printerSchema>;

export const tokenSchema = v.looseObject({ token: v.string() });
export const versionSchema = v.looseObject({ version: v.string() });

export const checked: Checked = checkedFor('Bambuddy');
