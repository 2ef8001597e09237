import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** An answer as it came. */
export interface RawAnswer {
    status: number;
    /** names in lower case */
    headers: IncomingHttpHeaders;
    bytes: Buffer;
}

/**
 * One request and its whole answer, by undici's dispatcher itself: its `request` makes a stream of every answer, and ours
 * are read whole. Rejects with what undici or the network says.
 */
export class Exchange implements Dispatcher.DispatchHandler {
    readonly answer: Promise<RawAnswer>;
    private resolve!: (answer: RawAnswer) => void;
    private reject!: (error: Error) => void;
    private controller: Dispatcher.DispatchController | null = null;
    private given: Error | null = null;
    private status = 0;
    private headers: IncomingHttpHeaders = {};
    private readonly chunks: Buffer[] = [];

    constructor(dispatcher: Dispatcher, options: Dispatcher.DispatchOptions) {
        this.answer = new Promise((resolve, reject) => {
            this.resolve = resolve;
            this.reject = reject;
        });
        dispatcher.dispatch(options, this);
    }

    /** Gives up: at once for whoever waits, and as soon as there is a connection for the server. */
    abort(): void {
        this.given ??= new Error('given up');
        this.reject(this.given);
        this.controller?.abort(this.given);
    }

    onRequestStart(controller: Dispatcher.DispatchController): void {
        this.controller = controller;
        if (this.given !== null) controller.abort(this.given);
    }

    onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
        this.status = status;
        this.headers = headers;
    }

    onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
        this.chunks.push(chunk);
    }

    onResponseEnd(): void {
        const { status, headers, chunks } = this;
        this.resolve({ status, headers, bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) });
    }

    onResponseError(_: Dispatcher.DispatchController, error: Error): void {
        this.reject(error);
    }
}
