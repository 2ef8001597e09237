/** What a message into the webhook node asks of its parked webhooks. */
export type Control = { action: 'parked' | 'retry-all' | 'status' } | { action: 'retry' | 'forget'; id: string };

/** The message asks for something there is not. */
export class ControlError extends Error {
    readonly code = 'ACTION';
    constructor(why: string) {
        super(
            `${why}. Send parked, status, retry-all, or { action: "retry", id } and { action: "forget", id }, in msg.payload.`,
        );
        this.name = 'ControlError';
    }
}

const ALONE = ['parked', 'retry-all', 'status'] as const;
const OF_ONE = ['retry', 'forget'] as const;

/**
 * Reads a control message: the payload is the action as a text, or `{ action, id }` and nothing else.
 * @returns null for every other message: that is one to send
 * @throws ControlError where the id is missing
 */
export function controlOf(payload: unknown): Control | null {
    const given = typeof payload === 'string' ? { action: payload.trim() } : payload;
    if (typeof given !== 'object' || given === null) return null;
    const { action, id, ...rest } = given as Record<string, unknown>;
    if (Object.keys(rest).length > 0) return null;
    const alone = ALONE.find((each) => each === action);
    if (alone !== undefined) return { action: alone };
    const ofOne = OF_ONE.find((each) => each === action);
    if (ofOne === undefined) return null;
    if (typeof id !== 'string' || id === '') throw new ControlError(`"${ofOne}" needs the id of a parked webhook`);
    return { action: ofOne, id };
}
