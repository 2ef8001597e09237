import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import type { Access } from './access';

interface Client {
    member: boolean;
    /** names of events; true: all */
    events: true | ReadonlySet<string>;
    /** `current` is sent */
    state: boolean;
    /** lines of the terminal that are wanted; null: none */
    logs: RegExp | null;
}

/** `/sockjs/websocket`: plain JSON. Who is not let in gets `connected` and nothing else (recording 50). */
export class Socket {
    /** every subscription that was asked for */
    readonly subscriptions: unknown[] = [];
    private readonly server = new WebSocket.Server({ noServer: true });
    private readonly clients = new Map<WebSocket, Client>();
    /** so many sessions are refused before one is good: they end while a client is away */
    refuseSessions = 0;

    constructor(
        private readonly access: Access,
        private readonly current: () => Record<string, unknown>,
    ) {}

    get members(): number {
        return [...this.clients.values()].filter(({ member }) => member).length;
    }

    attach(server: Server, isDown: () => boolean): void {
        server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
            const { pathname } = new URL(request.url ?? '/', 'http://localhost');
            if (isDown() || pathname !== '/sockjs/websocket') return void socket.destroy();
            this.server.handleUpgrade(request, socket, head, (client) => this.welcome(client));
        });
    }

    /** Tells all who want it. Waits for nobody. */
    event(type: string, payload: unknown): void {
        for (const [socket, { member, events }] of this.clients) {
            if (member && (events === true || events.has(type))) send(socket, { event: { type, payload } });
        }
    }

    /** @param logs lines that the printer sent */
    tick(logs: readonly string[] = []): void {
        for (const [socket, client] of this.clients) {
            if (!client.member || !client.state) continue;
            const lines = logs.filter((line) => client.logs?.test(line) === true);
            send(socket, { current: { ...this.current(), ...(client.logs === null ? {} : { logs: lines }) } });
        }
    }

    /** Says anything to everybody. */
    say(message: unknown): void {
        for (const socket of this.clients.keys()) send(socket, message);
    }

    /** Sessions end: who is connected must log in anew. */
    expire(): void {
        this.access.endSessions();
        for (const [socket, client] of this.clients) {
            client.member = false;
            send(socket, { reauthRequired: { reason: 'stale' } });
        }
    }

    disconnect(): void {
        for (const socket of this.clients.keys()) socket.terminate();
    }

    private welcome(socket: WebSocket): void {
        const client: Client = { member: false, events: true, state: true, logs: /(?:)/ };
        this.clients.set(socket, client);
        socket.on('close', () => this.clients.delete(socket));
        socket.on('error', () => socket.terminate());
        socket.on('message', (data: Buffer) => this.heard(socket, client, data));
        send(socket, { connected: connectedView() });
    }

    private heard(socket: WebSocket, client: Client, data: Buffer): void {
        const message = parsed(data);
        // what is no JSON, or a list, is ignored (recordings 53, 57)
        if (message === null) return;
        if ('auth' in message) {
            if (this.refuseSessions > 0 || !this.access.isSession(message['auth'])) {
                this.refuseSessions = Math.max(0, this.refuseSessions - 1);
                return send(socket, { reauthRequired: { reason: 'stale' } });
            }
            client.member = true;
            send(socket, { history: { ...this.current(), temps: [], logs: [], messages: [] } });
            send(socket, { timelapse: null });
        }
        if ('subscribe' in message) this.subscribe(client, message['subscribe']);
    }

    private subscribe(client: Client, wanted: unknown): void {
        this.subscriptions.push(wanted);
        const { state, events } = wanted as { state?: unknown; events?: unknown };
        client.events = Array.isArray(events) ? new Set(events as string[]) : events === true ? true : new Set();
        client.state = state !== false && state !== undefined;
        const logs = typeof state === 'object' && state !== null ? (state as { logs?: unknown }).logs : state;
        client.logs = typeof logs === 'string' ? new RegExp(logs) : logs === true ? /(?:)/ : null;
    }
}

function connectedView(): Record<string, unknown> {
    return {
        version: '1.11.8',
        display_version: '1.11.8',
        branch: 'HEAD',
        python_version: '3.11.7',
        plugin_hash: '6f85357451b0e4ede98157ea6e79bf56',
        config_hash: 'b9e1af6d705a9e14bf0d1ee5f009d52c',
        debug: false,
        safe_mode: null,
        online: true,
        permissions: [],
    };
}

function send(socket: WebSocket, message: unknown): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function parsed(data: Buffer): Record<string, unknown> | null {
    try {
        const message = JSON.parse(data.toString('utf8')) as unknown;
        return typeof message === 'object' && message !== null && !Array.isArray(message)
            ? (message as Record<string, unknown>)
            : null;
    } catch {
        return null;
    }
}
