import type { BambuddyClient } from '../../clients/bambuddy/client';
import type { PictureSource } from '../../delivery/delivery';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { mayBeOf } from './finished-run';

/** The thumbnail of the archive: the plate's own, where a plate is known. */
export function bambuddyPictures(bambuddy: BambuddyClient, breaker: CircuitBreaker): PictureSource {
    return {
        async picture(print, signal) {
            const { archiveId, archive, plate } = print;
            if (archiveId === null) return null;
            if (archive !== null && archive['thumbnail_path'] === null && plate === null) return null;
            if (archive === null) {
                const now = await retryWhileUnavailable(breaker, () => bambuddy.archive(archiveId, signal), signal);
                if (now === null || !mayBeOf(now, print.startedAt, bambuddy.databaseClock)) return null;
            }
            return retryWhileUnavailable(breaker, () => bambuddy.thumbnail(archiveId, plate, signal), signal);
        },
        async quick({ archiveId, archive, plate }, signal) {
            if (archiveId === null || archive === null || breaker.state.downSince !== null) return null;
            if (archive['thumbnail_path'] === null && plate === null) return null;
            return bambuddy.thumbnail(archiveId, plate, signal).catch(() => null);
        },
    };
}
