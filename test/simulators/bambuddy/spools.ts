import { Router } from 'express';
import type { Access } from './access';
import { answer } from './answers';
import { Query } from './parameters';
import type { BambuddyState } from './state';
import { wholeSeconds, type NaiveTime } from './time';

export interface Spool {
    id: number;
    material: string;
    color_name: string | null;
    rgba: string | null;
    brand: string | null;
    label_weight: number;
    weight_used: number;
    tag_uid: string | null;
    tray_uuid: string | null;
    archived_at: NaiveTime | null;
    created_at: NaiveTime;
}

/** What a print used of a spool. The table knows the archive, the answer does not tell it. */
export interface Usage {
    id: number;
    spool_id: number;
    printer_id: number | null;
    print_name: string | null;
    weight_used: number;
    percent_used: number;
    status: string;
    cost: number | null;
    created_at: NaiveTime;
}

interface Assignment {
    id: number;
    spool_id: number;
    printer_id: number;
    ams_id: number;
    tray_id: number;
    created_at: NaiveTime;
}

/** Spools, where they are loaded, and what was used of them. */
export class Spools {
    readonly spools = new Map<number, Spool>();
    readonly usage: Usage[] = [];
    private readonly assignments = new Map<string, Assignment>();
    private assigned = 0;

    constructor(private readonly state: BambuddyState) {}

    add(options: Partial<Spool> = {}): Spool {
        const id = options.id ?? this.spools.size + 1;
        const spool: Spool = {
            id,
            material: 'PLA',
            color_name: 'Orange',
            rgba: 'FF6A13FF',
            brand: 'Bambu Lab',
            label_weight: 1000,
            weight_used: 0,
            tag_uid: `TAG${String(id).padStart(13, '0')}`,
            tray_uuid: String(id).padStart(32, '0'),
            archived_at: null,
            created_at: this.now(),
            ...options,
        };
        this.spools.set(id, spool);
        return spool;
    }

    /** A tray holds one spool, and a spool is in one tray. */
    load(spool: number, printer: number, ams = 0, tray = 0): void {
        for (const [key, each] of this.assignments) if (each.spool_id === spool) this.assignments.delete(key);
        const id = ++this.assigned;
        const row = { id, spool_id: spool, printer_id: printer, ams_id: ams, tray_id: tray, created_at: this.now() };
        this.assignments.set(`${printer}:${ams}:${tray}`, row);
    }

    /** A row that the server writes at the end of a print: to the tenth of a gram, and the second. */
    use(
        spool: number,
        grams: number,
        at: { printer: number | null; name: string | null; status?: string; end: NaiveTime },
    ): Usage {
        const row: Usage = {
            id: (this.usage.at(-1)?.id ?? 0) + 1,
            spool_id: spool,
            printer_id: at.printer,
            // the job's name, as the printer tells it
            print_name: at.name?.replaceAll(' ', '_') ?? null,
            weight_used: Math.round(grams * 10) / 10,
            percent_used: Math.round(grams / 10),
            status: at.status ?? 'completed',
            cost: null,
            created_at: this.state.created(at.end),
        };
        this.usage.push(row);
        const known = this.spools.get(spool);
        if (known) known.weight_used += grams;
        return row;
    }

    routes(access: Access): Router {
        const routes = Router({ caseSensitive: true, strict: true });
        const reading = access.allows('canReadStatus');

        routes.get('/inventory/usage', reading, (req, res) => {
            const query = new Query(req);
            const limit = query.integer('limit') ?? 100;
            const printer = query.integer('printer_id');
            const rows = this.usage
                .filter(({ printer_id }) => printer === undefined || printer_id === printer)
                .sort((a, b) => b.created_at.localeCompare(a.created_at) || b.id - a.id);
            // SQLite takes a limit below 0 for none
            answer(res, limit < 0 ? rows : rows.slice(0, limit));
        });

        routes.get('/inventory/spools', reading, (req, res) => {
            const all = new Query(req).text('include_archived') === 'true';
            const spools = [...this.spools.values()].filter(({ archived_at }) => all || archived_at === null);
            answer(
                res,
                spools.map((spool) => spoolAnswer(spool)),
            );
        });

        routes.get('/inventory/assignments', reading, (req, res) => {
            const printer = new Query(req).integer('printer_id');
            const rows = [...this.assignments.values()].filter(
                ({ printer_id }) => printer === undefined || printer_id === printer,
            );
            answer(
                res,
                rows.map((row) => this.assignmentAnswer(row)),
            );
        });
        return routes;
    }

    private assignmentAnswer(row: Assignment): object {
        const spool = this.spools.get(row.spool_id);
        return {
            ...row,
            printer_name: this.state.printers.get(row.printer_id)?.name ?? null,
            fingerprint_color: spool?.rgba ?? null,
            fingerprint_type: spool?.material ?? null,
            spool: spool === undefined ? null : spoolAnswer(spool),
            configured: false,
            pending_config: false,
            ams_label: null,
        };
    }

    private now(): NaiveTime {
        return wholeSeconds(this.state.moment());
    }
}

function spoolAnswer(spool: Spool): object {
    return {
        subtype: null,
        extra_colors: null,
        effect_type: null,
        core_weight: 250,
        core_weight_catalog_id: null,
        weight_used_baseline: 0,
        slicer_filament: null,
        slicer_filament_name: null,
        nozzle_temp_min: null,
        nozzle_temp_max: null,
        note: null,
        data_origin: null,
        tag_type: null,
        cost_per_kg: null,
        weight_locked: false,
        last_scale_weight: null,
        last_weighed_at: null,
        category: null,
        low_stock_threshold_pct: null,
        storage_location: null,
        location_id: null,
        added_full: null,
        last_used: null,
        encode_time: null,
        updated_at: spool.created_at,
        k_profiles: [],
        ...spool,
    };
}
