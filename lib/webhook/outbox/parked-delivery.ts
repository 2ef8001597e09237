/** A parked webhook as it is shown. */
export interface ParkedDelivery {
    id: string;
    topic: string;
    device: string;
    /** when it was taken, or last tried anew by a person; ISO 8601 UTC */
    at: string;
    reason: string;
    /** HTTP status of the refusal; null: there was none */
    status: number | null;
}

/** A page of them, newest first. */
export interface ParkedPage {
    deliveries: ParkedDelivery[];
    total: number;
    /** the id after which the next page begins; null: this is the last */
    next: string | null;
}
