/** A webhook that is to be sent. Keyed so that keys sort by age. */
export interface DeliveryRecord {
    state: 'waiting' | 'parked';
    topic: string;
    device: string;
    /** what templates are filled with at the sending; no secret is among it */
    values: Record<string, unknown>;
    /** the `Idempotency-Key`: the same in every attempt */
    key: string;
    /** when it was taken, UTC */
    at: string;
    /** a picture is wanted: `now`, as long as it has not been taken; then the name of its file, or `none` */
    picture?: string;
    /** an attempt is under way, or was when the process ended; noted only where a second one is not wanted */
    sending?: true;
    /** why parked */
    reason?: string;
    /** the status that was answered last */
    status?: number;
}
