import WebSocket from 'ws';
import { RECONNECT_BACKOFF, pauseAfter, type ReconnectBackoff } from '../../concurrency/reconnect-backoff';
import { socketAgent } from '../../http/proxy';
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
const HANDSHAKE_MS = 15_000;

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
    private socket: WebSocket | null = null;
    private timer: NodeJS.Timeout | undefined;
    private ping: NodeJS.Timeout | undefined;
    private attempts = 0;
    private since = 0;
    private alive = true;
    private readonly ended = new AbortController();
    private readonly pace: ReconnectBackoff;

    constructor(
        private readonly bambuddy: BambuddyClient,
        private readonly listener: LiveListener,
        pace: Partial<ReconnectBackoff> = {},
    ) {
        this.pace = { ...RECONNECT_BACKOFF, ...pace };
    }

    get isConnected(): boolean {
        return this.socket?.readyState === WebSocket.OPEN;
    }

    start(): void {
        void this.connect();
    }

    close(): void {
        this.ended.abort();
        clearTimeout(this.timer);
        clearInterval(this.ping);
        this.socket?.terminate();
    }

    private async connect(): Promise<void> {
        if (this.ended.signal.aborted) return;
        try {
            const { url, insecure } = await this.bambuddy.liveAddress(this.ended.signal);
            if (this.ended.signal.aborted) return;
            const socket = new WebSocket(url, {
                rejectUnauthorized: !insecure,
                maxPayload: MAX_BYTES,
                handshakeTimeout: HANDSHAKE_MS,
                followRedirects: false,
                agent: socketAgent(url, { insecure, timeoutMs: HANDSHAKE_MS }),
            });
            this.socket = socket;
            socket.on('open', () => this.opened(socket));
            socket.on('message', (data) => this.heard(data));
            socket.on('error', () => socket.terminate());
            socket.on('close', () => this.lost(socket));
        } catch {
            this.again();
        }
    }

    private opened(socket: WebSocket): void {
        this.since = Date.now();
        this.alive = true;
        clearInterval(this.ping);
        // what is not JSON makes the server drop the socket; this it answers with {"type":"pong"}
        this.ping = setInterval(() => {
            if (!this.alive) return socket.terminate();
            this.alive = false;
            socket.send('{"type":"ping"}');
        }, this.pace.pingMs);
        this.listener.connected();
    }

    private heard(data: WebSocket.RawData): void {
        this.alive = true;
        const event = parsed(data);
        // an outcome is asked for when the print has ended; what is answered may come as a change of the archive
        if (event?.type !== 'archive_updated' && event?.type !== 'print_confirm_request') return;
        const { status } = event.data ?? {};
        const id = event.data?.[event.type === 'archive_updated' ? 'id' : 'archive_id'];
        if (isArchiveId(id)) this.listener.touched?.(id);
        if (event.type === 'archive_updated' && isArchiveId(id) && typeof status === 'string' && hasEnded(status))
            this.listener.finished(id, status);
    }

    private lost(socket: WebSocket): void {
        if (this.socket !== socket) return;
        this.socket = null;
        clearInterval(this.ping);
        if (this.since > 0 && Date.now() - this.since > this.pace.goodMs) this.attempts = 0;
        this.since = 0;
        this.again();
    }

    private again(): void {
        if (this.ended.signal.aborted) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.connect(), pauseAfter(this.attempts++, this.pace));
    }
}

function isArchiveId(id: unknown): id is number {
    return typeof id === 'number' && Number.isSafeInteger(id) && id > 0;
}

function parsed(data: WebSocket.RawData): { type?: unknown; data?: Record<string, unknown> } | null {
    try {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
        const event: unknown = JSON.parse(bytes.toString('utf8'));
        return typeof event === 'object' && event !== null ? event : null;
    } catch {
        return null;
    }
}
