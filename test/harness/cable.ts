import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A stretch of network before a server: it can be cut, so that bytes are lost and nobody is told, or bytes arrive late. */
export class Cable {
    /** what is sent meanwhile arrives nowhere; connections that were open then stay silent for ever */
    isCut = false;
    /** what is sent to the server meanwhile is on its way until `deliver`, also where the sender has left by then */
    isSlow = false;
    private onItsWay: (() => void)[] = [];
    private readonly sockets = new Set<Socket>();
    private readonly server = createServer((near) => this.join(near));

    constructor(private readonly port: number) {}

    /** @returns the port to connect to */
    async listen(): Promise<number> {
        this.server.listen(0, '127.0.0.1');
        await once(this.server, 'listening');
        return (this.server.address() as AddressInfo).port;
    }

    /** What is on its way arrives, in its order. */
    deliver(): void {
        for (const arrive of this.onItsWay.splice(0)) arrive();
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
        let isOnItsWay = false;
        const pass = (to: Socket) => (bytes: Buffer) => {
            isSilent ||= this.isCut;
            if (!isSilent) to.write(bytes);
        };
        near.on('data', (bytes) => {
            isOnItsWay ||= this.isSlow;
            if (isOnItsWay) this.onItsWay.push(() => far.write(bytes));
            else pass(far)(bytes);
        });
        far.on('data', pass(near));
        near.on('close', () => {
            if (!isOnItsWay) far.destroy();
        });
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
