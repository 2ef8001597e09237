import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import type { Access } from './access';
import { printerStatus } from './printer-status';
import type { Printer } from './rows';
import type { BambuddyState } from './state';

/** What the server tells over its WebSocket. Uploads and PATCH tell nothing. */
export type ServerEvent =
    | { type: 'print_start'; printer_id: number; data: Record<string, unknown> }
    | { type: 'print_complete'; printer_id: number; data: Record<string, unknown> }
    /** from 1.2.5.7 on, where the job asks for its outcome */
    | { type: 'print_confirm_request'; printer_id: number; data: Record<string, unknown> }
    | { type: 'archive_created'; data: Record<string, unknown> & { id: number } }
    /** with a `status`, or without one when a photo or a timelapse was attached */
    | { type: 'archive_updated'; data: Record<string, unknown> & { id: number } }
    | { type: 'printer_status'; printer_id: number; data: Record<string, unknown> }
    | { type: 'pong' };

/** `/api/v1/ws?token=`: hands events to all connected sockets, and to listeners in this process. */
export class EventFeed {
    /** called for every event, connected sockets or not */
    readonly listeners = new Set<(event: ServerEvent) => void>();
    /** true: new sockets are refused, as by a proxy that does not know WebSockets */
    refuse = false;
    // ws 7 and 8 both call it so
    private readonly sockets = new WebSocket.Server({ noServer: true });

    constructor(
        private readonly state: BambuddyState,
        private readonly access: Access,
    ) {}

    get connected(): number {
        return this.sockets.clients.size;
    }

    /** the other ends of the sockets: for saying what no server says */
    get clients(): readonly WebSocket[] {
        return [...this.sockets.clients];
    }

    emit(event: ServerEvent): void {
        if (this.connected > 0) {
            const text = JSON.stringify(event);
            for (const socket of this.sockets.clients) if (socket.readyState === WebSocket.OPEN) socket.send(text);
        }
        for (const listener of this.listeners) listener(event);
    }

    /** A printer does something else. */
    printer(printer: Printer): void {
        if (this.connected > 0 || this.listeners.size > 0) this.emit(statusOf(printer));
    }

    attach(server: Server, isDown: () => boolean): void {
        server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
            if (isDown()) return void socket.destroy();
            const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
            const token = searchParams.get('token') ?? undefined;
            const admitted = !this.access.on || this.access.holds(token, 'websocket');
            if (pathname !== '/api/v1/ws' || this.refuse || !admitted) {
                return void socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
            }
            this.sockets.handleUpgrade(request, socket, head, (client) => this.welcome(client));
        });
    }

    /** Closes all sockets: 1012 is what a restart of the server sends, null tears the line. */
    disconnect(code: number | null = 1012): void {
        for (const client of this.sockets.clients) {
            if (code === null) client.terminate();
            else client.close(code);
        }
    }

    private welcome(client: WebSocket): void {
        for (const printer of this.state.printers.values()) {
            client.send(JSON.stringify(statusOf(printer)));
        }
        client.on('error', () => client.terminate());
        client.on('message', (message: Buffer) => {
            try {
                const { type } = JSON.parse(message.toString()) as { type?: unknown };
                if (type === 'ping') client.send(JSON.stringify({ type: 'pong' } satisfies ServerEvent));
            } catch {
                // the server drops who does not speak JSON (ws-auth-and-behaviour)
                client.terminate();
            }
        });
    }
}

function statusOf(printer: Printer): ServerEvent {
    return { type: 'printer_status', printer_id: printer.id, data: printerStatus(printer) };
}
