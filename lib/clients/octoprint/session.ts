import WebSocket from 'ws';
import { AuthError, ClosedError } from '../../http/errors';
import type { ReconnectBackoff } from '../../concurrency/reconnect-backoff';
import { ReconnectingSocket } from '../../http/wire/reconnecting-socket';
import type { OctoPrintClient } from './client';

/** A message of the socket: one of `connected`, `history`, `current`, `event` … with what it carries. */
export type SocketMessage = Record<string, unknown>;

export interface SessionListener {
    message: (message: SocketMessage) => void;
    /** we are let in, perhaps after a while without: something may have been missed */
    connected: () => void;
    /** the line is down, or we are not let in; it is tried again */
    lost: (error: Error | null) => void;
}

/** What is wanted of the socket. */
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
/** Only who is let in is sent these. */
const FOR_MEMBERS = ['history', 'current', 'event'];

/**
 * A session on OctoPrint's websocket: logs in with the key, says who we are and what we want, logs in anew when OctoPrint
 * asks for it (sessions end after a while, from 1.8.3 on), and comes back by itself with growing pauses at random. OctoPrint
 * never confirms a session: that we are in shows by what it sends.
 */
export class Session {
    private readonly socket: ReconnectingSocket;
    private logins = 0;
    private member = false;

    constructor(
        private readonly octoprint: OctoPrintClient,
        private readonly subscription: Subscription,
        private readonly listener: SessionListener,
        backoff: Partial<ReconnectBackoff> = {},
    ) {
        this.socket = new ReconnectingSocket(
            {
                address: () => octoprint.socketAddress,
                maxBytes: MAX_BYTES,
                ping: (socket) => socket.ping(),
                opened: (socket) => {
                    [this.member, this.logins] = [false, 0];
                    void this.logIn(socket);
                },
                message: (message, socket) => this.heard(message, socket),
                lost: (error) => this.lost(error),
            },
            backoff,
        );
    }

    get isConnected(): boolean {
        return this.member && this.socket.isOpen;
    }

    start(): void {
        this.socket.start();
    }

    close(): void {
        this.socket.close();
    }

    /** @param socket the one that the session is for: it may be gone when the login is through */
    private async logIn(socket: WebSocket): Promise<void> {
        if (this.logins++ >= MOST_LOGINS) return void socket.terminate();
        try {
            const { name, session } = await this.octoprint.login(this.socket.signal);
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
            if (error instanceof AuthError) this.socket.delay(5);
            socket.terminate();
        }
    }

    private say(socket: WebSocket, message: object): void {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    }

    private heard(message: SocketMessage, socket: WebSocket): void {
        if ('reauthRequired' in message) {
            this.member = false;
            return void this.logIn(socket);
        }
        const forMembers = FOR_MEMBERS.some((kind) => kind in message);
        if (forMembers && !this.member) {
            [this.member, this.logins] = [true, 0];
            this.socket.isGood();
            this.listener.connected();
        }
        this.listener.message(message);
    }

    private lost(error: Error | null): void {
        const wasMember = this.member;
        this.member = false;
        if (wasMember || error !== null) this.listener.lost(error);
    }
}
