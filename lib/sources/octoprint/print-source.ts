import type { Delivery } from '../../delivery/delivery';
import type { PrintSource } from '../../delivery/print-source';
import type { Print } from '../../print/print';
import type { PrintRecord } from '../../store/ledger/records';
import { nextFileBatch } from './print-of-file';
import { OCTOPRINT_PRINTS } from './print-kind';

/** Prints of an OctoPrint: the camera's picture is taken at their end and kept until it is uploaded. */
export function octoPrintPrints(delivery: Delivery): PrintSource {
    return {
        kind: OCTOPRINT_PRINTS.kind,
        node: 'OctoPrint events',
        canAgain: false,
        nextBatch: (print) => nextFileBatch(delivery.ledger, print),
        page(record) {
            const url = keptPrint(record)?.url ?? '';
            return /^https?:/i.test(url) ? url : null;
        },
        // it lies beside the store as long as the print itself is kept
        hasPicture: (record) => keptPrint(record) !== null,
        async thumbnail(record) {
            const print = keptPrint(record);
            return print === null ? null : delivery.keptPictures.read(print);
        },
        isOff: () => false,
    };
}

function keptPrint({ print }: Readonly<PrintRecord>): Print | null {
    return (print ?? null) as Print | null;
}
