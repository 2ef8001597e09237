/** Events of a notification that end a print (recorded: 24 kinds, of which these). */
const TERMINAL = new Set(['print_complete', 'print_failed', 'print_stopped']);

/**
 * Whether a notification may tell of a finished print. It carries no archive id, so it is a reason to look and nothing
 * more. Bambuddy's test has no `event`; the Slack format is a text alone, and whatever it says a look is cheap.
 */
export function isEndOfPrint(payload: Record<string, unknown>): boolean {
    const event = Object.hasOwn(payload, 'event') ? payload['event'] : undefined;
    if (event !== undefined) return typeof event === 'string' && TERMINAL.has(event);
    return Object.keys(payload).length === 1 && typeof payload['text'] === 'string';
}
