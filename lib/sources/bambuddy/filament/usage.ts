import type { BambuddyClient } from '../../../clients/bambuddy/client';
import type { Assignment, Spool, UsageRow } from '../../../clients/bambuddy/filament';
import { utc } from '../../../clients/bambuddy/times';
import { colorOf, listed, type FilamentSlot, type FilamentUse } from '../../../print/filament';
import type { Print } from '../../../print/print';

/** Bambuddy writes the rows at the end of the print, by the second: so long before and after it. */
const BEFORE_MS = 30_000;
const AFTER_MS = 90_000;

/**
 * What Bambuddy lists of a print: its rows of the usage list, one slot for each spool; else the slots of the sliced file
 * with the run's weight, divided as the slicer did.
 * @param isTaken whether another run has a row, by its id
 * @returns null: neither is known
 */
export async function filamentOf(
    bambuddy: BambuddyClient,
    print: Print,
    isTaken: (usageId: number) => boolean,
    signal: AbortSignal,
): Promise<FilamentUse | null> {
    const { filament } = bambuddy;
    const printer = print.printer.id;
    const end = Date.parse(print.completedAt ?? '');
    const isDated = printer !== null && Number.isFinite(end);
    const writtenAt = (row: UsageRow): number => Date.parse(bambuddy.databaseClock.utc(utc(row.created_at)) ?? '');
    const rows = isDated ? await filament.usage(printer, (row) => writtenAt(row) < end - BEFORE_MS, signal) : null;
    const own = ofPrint(
        (rows ?? []).filter(
            (row) =>
                row.printer_id === printer &&
                !isTaken(row.id) &&
                writtenAt(row) >= end - BEFORE_MS &&
                writtenAt(row) <= end + AFTER_MS,
        ),
        print,
    );
    const assignments = rows === null ? null : await filament.assignments(signal);
    if (own.length === 0) return slotsOfFile(print, assignments ?? []);
    const loaded = assignments ?? [];
    const isKnown = own.every(({ spool_id }) =>
        loaded.some((each) => each.spool_id === spool_id && each.spool !== null),
    );
    const spools = isKnown ? [] : ((await filament.spools(signal)) ?? []);
    return { from: 'usage', slots: slotsOfUsage(own, loaded, spools), usageIds: own.map((row) => row.id) };
}

/** Rows under the print's name where some are: another print of that printer may have ended just before. */
function ofPrint(rows: readonly UsageRow[], print: Print): UsageRow[] {
    const names = new Set([print.name, print.filename].map(comparable).filter((name) => name !== ''));
    const named = rows.filter((row) => names.has(comparable(row.print_name)));
    return named.length > 0 ? named : [...rows];
}

/** `S6_one.gcode.3mf` and `S6 one` are one name. */
function comparable(name: string | null): string {
    const base = (name ?? '')
        .split('/')
        .at(-1)!
        .replace(/(\.gcode)?(\.3mf)?$/i, '');
    return base
        .replace(/[\s_]+/g, ' ')
        .trim()
        .toLowerCase();
}

/** One slot for each spool: a print that went on with another spool has two rows, and two slots of one spool are one. */
function slotsOfUsage(
    rows: readonly UsageRow[],
    loaded: readonly Assignment[],
    spools: readonly Spool[],
): FilamentSlot[] {
    const grams = new Map<number, number>();
    for (const row of rows) grams.set(row.spool_id, (grams.get(row.spool_id) ?? 0) + row.weight_used);
    return [...grams]
        .sort(([a], [b]) => a - b)
        .map(([id, used]): FilamentSlot => {
            const at = loaded.find(({ spool_id }) => spool_id === id);
            const spool = at?.spool ?? spools.find((each) => each.id === id) ?? null;
            return { slot: `spool ${id}`, grams: rounded(used), tray: trayOf(at), ...describe(id, spool) };
        });
}

function describe(id: number, spool: Spool | null): Pick<FilamentSlot, 'material' | 'color' | 'spool'> {
    const name = [spool?.brand, spool?.color_name].filter(Boolean).join(' ');
    return {
        material: spool?.material ?? null,
        color: colorOf(spool?.rgba),
        spool: { id, tag: spool?.tag_uid ?? null, uuid: spool?.tray_uuid ?? null, name: name === '' ? null : name },
    };
}

/** `A1` for the first tray of the first AMS; an external spool has none. */
function trayOf(at: Assignment | undefined): string | null {
    if (at === undefined || at.ams_id < 0 || at.ams_id > 25 || at.tray_id < 0 || at.tray_id > 3) return null;
    return `${String.fromCharCode(65 + at.ams_id)}${at.tray_id + 1}`;
}

interface FileSlot {
    slot_id: number;
    used_g: number;
    type: string;
    color: string;
}

/**
 * The slots of the sliced file, with the run's weight divided by their shares. Where the printer has exactly one spool of
 * that material and colour loaded, it is that one.
 * @returns null where the run's weight is not known, or several filaments have no shares
 */
function slotsOfFile(print: Print, loaded: readonly Assignment[]): FilamentUse | null {
    const grams = print.weightGrams ?? (print.status === 'completed' ? print.estimate.grams : null);
    const slots = fileSlots(print);
    const whole = slots.reduce((sum, { used_g }) => sum + used_g, 0);
    if (grams === null || whole <= 0) return null;
    // the list of a file with several plates is of all of them: the shares would be another plate's
    if (slots.length > 1 && listed(print.filamentType).length > slots.length) return null;
    return {
        from: 'run',
        usageIds: [],
        slots: slots.map(({ slot_id, used_g, type, color }): FilamentSlot => {
            const known = { material: type || null, color: colorOf(color) };
            const fitting = loaded.filter(
                ({ printer_id, spool }) =>
                    printer_id === print.printer.id &&
                    spool !== null &&
                    spool.material?.toLowerCase() === known.material?.toLowerCase() &&
                    colorOf(spool.rgba) === known.color,
            );
            const at = fitting.length === 1 ? fitting[0] : undefined;
            return {
                slot: String(slot_id),
                grams: rounded((grams * used_g) / whole),
                tray: trayOf(at),
                ...known,
                spool: at === undefined ? null : describe(at.spool_id, at.spool).spool,
            };
        }),
    };
}

function fileSlots({ archive }: Print): FileSlot[] {
    const extra = archive?.['extra_data'] as { filament_slots?: unknown } | null | undefined;
    const list = Array.isArray(extra?.filament_slots) ? (extra.filament_slots as Record<string, unknown>[]) : [];
    return list.flatMap((each) => {
        const { slot_id, used_g, type, color } = each ?? {};
        if (typeof slot_id !== 'number' || typeof used_g !== 'number' || !(used_g > 0)) return [];
        return [{ slot_id, used_g, type: textOf(type), color: textOf(color) }];
    });
}

function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

/** To the hundredth of a gram, as Bambuddy's own figures. */
function rounded(grams: number): number {
    return Math.round(grams * 100) / 100;
}
