import type { Archive, Printer } from '../../clients/bambuddy/answers';
import { isNewestRun, type FinishedRun } from './finished-run';
import type { Print } from '../../print/print';
import { BAMBUDDY_PRINTS } from './print-kind';

/** The print that travels the wires, from an archive and one of its runs. */
export function printOfRun(
    archive: Archive,
    run: FinishedRun,
    known: {
        batch: string;
        identity: string;
        formerIdentity?: string | null;
        server: string;
        url: string;
        printer: Printer | undefined;
    },
): Print {
    // that nothing came of the plate, and what it cost, is said of the newest run alone
    const isNewest = isNewestRun(archive, run.startedAt);
    const isOnly = isNewest && onlyRun(archive);
    return {
        source: BAMBUDDY_PRINTS.kind,
        server: known.server,
        archiveId: archive.id,
        runId: run.runId,
        batch: known.batch,
        identity: known.identity,
        ...(known.formerIdentity == null ? {} : { formerIdentity: known.formerIdentity }),
        name: filled(archive.print_name),
        filename: filled(archive.filename),
        contentHash: filled(archive.content_hash),
        plate: archive.plate_id,
        status: run.status,
        startedAt: run.startedAt,
        completedAt: run.completedAt,
        // 0: closed out after a reconnect, so it is unknown
        printSeconds: run.seconds === 0 ? null : (run.seconds ?? between(run.startedAt, run.completedAt)),
        weightGrams: run.grams,
        ...(run.verdict === null ? {} : { verdict: run.verdict }),
        estimate: { seconds: archive.print_time_seconds || null, grams: archive.filament_used_grams },
        quantity: archive.quantity === 0 && !isNewest ? null : archive.quantity,
        // the print log leaves them out; an archive with one run has that run's
        cost: run.cost ?? (isOnly ? archive.cost : null),
        energyCost: run.energyCost ?? (isOnly ? archive.energy_cost : null),
        filamentType: filled(archive.filament_type),
        filamentColor: filled(archive.filament_color),
        layerHeight: archive.layer_height,
        printer: {
            id: run.printerId ?? archive.printer_id,
            name: run.printerName ?? known.printer?.name ?? null,
            model: known.printer?.model ?? archive.sliced_for_model,
        },
        project: { id: archive.project_id, name: filled(archive.project_name) },
        tags: (archive.tags ?? '')
            .split(',')
            .map((tag) => tag.trim())
            .filter(Boolean),
        url: known.url,
        makerworldUrl: filled(archive.makerworld_url),
        designer: filled(archive.designer),
        externalUrl: filled(archive.external_url),
        archive: withoutPrintData(archive),
    };
}

export function onlyRun(archive: Archive): boolean {
    return (archive.run_count ?? 0) <= 1;
}

/** The printer's whole state at the start, about 2.8 kB a print, is of no use on the wires. */
function withoutPrintData(archive: Archive): Record<string, unknown> {
    const extra = archive['extra_data'];
    if (typeof extra !== 'object' || extra === null) return { ...archive };
    const { _print_data: _dropped, ...kept } = extra as Record<string, unknown>;
    return { ...archive, extra_data: kept };
}

function filled(text: string | null): string | null {
    return text === null || text.trim() === '' ? null : text;
}

function between(start: string | null, end: string | null): number | null {
    if (start === null || end === null) return null;
    const seconds = Math.round((Date.parse(end) - Date.parse(start)) / 1000);
    return seconds > 0 ? seconds : null;
}

/** The run that a print was made of. */
export function runOfPrint(print: Print, archive: Archive): FinishedRun {
    return {
        archiveId: archive.id,
        runId: print.runId,
        status: print.status,
        startedAt: print.startedAt,
        completedAt: print.completedAt,
        seconds: print.printSeconds,
        grams: print.weightGrams,
        cost: print.cost,
        energyCost: print.energyCost,
        printerId: print.printer.id,
        printerName: print.printer.name,
        name: print.name,
        verdict: print.verdict ?? null,
        failure: null,
    };
}
