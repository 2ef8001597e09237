import { timeOf } from '../../store/ledger/print-order';
import type { PrintRecord } from '../../store/ledger/records';
import { printKind } from '../../print/print-kind';
import { questionOf } from '../../delivery/open-questions';
import type { Sync } from '../../sync';
import type { PrintRow } from './wire';

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
        part: partOf(sync, record),
        stock: stockPk === undefined ? null : { pk: stockPk, url: sync.destination.client.stockPage(stockPk) },
        page: from?.page(record) ?? null,
        picture: from?.hasPicture(record) ?? false,
        question: questionOf(record),
        waits: hold === undefined ? null : { since: holdSince ?? null, until: holdUntil ?? null },
        again: from?.canAgain ?? false,
    };
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
