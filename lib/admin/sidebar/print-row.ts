import { timeOf } from '../../store/ledger/print-order';
import type { PrintRecord } from '../../store/ledger/records';
import type { Print } from '../../print/print';
import { runKeyOf } from '../../print/filament';
import { printKind } from '../../print/print-kind';
import { figuresOf, type FiguresOfPrint } from '../../print/record-fields';
import { isCounted, questionOf } from '../../delivery/open-questions';
import type { Sync } from '../../sync';
import type { PrintDetails, PrintEvent, PrintRow } from './wire';

export function rowOf(sync: Sync, record: Readonly<PrintRecord>): PrintRow {
    const { batch, source, archiveId, name, quantity, state, reason, image, link, stockPk } = record;
    const { hold, holdSince, holdUntil } = record;
    const { printer, completedAt } = shown(record);
    const from = sync.delivery.printSource(source);
    return {
        batch,
        source,
        sourceLabel: printKind(source).label,
        archiveId,
        name,
        printer,
        when: timeOf(completedAt === null ? record : { ...record, completedAt }),
        quantity: quantity ?? null,
        state,
        reason: reason ?? null,
        image: image ?? null,
        link: link ?? null,
        filesFailed: record.files === 'failed',
        filament: filamentOf(sync, record),
        filamentOnly: record.filamentOnly === true,
        part: partOf(sync, record),
        stock: stockPk === undefined ? null : { pk: stockPk, url: sync.destination.client.stockPage(stockPk) },
        page: from?.page(record) ?? null,
        picture: from?.hasPicture(record) ?? false,
        question: questionOf(record),
        expected: isCounted(record) ? (record.count ?? null) : null,
        waits: hold === undefined ? null : { since: holdSince ?? null, until: holdUntil ?? null },
        again: from?.canAgain ?? false,
        details: detailsOf(record),
    };
}

/** What became of the filament of a print; one that is in stock and parked is so for its filament. */
function filamentOf(sync: Sync, record: Readonly<PrintRecord>): PrintRow['filament'] {
    const slots = sync.delivery.ledger.consumption(runKeyOf(record))?.slots;
    const isParked = record.state === 'parked' && (record.stockPk !== undefined || record.filamentOnly === true);
    if (isParked) return 'failed';
    if (slots === undefined) return record.filamentOnly === true ? 'pending' : null;
    return slots.every(({ state }) => state === 'done') ? 'done' : 'pending';
}

function partOf(sync: Sync, { identity, partPk }: Readonly<PrintRecord>): PrintRow['part'] {
    const known = identity === '' ? undefined : sync.delivery.ledger.part(identity);
    const pk = partPk ?? known?.pk;
    if (pk === undefined) return null;
    // the identity's Part may be another one than this print's by now
    const same = known?.pk === pk;
    return {
        pk,
        name: same ? known.name : null,
        IPN: same ? known.IPN : null,
        url: sync.destination.client.partPage(pk),
    };
}

/** A record from before these were kept has them while the print itself is kept. */
function shown({ printerName, completedAt, print }: Readonly<PrintRecord>): {
    printer: string | null;
    completedAt: string | null;
} {
    const kept = (print ?? {}) as { printer?: { name?: string | null }; completedAt?: string | null };
    return {
        printer: printerName ?? kept.printer?.name ?? null,
        completedAt: completedAt ?? kept.completedAt ?? null,
    };
}

/** What is known beside the row. A record from before figures were kept has them while the print itself is kept. */
function detailsOf(record: Readonly<PrintRecord>): PrintDetails {
    const kept = (record.print ?? {}) as Partial<Print>;
    const known = { ...(record.print === undefined ? {} : figuresOf(printWith(kept))), ...record };
    const { grams = null, seconds = null, cost = null, material = null } = known;
    return { grams, seconds, cost, material, history: historyOf(record), node: record.failedNode ?? null };
}

function printWith(kept: Partial<Print>): FiguresOfPrint {
    const { weightGrams = null, printSeconds = null, cost = null, filamentType = null } = kept;
    return { weightGrams, printSeconds, cost, filamentType, estimate: kept.estimate ?? { grams: null, seconds: null } };
}

const LAST: Partial<Record<PrintRecord['state'], PrintEvent>> = { done: 'done', parked: 'parked', skipped: 'skipped' };

/** What happened and when, in that order; `at` is the last change, and of what state it is. */
function historyOf(record: Readonly<PrintRecord>): PrintDetails['history'] {
    const { startedAt, seen, holdSince, madeAt, sentAt, stockPk, at, state } = record;
    const events: [PrintEvent, string | null | undefined][] = [
        ['started', startedAt],
        ['ended', shown(record).completedAt],
        ['seen', seen],
        ['held', holdSince],
        ['stocked', stockPk === undefined ? null : (madeAt ?? sentAt)],
    ];
    const known = events.flatMap(([what, when]) => (when ? [{ what, at: when }] : []));
    known.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
    return [...known, { what: LAST[state] ?? 'changed', at }];
}
