import type { FilamentOrigin, FilamentSlot } from '../store/ledger/consumption';
import type { Print } from './print';
import { markOf, type Marked } from './stock-marker';

export type { FilamentOrigin, FilamentSlot } from '../store/ledger/consumption';

/** What a run used, slot by slot. */
export interface FilamentUse {
    from: FilamentOrigin;
    slots: FilamentSlot[];
    /** ids of the rows that it was read from */
    usageIds: number[];
}

/** Tells a run from all others, whatever code its StockItem has: archive and start, or the batch where there is no archive. */
export function runKeyOf({ source, archiveId, startedAt, batch }: Marked): string {
    return archiveId === null ? `${source}:${batch}` : `${source}:${archiveId}@${startedAt?.slice(0, 19) ?? ''}`;
}

/**
 * What a run used by its own figures: of a print that did not succeed only what was measured, the slicer's estimate is of a
 * whole one. Several filaments have one figure together, which nobody can divide.
 * @returns null where it is not known
 */
export function filamentOfRun(print: Print): FilamentUse | null {
    const estimate = print.status === 'completed' ? print.estimate.grams : null;
    const grams = print.weightGrams ?? estimate;
    const [material = null, ...others] = listed(print.filamentType);
    const colors = listed(print.filamentColor);
    if (grams === null || others.length > 0 || colors.length > 1) return null;
    const slot = { slot: '1', grams, material, color: colorOf(colors[0]), tray: null, spool: null };
    return { from: 'run', slots: [slot], usageIds: [] };
}

/** `#RRGGBB` of `#FF6A13FF`, `FF6A13FF`, `#ff6a13`. @returns null where it is none */
export function colorOf(text: string | null | undefined): string | null {
    const digits = /^#?([0-9a-f]{6})(?:[0-9a-f]{2})?$/i.exec(text?.trim() ?? '')?.[1];
    return digits === undefined ? null : `#${digits.toUpperCase()}`;
}

/** `PLA, PETG` as a list. */
export function listed(text: string | null): string[] {
    return (text ?? '')
        .split(',')
        .map((each) => each.trim())
        .filter(Boolean);
}

/**
 * What the note of a removal begins with, by which it is found again in the history of the StockItem:
 * `Bambuddy archive 11, printed 2026-11-22 04:33:35 UTC, slot 1, `.
 */
export function removalMark(print: Marked, slot: string): string {
    return `${markOf(print)}, slot ${slot}, `;
}

const GRAMS_PER_CM3: readonly (readonly [RegExp, number])[] = [
    // the first that fits: `PCTG` before `PC`
    [/^PLA/, 1.24],
    [/^(PETG|PCTG|PET)/, 1.27],
    [/^ABS/, 1.04],
    [/^ASA/, 1.07],
    [/^TPU/, 1.21],
    [/^PVA/, 1.23],
    [/^HIPS/, 1.03],
    [/^PC/, 1.2],
    [/^(PA|PPA)/, 1.14],
    [/^PP/, 0.9],
];

/** The density of a material in g/cm³, as its makers give it. @returns null of one that is not listed */
export function densityOf(material: string | null): number | null {
    const name =
        material
            ?.trim()
            .toUpperCase()
            .replace(/^SUPPORT (FOR )?/, '') ?? '';
    return GRAMS_PER_CM3.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** How long so much filament is, in millimetres. @param diameter mm */
export function lengthOf(grams: number, density: number, diameter: number): number {
    return ((grams / density) * 1000) / ((Math.PI / 4) * diameter ** 2);
}
