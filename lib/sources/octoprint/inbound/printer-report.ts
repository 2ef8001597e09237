import { isRecord } from '../../../clients/octoprint/events';
import type { PrinterReport } from '../../../delivery/printing/printing-now';
import type { PrinterNow } from './printer-state-tracker';

/** An OctoPrint has one printer. */
export const PRINTER = 'printer';

/**
 * What the printer does, of what OctoPrint sends about every second.
 * @param name what people call the printer
 */
export function printerReport({ state, job, progress }: PrinterNow, name: string): PrinterReport {
    const flags = isRecord(state['flags']) ? state['flags'] : {};
    const file = isRecord(job['file']) ? job['file'] : {};
    const percent = numberIn(progress['completion']);
    const shown = textIn(file['display']) ?? textIn(file['name']);
    return {
        printer: PRINTER,
        name,
        phase: phaseOf(flags, percent),
        // the ending says nothing to people
        job: shown?.replace(/\.(gcode|gco|g)$/i, '') ?? null,
        percent: percent === null ? null : Math.min(100, percent),
        layer: null,
        layers: null,
        secondsLeft: numberIn(progress['printTimeLeft']),
        picture: false,
    };
}

function phaseOf(flags: Record<string, unknown>, percent: number | null): PrinterReport['phase'] {
    const is = (...names: string[]): boolean => names.some((name) => flags[name] === true);
    // both stand beside `printing`
    if (is('paused', 'pausing')) return 'paused';
    if (is('printing', 'resuming', 'finishing', 'cancelling')) return 'printing';
    if (is('closedOrError')) return is('error') ? 'failed' : 'away';
    // the job stays chosen after its end, with how far it came
    return percent === 100 ? 'finished' : 'failed';
}

function textIn(value: unknown): string | null {
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function numberIn(value: unknown): number | null {
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
