import type { LiveListener } from '../../clients/bambuddy/live';
import { PrintingNow } from '../../delivery/printing/printing-now';
import type { LedgerReader } from '../../store/ledger/ledger-reader';
import { BAMBUDDY_PRINTS } from './print-kind';

/** The printers of a Bambuddy, by their ids there. */
export function printersOf(ledger: Pick<LedgerReader, 'older'>): PrintingNow {
    return new PrintingNow(ledger, BAMBUDDY_PRINTS.kind, ({ printerId }, printer) => String(printerId) === printer);
}

/** What the WebSocket tells of printers goes into what is known of them. */
export function listenToPrinters(printing: PrintingNow): Pick<LiveListener, 'printer' | 'begun' | 'lost'> {
    return {
        printer: (id, { hasCover, ...status }) => printing.heard({ ...status, printer: String(id), picture: hasCover }),
        begun: (archiveId, printerId) => printing.begun(archiveId, printerId === null ? null : String(printerId)),
        lost: () => printing.lost(),
    };
}
