import type { BambuddyClient } from '../../clients/bambuddy/client';
import { mayBeOf } from './finished-run';
import { persist, type CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import type { PictureOf } from '../../print/picture';

/** The thumbnail of the archive: the plate's own, where a plate is known. */
export function bambuddyPicture(bambuddy: BambuddyClient, breaker: CircuitBreaker): PictureOf {
    return async (print, signal) => {
        const { archiveId, archive, plate } = print;
        if (archiveId === null) return null;
        if (archive !== null && archive['thumbnail_path'] === null && plate === null) return null;
        if (archive === null) {
            const now = await persist(breaker, () => bambuddy.archive(archiveId, signal), signal);
            if (now === null || !mayBeOf(now, print.startedAt, bambuddy.databaseClock)) return null;
        }
        return persist(breaker, () => bambuddy.thumbnail(archiveId, plate, signal), signal);
    };
}
