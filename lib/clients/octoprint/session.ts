import WebSocket from 'ws';
import { AuthError, ClosedError } from '../../http/errors';
import { RECONNECT_BACKOFF, pauseAfter, type ReconnectBackoff } from '../../concurrency/reconnect-backoff';
import { socketAgent } from '../../http/proxy';
import type { OctoPrintClient } from './client';
import { isRecord } from './events';

/** A message of the socket: one of `connected`, `history`, `current`, `event` … with what it carries. */
export type SocketMessage = Record<string, unknown>;

export interface SessionListener {
    message: (message: SocketMessage) => void;
    /** we are let in, perhaps after a while without: something may have been missed */
    connected: () => void;
    /** the line is down, or we are not let in; it is tried again */
    lost: (error: Error | null) => void;
}

/** What is wanted of the socket (recordings 62). */
export interface Subscription {
    events: readonly string[];
    /** lines of the printer's terminal that are wanted, as a regular expression of Python */
    logs: string;
}

/** Every second is enough to see each percent of a print that takes two minutes. */
const THROTTLE = 2;
/** The history of a long day's temperatures is some hundred kB. */
const MAX_BYTES = 16 * 1024 * 1024;
/** So many sessions in a row that are refused: the next connection, after a pause. */
const MOST_LOGINS = 3;
const HANDSHAKE_MS = 15_000;
/** Only who is let in is sent these. */
const FOR_MEMBERS = ['history', 'current', 'event'];

/**
 * A session on OctoPrint's websocket: logs in with the key, says who we are and what we want, logs in anew when OctoPrint
 * asks for it (sessions end after a while, from 1.8.3 on), and comes back by itself with growing pauses at random. OctoPrint
 * never confirms a session: that we are in shows by what it sends.
 */
export class Session {
    private socket: WebSocket | null = null;
    private timer: NodeJS.Timeout | undefined;
    private ping: NodeJS.Timeout | undefined;
    private attempts = 0;
    private logins = 0;
    private since = 0;
    private alive = true;
    private member = false;
    private readonly ended = new AbortController();
    private readonly pace: ReconnectBackoff;

    constructor(
        private readonly octoprint: OctoPrintClient,
        private readonly subscription: Subscription,
        private readonly listener: SessionListener,
        pace: Partial<ReconnectBackoff> = {},
    ) {
        this.pace = { ...RECONNECT_BACKOFF, ...pace };
    }

    get isConnected(): boolean {
        return this.member && this.socket?.readyState === WebSocket.OPEN;
    }

    start(): void {
        this.connect();
    }

    close(): void {
        this.ended.abort();
        clearTimeout(this.timer);
        clearInterval(this.ping);
        this.socket?.terminate();
    }

    private connect(): void {
        if (this.ended.signal.aborted) return;
        const { url, insecure } = this.octoprint.socketAddress;
        const socket = new WebSocket(url, {
            rejectUnauthorized: !insecure,
            maxPayload: MAX_BYTES,
            handshakeTimeout: HANDSHAKE_MS,
            followRedirects: false,
            agent: socketAgent(url, { insecure, timeoutMs: HANDSHAKE_MS }),
        });
        [this.socket, this.member, this.logins] = [socket, false, 0];
        let failure: Error | null = null;
        socket.on('open', () => this.opened(socket));
        socket.on('message', (data) => this.heard(socket, data));
        socket.on('pong', () => (this.alive = true));
        socket.on('error', (error) => {
            failure = error;
            socket.terminate();
        });
        socket.on('close', () => this.lost(socket, failure));
    }

    private opened(socket: WebSocket): void {
        this.alive = true;
        clearInterval(this.ping);
        this.ping = setInterval(() => {
            if (!this.alive) return socket.terminate();
            this.alive = false;
            socket.ping();
        }, this.pace.pingMs);
        void this.logIn(socket);
    }

    /** @param socket the one that the session is for: it may be gone when the login is through */
    private async logIn(socket: WebSocket): Promise<void> {
        if (this.logins++ >= MOST_LOGINS) return void socket.terminate();
        try {
            const { name, session } = await this.octoprint.login(this.ended.signal);
            // the name is the server's: a key may be of another user than one thinks
            this.say(socket, { auth: `${name}:${session}` });
            this.say(socket, { throttle: THROTTLE });
            const { events, logs } = this.subscription;
            this.say(socket, {
                subscribe: { state: { logs: logs === '' ? false : logs, messages: false }, plugins: false, events },
            });
        } catch (error) {
            if (!(error instanceof ClosedError)) this.listener.lost(error as Error);
            // a key that is refused is refused in a second, too
            if (error instanceof AuthError) this.attempts = Math.max(this.attempts, 5);
            socket.terminate();
        }
    }

    private say(socket: WebSocket, message: object): void {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }

    private heard(socket: WebSocket, data: WebSocket.RawData): void {
        this.alive = true;
        const message = parsed(data);
        if (message === null || socket !== this.socket) return;
        if ('reauthRequired' in message) {
            this.member = false;
            return void this.logIn(socket);
        }
        const forMembers = FOR_MEMBERS.some((kind) => kind in message);
        if (forMembers && !this.member) {
            [this.member, this.logins, this.since] = [true, 0, Date.now()];
            this.listener.connected();
        }
        this.listener.message(message);
    }

    private lost(socket: WebSocket | null, error: Error | null): void {
        if (this.socket !== socket) return;
        const wasMember = this.member;
        [this.socket, this.member] = [null, false];
        clearInterval(this.ping);
        if (this.since > 0 && Date.now() - this.since > this.pace.goodMs) this.attempts = 0;
        this.since = 0;
        if (this.ended.signal.aborted) return;
        if (wasMember || error !== null) this.listener.lost(error);
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.connect(), pauseAfter(this.attempts++, this.pace));
    }
}

function parsed(data: WebSocket.RawData): SocketMessage | null {
    try {
        const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
        const message: unknown = JSON.parse(bytes.toString('utf8'));
        return isRecord(message) ? message : null;
    } catch {
        return null;
    }
}
