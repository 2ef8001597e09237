import WebSocket from 'ws';
import { RECONNECT_BACKOFF, pauseAfter, type ReconnectBackoff } from '../../concurrency/reconnect-backoff';
import { socketAgent } from './proxy';

/** What one server's WebSocket is like. */
export interface SocketProtocol {
    /** where it is, asked anew for each connection; where it throws, the connection has failed */
    address: (signal: AbortSignal) => SocketAddress | Promise<SocketAddress>;
    /** a longer message ends the connection */
    maxBytes: number;
    /** asks whether the server is there: a pong or any message is the answer */
    ping: (socket: WebSocket) => void;
    opened: (socket: WebSocket) => void;
    /** a JSON object that came; anything else is ignored */
    message: (message: Record<string, unknown>, socket: WebSocket) => void;
    /** the connection is gone, or none was made, and the next one follows. @param error of the network */
    lost?: (error: Error | null) => void;
}

export interface SocketAddress {
    /** `ws(s)://` */
    url: string;
    /** accept untrusted certificates */
    insecure: boolean;
}

const HANDSHAKE_MS = 15_000;

/**
 * A WebSocket that is connected again after growing pauses at random, through the proxy that the environment names. A
 * server that is silent is asked, and left when it does not answer. Messages may be missed meanwhile.
 */
export class ReconnectingSocket {
    private socket: WebSocket | null = null;
    private timer: NodeJS.Timeout | undefined;
    private pinging: NodeJS.Timeout | undefined;
    /** connections in a row that did not stand well */
    private attempts = 0;
    /** since when the connection counts as a good one, ms since 1970; 0: it does not */
    private since = 0;
    private alive = true;
    private readonly ended = new AbortController();
    private readonly backoff: ReconnectBackoff;

    constructor(
        private readonly protocol: SocketProtocol,
        backoff: Partial<ReconnectBackoff> = {},
    ) {
        this.backoff = { ...RECONNECT_BACKOFF, ...backoff };
    }

    get isOpen(): boolean {
        return this.socket?.readyState === WebSocket.OPEN;
    }

    /** Ends what is under way for this socket when it is closed. */
    get signal(): AbortSignal {
        return this.ended.signal;
    }

    start(): void {
        void this.connect();
    }

    close(): void {
        this.ended.abort();
        clearTimeout(this.timer);
        clearInterval(this.pinging);
        this.socket?.terminate();
    }

    /** The server has let us in: when the connection stands long from now on, the next pause is short. */
    isGood(): void {
        this.since = Date.now();
    }

    /** The next pause is at least the one after so many failures. */
    delay(failures: number): void {
        this.attempts = Math.max(this.attempts, failures);
    }

    private async connect(): Promise<void> {
        if (this.ended.signal.aborted) return;
        try {
            const { url, insecure } = await this.protocol.address(this.ended.signal);
            if (this.ended.signal.aborted) return;
            const socket = new WebSocket(url, {
                rejectUnauthorized: !insecure,
                maxPayload: this.protocol.maxBytes,
                handshakeTimeout: HANDSHAKE_MS,
                followRedirects: false,
                agent: socketAgent(url, { insecure, timeoutMs: HANDSHAKE_MS }),
            });
            this.socket = socket;
            let failure: Error | null = null;
            socket.on('open', () => this.opened(socket));
            socket.on('message', (data) => this.heard(socket, data));
            socket.on('pong', () => (this.alive = true));
            socket.on('error', (error) => {
                failure = error;
                socket.terminate();
            });
            socket.on('close', () => this.lost(socket, failure));
        } catch {
            this.again();
        }
    }

    private opened(socket: WebSocket): void {
        this.alive = true;
        clearInterval(this.pinging);
        this.pinging = setInterval(() => {
            if (!this.alive) return socket.terminate();
            this.alive = false;
            this.protocol.ping(socket);
        }, this.backoff.pingMs);
        this.protocol.opened(socket);
    }

    private heard(socket: WebSocket, data: WebSocket.RawData): void {
        this.alive = true;
        const message = objectIn(data);
        if (message !== null && socket === this.socket) this.protocol.message(message, socket);
    }

    private lost(socket: WebSocket, error: Error | null): void {
        if (this.socket !== socket) return;
        this.socket = null;
        clearInterval(this.pinging);
        if (this.since > 0 && Date.now() - this.since > this.backoff.goodMs) this.attempts = 0;
        this.since = 0;
        if (this.ended.signal.aborted) return;
        this.protocol.lost?.(error);
        this.again();
    }

    private again(): void {
        if (this.ended.signal.aborted) return;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => void this.connect(), pauseAfter(this.attempts++, this.backoff));
    }
}

/** @returns null where a message is no JSON object */
function objectIn(data: WebSocket.RawData): Record<string, unknown> | null {
    try {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
        const message: unknown = JSON.parse(bytes.toString('utf8'));
        const isObject = typeof message === 'object' && message !== null && !Array.isArray(message);
        return isObject ? (message as Record<string, unknown>) : null;
    } catch {
        return null;
    }
}
