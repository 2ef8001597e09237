import type { Simulators } from './simulators';
import type { Contenders } from './contenders';

/** What a measure may use, and how much of it. */
export interface Bench {
    simulators: Simulators;
    contenders: Contenders;
    quick: boolean;
    /** alternating repetitions */
    repetitions: number;
    say: (text: string) => void;
    /** where a profile of the last repetition of `cpu` and `hop` goes (and that repetition costs more); null: nowhere */
    profile: string | null;
}

/** One figure of the table. */
export interface Figure {
    name: string;
    value: number;
    /** smallest and largest of the repetitions */
    spread?: [number, number];
    unit: string;
    /** null: reported only */
    bar: { most: number } | { least: number } | null;
    note?: string;
}

export interface Result {
    figures: Figure[];
    /** goes into the last line */
    keys: Record<string, unknown>;
}

export interface Measure {
    name: string;
    run: (bench: Bench) => Promise<Result>;
}

export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A figure from repetitions. */
export function figureOf(
    name: string,
    values: readonly number[],
    unit: string,
    bar: Figure['bar'],
    note?: string,
): Figure {
    return { name, value: median(values), spread: [Math.min(...values), Math.max(...values)], unit, bar, note };
}

export function isMet({ value, bar }: Figure): boolean {
    if (bar === null) return true;
    return 'most' in bar ? value <= bar.most : value >= bar.least;
}

/** Three significant digits, for reading and for the last line. */
export function rounded(value: number): number {
    return Number(value.toPrecision(3));
}
