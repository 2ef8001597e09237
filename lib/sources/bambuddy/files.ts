import type { Archive } from '../../clients/bambuddy/answers';
import type { BambuddyClient } from '../../clients/bambuddy/client';
import type { PrintFiles } from '../../delivery/print-source';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { Print } from '../../print/print';
import { isNewestRun } from './finished-run';

/** Files of the prints of a Bambuddy. Photo and timelapse are of the newest run of an archive. */
export function bambuddyFiles(bambuddy: BambuddyClient, breaker: CircuitBreaker): PrintFiles {
    return {
        async model({ archiveId }, path, most, signal) {
            if (archiveId === null) return null;
            const download = bambuddy.download(archiveId, path, most);
            return retryWhileUnavailable(breaker, () => download.run(signal), signal);
        },
        photoName(print) {
            const photos = isNewest(print) ? print.archive?.['photos'] : null;
            const name: unknown = Array.isArray(photos) ? photos.at(-1) : null;
            return typeof name === 'string' && name !== '' ? name : null;
        },
        async photo({ archiveId }, name, signal) {
            if (archiveId === null) return null;
            return retryWhileUnavailable(breaker, () => bambuddy.photo(archiveId, name, signal), signal);
        },
        timelapse: (print) =>
            isNewest(print) && typeof print.archive?.['timelapse_path'] === 'string' ? print.url : null,
    };
}

function isNewest({ archive, startedAt }: Print): boolean {
    return archive !== null && isNewestRun(archive as unknown as Archive, startedAt);
}
