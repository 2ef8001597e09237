// What Bambuddy's WebSocket tells of a printer (`printer_status`), as far as a job is shown by it.

/** What a printer does. `preparing`: its job heats up or is calibrated for; `away`: Bambuddy does not reach the printer. */
export type PrinterPhase = 'preparing' | 'printing' | 'paused' | 'finished' | 'failed' | 'idle' | 'away';

export interface PrinterStatus {
    phase: PrinterPhase;
    /** the printer's name in Bambuddy; null on servers that do not tell it */
    name: string | null;
    /** the job's name as the printer has it, e.g. `Shelf_bracket_v2`; null: it tells none */
    job: string | null;
    /** 0 to 100 */
    percent: number | null;
    layer: number | null;
    layers: number | null;
    /** null: the printer does not know yet */
    secondsLeft: number | null;
    /** Bambuddy has a picture of the job */
    hasCover: boolean;
}

/** Bambu's states of a printer; any other one is no job. Right after a connection Bambuddy says `unknown`. */
const PHASES: ReadonlyMap<string, PrinterPhase> = new Map([
    ['PREPARE', 'preparing'],
    ['SLICING', 'preparing'],
    ['RUNNING', 'printing'],
    ['PAUSE', 'paused'],
    ['FINISH', 'finished'],
    ['FAILED', 'failed'],
    ['unknown', 'away'],
]);

/**
 * Reads the `data` of a `printer_status`.
 *
 * `remaining_time` counts minutes there (the printer's own `mc_remaining_time`), while that of `print_start` and
 * `print_complete` counts seconds. 0 while a job runs means that the printer does not know.
 */
export function printerStatusOf(data: Readonly<Record<string, unknown>>): PrinterStatus {
    const { state, connected, remaining_time: minutes } = data;
    const isKnown = connected === true && typeof state === 'string';
    const percent = numberIn(data['progress']);
    const left = numberIn(minutes);
    const layers = numberIn(data['total_layers']);
    return {
        phase: isKnown ? (PHASES.get(state) ?? 'idle') : 'away',
        name: textIn(data['name']),
        job: textIn(data['subtask_name']) ?? textIn(data['current_print']),
        percent: percent === null ? null : Math.min(100, percent),
        layer: numberIn(data['layer_num']),
        layers: layers === 0 ? null : layers,
        secondsLeft: left === null || left === 0 ? null : left * 60,
        hasCover: textIn(data['cover_url']) !== null,
    };
}

function textIn(value: unknown): string | null {
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function numberIn(value: unknown): number | null {
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
