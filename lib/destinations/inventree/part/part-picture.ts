import { within } from '../../../concurrency/within';
import type { Picture } from '../../../http/picture-type';
import type { Delivery } from '../../../delivery/delivery';
import type { Print } from '../../../print/print';

/** A Part does not wait longer for its picture: the image node brings it later. */
const QUICK_MS = 5000;

/**
 * The picture that a new Part can be given with its own POST: the print's own, where an image node comes later that would
 * upload it.
 * @returns null where there is none, or its source does not give it now: then the image node sees to it
 */
export async function pictureFor(delivery: Delivery, print: Print, signal: AbortSignal): Promise<Picture | null> {
    const quick = delivery.printSource(print.source)?.quickPicture;
    if (quick === undefined) return null;
    if (delivery.ledger.print(print.batch)?.want?.includes('image') !== true) return null;
    return (await within(quick(print, signal), QUICK_MS)) ?? null;
}
