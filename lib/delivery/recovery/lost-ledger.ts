import type { Delivery } from '../delivery';

const noteOf = (delivery: Delivery): string => `lost:${delivery.batchPrefix}`;

/** The ledger began although the destination has items of ours: what ended until then may have been in stock. */
export async function noteLoss(delivery: Delivery, until: string): Promise<void> {
    if (delivery.ledger.meta(noteOf(delivery)) === undefined)
        await delivery.ledger.setMetaDurable(noteOf(delivery), until);
}

/** Until when prints ended that a lost ledger may have known; ISO 8601. @returns null where none was lost */
export function lostUntil(delivery: Delivery): string | null {
    return delivery.ledger.meta(noteOf(delivery)) ?? null;
}
