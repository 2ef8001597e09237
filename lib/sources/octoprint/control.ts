import type { OctoPrintSource } from './source';

const PLAIN = ['poll', 'status', 'parked', 'retry-all', 'pause', 'resume'] as const;
const NAMED = ['retry', 'forget'] as const;

/** What a message into the node asks for. */
export type Control =
    | { action: (typeof PLAIN)[number] }
    /** names the parked print */
    | { action: (typeof NAMED)[number]; batch: string };

export class UnknownControl extends Error {
    readonly code = 'ACTION';
    constructor(why: string) {
        super(
            `${why}. Send one of ${[...PLAIN, ...NAMED].join(', ')}, as a string or as { action, … } in msg.payload.`,
        );
        this.name = 'ActionError';
    }
}

/** @throws UnknownControl listing the right ones */
export function controlOf(payload: unknown): Control {
    const given = (typeof payload === 'object' && payload !== null ? payload : { action: payload }) as Record<
        string,
        unknown
    >;
    const name = typeof given['action'] === 'string' ? given['action'].trim().toLowerCase() : '';
    const plain = PLAIN.find((each) => each === name);
    if (plain !== undefined) return { action: plain };
    const named = NAMED.find((each) => each === name);
    if (named === undefined)
        throw new UnknownControl(name === '' ? 'No action in msg.payload' : `Unknown action "${name.slice(0, 40)}"`);
    const { batch } = given;
    if (typeof batch !== 'string' || batch.trim() === '') throw new UnknownControl('"batch" must name a parked print');
    return { action: named, batch: batch.trim() };
}

export async function perform(source: OctoPrintSource, control: Control): Promise<object> {
    const { action } = control;
    switch (action) {
        case 'poll':
            source.tryNow();
            await source.poll();
            return { action, ...source.status() };
        case 'status':
            return { action, ...source.status() };
        case 'parked':
            return { action, prints: source.deadLetters.list() };
        case 'retry-all':
            return { action, ...(await source.deadLetters.retry(null)) };
        case 'retry':
            return { action, ...(await source.deadLetters.retry(control.batch)) };
        case 'forget':
            return { action, ...(await source.deadLetters.forget(control.batch)) };
        case 'pause':
            await source.pause();
            return { action, ...source.status() };
        case 'resume':
            await source.resume();
            return { action, ...source.status() };
    }
}
