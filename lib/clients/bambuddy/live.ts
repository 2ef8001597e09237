import { RECONNECT_BACKOFF, pauseAfter, type ReconnectBackoff } from '../../concurrency/reconnect-backoff';
import { ReconnectingSocket } from '../../http/wire/reconnecting-socket';
import type { BambuddyClient } from './client';
import { printerStatusOf, type PrinterStatus } from './printer-status';

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
    /** what a printer does: of each after a connection, then at each change */
    printer?: (printerId: number, status: PrinterStatus) => void;
    /** an archive's print has begun. @param printerId null: the server does not tell it (a reprint) */
    begun?: (archiveId: number, printerId: number | null) => void;
    /** the connection is gone, and is made again */
    lost?: () => void;
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
                lost: () => listener.lost?.(),
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

    private heard({ type, printer_id: printerId, data: told }: Record<string, unknown>): void {
        const data = isRecord(told) ? told : {};
        if (type === 'printer_status' && isId(printerId)) this.listener.printer?.(printerId, printerStatusOf(data));
        const { status } = data;
        const id = data[ARCHIVE_EVENTS.get(type) ?? ''];
        if (!isId(id)) return;
        const printer = data['printer_id'];
        if (status === 'printing') this.listener.begun?.(id, isId(printer) ? printer : null);
        if (type === 'archive_created') return;
        this.listener.touched?.(id);
        if (type === 'archive_updated' && typeof status === 'string' && hasEnded(status))
            this.listener.finished(id, status);
    }
}

/** Events of an archive, and where its id stands. An outcome is asked for when the print has ended. */
const ARCHIVE_EVENTS: ReadonlyMap<unknown, string> = new Map([
    ['archive_created', 'id'],
    ['archive_updated', 'id'],
    ['print_confirm_request', 'archive_id'],
]);

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}

function isId(id: unknown): id is number {
    return typeof id === 'number' && Number.isSafeInteger(id) && id > 0;
}
