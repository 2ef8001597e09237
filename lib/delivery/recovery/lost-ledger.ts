import type { Delivery } from '../delivery';

/** Two clocks may differ by this much; what lies further ahead is no time that can be. */
const FARTHEST_AHEAD_MS = 48 * 3600_000;

const noteOf = (delivery: Delivery): string => `lost:${delivery.batchPrefix}`;

/** The ledger began although the destination has items of ours: what ended until then may have been in stock. */
export async function noteLoss(delivery: Delivery, until: string): Promise<void> {
    if (delivery.ledger.meta(noteOf(delivery)) === undefined)
        await delivery.ledger.setMetaDurable(noteOf(delivery), until);
}

/**
 * Whether a lost ledger may have known a print. What ended later than can be, by our clock, tells nothing of itself: a
 * printer's clock was wrong then (the year 2036), or ours is wrong now.
 * @param completedAt ISO 8601, by the clock of the print's server; null: unknown
 */
export function mayHaveBeenKnown(delivery: Delivery, completedAt: string | null): boolean {
    const until = delivery.ledger.meta(noteOf(delivery));
    if (until === undefined) return false;
    const ended = Date.parse(completedAt ?? '');
    return !(ended > Date.parse(until) && ended <= delivery.now() + FARTHEST_AHEAD_MS);
}
