import * as v from 'valibot';
import { isReadable, maybe } from '../../http/checked';
import { checked, readRows } from './answers';
import type { Connection } from './connection';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const grams = v.pipe(v.number(), v.minValue(0), v.maxValue(1e9));

/** A row of `/inventory/usage`: what a print used of one spool. It tells neither the archive nor the tray. */
const usageSchema = v.looseObject({
    id,
    spool_id: id,
    printer_id: maybe(id),
    print_name: maybe(v.string()),
    weight_used: grams,
    created_at: v.string(),
});
export type UsageRow = v.InferOutput<typeof usageSchema>;

const spoolSchema = v.looseObject({
    id,
    material: maybe(v.string()),
    rgba: maybe(v.string()),
    brand: maybe(v.string()),
    color_name: maybe(v.string()),
    tag_uid: maybe(v.string()),
    tray_uuid: maybe(v.string()),
});
export type Spool = v.InferOutput<typeof spoolSchema>;

/** Which spool is loaded where, now. */
const assignmentSchema = v.looseObject({
    spool_id: id,
    printer_id: id,
    ams_id: v.number(),
    tray_id: v.number(),
    spool: maybe(spoolSchema),
});
export type Assignment = v.InferOutput<typeof assignmentSchema>;

/** Pages cannot be asked for, only a longer list. */
const FIRST = 100;
const MOST = 6400;

/** What Bambuddy knows of spools. Every call may throw what `Http.request` throws. */
export class FilamentCalls {
    constructor(private readonly connection: Connection) {}

    /**
     * What prints of a printer used, newest first, at least back to a moment.
     * @param isBefore whether a row is from before that moment
     * @returns null on servers without spools
     */
    async usage(
        printer: number,
        isBefore: (row: UsageRow) => boolean,
        signal?: AbortSignal,
    ): Promise<UsageRow[] | null> {
        for (let limit = FIRST; ; limit *= 4) {
            const list = await this.list('/inventory/usage', { limit, printer_id: printer }, signal);
            if (list === null) return null;
            const rows = readRows(usageSchema, list, 'GET /inventory/usage').filter(isReadable);
            const last = rows.at(-1);
            if (list.length < limit || limit >= MOST || last === undefined || isBefore(last)) return rows;
        }
    }

    /** @returns null on servers without spools */
    async assignments(signal?: AbortSignal): Promise<Assignment[] | null> {
        const list = await this.list('/inventory/assignments', {}, signal);
        if (list === null) return null;
        return readRows(assignmentSchema, list, 'GET /inventory/assignments').filter(isReadable);
    }

    /** Every spool, those that are archived too. @returns null on servers without spools */
    async spools(signal?: AbortSignal): Promise<Spool[] | null> {
        const list = await this.list('/inventory/spools', { include_archived: 'true' }, signal);
        return list === null ? null : readRows(spoolSchema, list, 'GET /inventory/spools').filter(isReadable);
    }

    private async list(path: string, query: Record<string, string | number>, signal?: AbortSignal) {
        const answer = await this.connection.ask('GET', path, { query, accept: [404], signal });
        if (answer.status !== 404) return checked(v.array(v.unknown()), answer.body, `GET ${path}`);
        await this.connection.verifyServer(path, signal);
        return null;
    }
}
