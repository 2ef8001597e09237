import { setMaxListeners } from 'node:events';
import { ClosedError, Failure } from '../../../lib/http/errors';
import type { Message, Node, Send } from '../node-red';
import type { NodeStatus } from '../status/status';

/** Work under way at the close is given this long to end by itself; all waiting is ended at once. */
const CLOSE_MS = 8000;

export interface InputContext {
    send: Send;
    /** ends when the node is closed */
    signal: AbortSignal;
}

/**
 * The one way a message comes into our nodes: whatever the handler throws becomes `done(err)`, so that Catch nodes see it
 * and nothing escapes into the process; a message interrupted by a close is neither done nor failed.
 * @param handle resolves when the message is dealt with
 * @param failed shows a failure in the status
 */
export function onInput(
    node: Node,
    status: NodeStatus,
    handle: (msg: Message, context: InputContext) => Promise<void>,
    failed: (error: unknown) => void,
): { signal: AbortSignal } {
    const closed = new AbortController();
    // every message under way listens to it
    setMaxListeners(0, closed.signal);
    const running = new Set<Promise<void>>();

    node.on('input', (msg, send, done) => {
        const work = run(msg, send, done).finally(() => running.delete(work));
        running.add(work);
        if (running.size > 1) status.show('blue', 'dot', 'working', { n: running.size });
    });

    async function run(msg: Message, send: Send, done: (error?: Error) => void): Promise<void> {
        try {
            // `async` work may throw at once, too
            await Promise.resolve().then(() => handle(msg, { send, signal: closed.signal }));
            done();
        } catch (error) {
            if (error instanceof ClosedError || closed.signal.aborted) return;
            failed(error);
            done(presentable(error));
        }
    }

    // the number of arguments tells Node-RED to wait for `done`
    node.on('close', (_removed: boolean, done: () => void) => {
        closed.abort();
        status.close();
        let timer: NodeJS.Timeout | undefined;
        const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
        void Promise.race([Promise.allSettled([...running]), timeout]).then(() => {
            clearTimeout(timer);
            done();
        });
    });

    return { signal: closed.signal };
}

/** An error as Catch nodes get it: the message for people, a code for flows, nothing else. */
function presentable(error: unknown): Error {
    const { server, status, setting } = error instanceof Failure ? error : {};
    // of what an error carries, Node-RED hands on its message, code, stack and cause
    const shown: Error & { code?: string } = new Error(error instanceof Error ? error.message : String(error), {
        cause: { server, status, setting },
    });
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code === 'string') shown.code = code;
    return shown;
}
