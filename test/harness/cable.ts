import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A stretch of network before a server: it can be cut, so that bytes are lost and nobody is told. */
export class Cable {
    /** what is sent meanwhile arrives nowhere; connections that were open then stay silent for ever */
    isCut = false;
    private readonly sockets = new Set<Socket>();
    private readonly server = createServer((near) => this.join(near));

    constructor(private readonly port: number) {}

    /** @returns the port to connect to */
    async listen(): Promise<number> {
        this.server.listen(0, '127.0.0.1');
        await once(this.server, 'listening');
        return (this.server.address() as AddressInfo).port;
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
        await once(this.server, 'close');
    }

    private join(near: Socket): void {
        this.keep(near);
        if (this.isCut) return;
        const far = connect(this.port, '127.0.0.1');
        this.keep(far);
        let isSilent = false;
        const pass = (to: Socket) => (bytes: Buffer) => {
            isSilent ||= this.isCut;
            if (!isSilent) to.write(bytes);
        };
        near.on('data', pass(far));
        far.on('data', pass(near));
        near.on('close', () => far.destroy());
        far.on('close', () => {
            if (!isSilent && !this.isCut) near.destroy();
        });
    }

    private keep(socket: Socket): void {
        this.sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => this.sockets.delete(socket));
    }
}
