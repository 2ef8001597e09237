import type { Picture } from '../../clients/inventree/images';
import type { Print } from '../../print/print';
import type { Sync } from '../../delivery/sync';

export type { Picture };

/** A Part does not wait longer for its picture: the image node brings it later. */
const PATIENCE_MS = 5000;

/**
 * The picture that a new Part can be given with its own POST: the print's thumbnail, where an image node comes later that
 * would upload it.
 * @returns null where there is none, or Bambuddy does not give it now: then the image node sees to it
 */
export async function pictureFor(sync: Sync, print: Print, signal: AbortSignal): Promise<Picture | null> {
    const { bambuddy, bambuddyBreaker } = sync;
    const { archiveId, archive, plate } = print;
    if (bambuddy === null || archiveId === null || archive === null || print.source !== 'bambuddy') return null;
    if (sync.ledger.print(print.batch)?.want?.includes('image') !== true) return null;
    if (archive['thumbnail_path'] === null && plate === null) return null;
    if (bambuddyBreaker?.state.downSince !== null) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE_MS)));
    try {
        return await Promise.race([bambuddy.thumbnail(archiveId, plate, signal), late]);
    } catch {
        return null;
    } finally {
        clearTimeout(timer);
    }
}
