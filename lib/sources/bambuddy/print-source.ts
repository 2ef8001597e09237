import type { BambuddyClient } from '../../clients/bambuddy/client';
import type { Delivery } from '../../delivery/delivery';
import type { PrintSource } from '../../delivery/print-source';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import { nextBatchOfArchive } from '../../print/batch-code';
import { bambuddyFiles } from './files';
import { filamentOf } from './filament/usage';
import { isArchiveOf } from './archive-of-print';
import { BAMBUDDY_PRINTS } from './print-kind';

/** Prints of a Bambuddy: the picture is the thumbnail of the archive, the plate's own where a plate is known. */
export function bambuddyPrints(delivery: Delivery, bambuddy: BambuddyClient, breaker: CircuitBreaker): PrintSource {
    return {
        kind: BAMBUDDY_PRINTS.kind,
        node: 'finished prints',
        canAgain: true,
        nextBatch: (print) => nextBatchOfArchive(delivery.ledger, delivery.batchPrefix, print),
        async picture(print, signal) {
            const { archiveId, archive, plate } = print;
            if (archiveId === null) return null;
            if (archive !== null && archive['thumbnail_path'] === null && plate === null) return null;
            if (archive === null) {
                const isThere = async (): Promise<boolean> => {
                    const now = await bambuddy.archive(archiveId, signal);
                    return now !== null && (await isArchiveOf(bambuddy, now, print.startedAt, signal));
                };
                if (!(await retryWhileUnavailable(breaker, isThere, signal))) return null;
            }
            return retryWhileUnavailable(breaker, () => bambuddy.thumbnail(archiveId, plate, signal), signal);
        },
        async quickPicture({ archiveId, archive, plate }, signal) {
            if (archiveId === null || archive === null || breaker.state.downSince !== null) return null;
            if (archive['thumbnail_path'] === null && plate === null) return null;
            return bambuddy.thumbnail(archiveId, plate, signal).catch(() => null);
        },
        pictureOfValues: async ({ archiveId, plate }, signal) =>
            typeof archiveId === 'number'
                ? bambuddy.thumbnail(archiveId, typeof plate === 'number' ? plate : null, signal)
                : null,
        files: bambuddyFiles(bambuddy, breaker),
        filamentOf: (print, isTaken, signal) =>
            retryWhileUnavailable(breaker, () => filamentOf(bambuddy, print, isTaken, signal), signal),
        page: ({ archiveId }) => (archiveId === null ? null : bambuddy.archivePage(archiveId)),
        hasPicture: ({ archiveId }) => archiveId !== null,
        thumbnail: async ({ archiveId, identity }, signal) =>
            archiveId === null ? null : bambuddy.thumbnail(archiveId, plateOf(identity), signal),
        isOff: () => breaker.state.downSince !== null,
    };
}

/** The plate that stands in an identity where plates are kept apart. */
function plateOf(identity: string): number | null {
    const plate = /:plate:(\d{1,4})$/.exec(identity)?.[1];
    return plate === undefined ? null : Number(plate);
}
