import { anonymizer } from '../../text/anonymize';
import { comparePlaces, placeOf } from '../ledger/print-order';
import { PRINT_STATES, type LedgerData, type PrintRecord } from '../ledger/records';
import type { StoreLook } from './inspect';

const ERRORS = 50;

/**
 * What of a ledger belongs into a report of a fault: states, counts, and the newest parked prints with the server's words.
 * Without names of prints, printers and Parts and without addresses, unless they are kept. Settings are Node-RED's: the
 * report of the sidebar has them.
 */
export function reportOf(look: StoreLook, now: Date, kept: { names: boolean; addresses: boolean }): object {
    const { data, format, snapshot, backup, journals, missing, user } = look;
    const prints = Object.values(data.prints);
    const anonymous = anonymizer({
        names: kept.names ? [] : namesOf(data),
        addresses: [],
        keepAddresses: kept.addresses,
    });
    return {
        made: now.toISOString(),
        versions: { 'Node.js': process.version, platform: `${process.platform} ${process.arch}` },
        format,
        inUse: user !== null,
        snapshot: snapshot.kind,
        backup: backup.kind,
        journals: journals.map(({ number, lines, torn, damaged }) => ({ number, lines, torn, damaged })),
        missingJournal: missing,
        counts: Object.fromEntries(
            PRINT_STATES.map((state) => [state, prints.filter((print) => print.state === state).length]),
        ),
        parts: Object.keys(data.parts).length,
        cursors: data.cursors,
        parked: newest(prints.filter(({ state }) => state === 'parked')).map((record) => ({
            ...reportedPrint(record),
            reason: record.reason === undefined ? undefined : anonymous(record.reason),
        })),
    };
}

function newest(prints: PrintRecord[]): PrintRecord[] {
    return prints.sort((a, b) => comparePlaces(placeOf(b), placeOf(a))).slice(0, ERRORS);
}

function* namesOf({ prints, parts }: LedgerData): Iterable<string> {
    for (const record of Object.values(prints)) yield* namesOfPrint(record);
    for (const { name } of Object.values(parts)) yield name;
}

/** What of a parked print helps; no name is in it but in its reason. */
export function reportedPrint(record: Readonly<PrintRecord>): Partial<PrintRecord> {
    const { batch, source, state, reason, at, partPk, stockPk, image, link, hold } = record;
    return { batch, source, state, reason, at, partPk, stockPk, image, link, hold };
}

/** Names that a print brings into texts: its own, those of its file, printer and project. */
export function namesOfPrint({ name, printerName, content, print }: Readonly<PrintRecord>): string[] {
    const { filename, printer, project } = (print ?? {}) as {
        filename?: string | null;
        printer?: { name?: string | null } | null;
        project?: { name?: string | null } | null;
    };
    const withoutExtension = filename?.replace(/(?:\.gcode)?\.\w+$/, '');
    return [name, printerName, content, filename, withoutExtension, printer?.name, project?.name].filter(
        (each): each is string => typeof each === 'string',
    );
}
