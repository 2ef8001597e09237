import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** An answer as it came. */
export interface RawAnswer {
    status: number;
    /** names in lower case; Node makes them when they are asked for first, and of most answers nobody asks */
    readonly headers: IncomingHttpHeaders;
    bytes: Buffer;
}

/** Longer answers are not read: a picture of 25 MB is the largest thing that is asked for. */
export const MOST_BYTES = 64 * 1024 * 1024;

/** One request and its whole answer. Rejects with what the network says. */
export class Exchange {
    readonly answer: Promise<RawAnswer>;
    private fail: (error: Error) => void = () => undefined;

    constructor(
        private readonly outgoing: ClientRequest,
        body: Buffer | string | null,
    ) {
        this.answer = new Promise((resolve, reject) => {
            this.fail = reject;
            outgoing.on('error', reject);
            // neither error nor answer: of a server that changes the protocol unasked, Node tells nothing else
            outgoing.once('close', () => reject(new Error('the connection was closed without an answer')));
            outgoing.once('response', (incoming) => this.read(incoming, resolve, reject));
        });
        outgoing.end(body ?? undefined);
    }

    /** Gives up, at once: of a request that waits for its connection Node tells nothing until there is one. */
    abort(): void {
        const error = new Error('given up');
        this.fail(error);
        this.outgoing.destroy(error);
    }

    private read(incoming: IncomingMessage, done: (answer: RawAnswer) => void, failed: (error: Error) => void): void {
        const { statusCode: status = 0 } = incoming;
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            size += chunk.length;
            if (size > MOST_BYTES) incoming.destroy(Object.assign(new Error('too long'), { code: 'ERR_TOO_LONG' }));
        });
        // cut short, or given up
        incoming.once('error', failed);
        incoming.once('end', () =>
            done({
                status,
                get headers() {
                    return incoming.headers;
                },
                bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size),
            }),
        );
    }
}
