import { RECONNECT_BACKOFF, pauseAfter, type ReconnectBackoff } from '../../concurrency/reconnect-backoff';
import { ReconnectingSocket } from '../../http/wire/reconnecting-socket';
import type { BambuddyClient } from './client';

export { RECONNECT_BACKOFF as PACE, pauseAfter, type ReconnectBackoff as LivePace };

/** What an archive's `archive_updated` may end in; of others the print is still on. */
const TERMINAL = new Set(['completed', 'failed', 'aborted', 'cancelled', 'stopped']);

/** Whether an archive's status says that the print is over. */
export function hasEnded(status: string): boolean {
    return TERMINAL.has(status);
}

/** Messages are small; a flood of bytes is no Bambuddy. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface LiveListener {
    /** an archive has reached its end: look what came of it */
    finished: (archiveId: number, status: string) => void;
    /** something was told of an archive, of its file or of its outcome */
    touched?: (archiveId: number) => void;
    /** the connection stands, perhaps after a while without: something may have been missed */
    connected: () => void;
}

/**
 * Listens to Bambuddy's WebSocket (`/api/v1/ws`) and tells when an archive has ended. It comes back by itself, with
 * growing pauses at random, renews its token with every connection, and takes garbage and silence as they come. Events
 * may be missed: it is there to be quick, the poll to be complete.
 */
export class Live {
    private readonly socket: ReconnectingSocket;

    constructor(
        bambuddy: BambuddyClient,
        private readonly listener: LiveListener,
        backoff: Partial<ReconnectBackoff> = {},
    ) {
        this.socket = new ReconnectingSocket(
            {
                address: (signal) => bambuddy.liveAddress(signal),
                maxBytes: MAX_BYTES,
                // what is not JSON makes the server drop the socket; this it answers with {"type":"pong"}
                ping: (socket) => socket.send('{"type":"ping"}'),
                opened: () => {
                    this.socket.isGood();
                    listener.connected();
                },
                message: (message) => this.heard(message),
            },
            backoff,
        );
    }

    get isConnected(): boolean {
        return this.socket.isOpen;
    }

    start(): void {
        this.socket.start();
    }

    close(): void {
        this.socket.close();
    }

    private heard(event: { type?: unknown; data?: Record<string, unknown> }): void {
        // an outcome is asked for when the print has ended; what is answered may come as a change of the archive
        if (event.type !== 'archive_updated' && event.type !== 'print_confirm_request') return;
        const { status } = event.data ?? {};
        const id = event.data?.[event.type === 'archive_updated' ? 'id' : 'archive_id'];
        if (isArchiveId(id)) this.listener.touched?.(id);
        if (event.type === 'archive_updated' && isArchiveId(id) && typeof status === 'string' && hasEnded(status))
            this.listener.finished(id, status);
    }
}

function isArchiveId(id: unknown): id is number {
    return typeof id === 'number' && Number.isSafeInteger(id) && id > 0;
}
