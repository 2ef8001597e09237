import http from 'node:http';
import type { Connection } from '../../test/harness/project';

/** A bare client with kept-alive connections: what comes back is parsed and trusted. */
export class Client {
    private readonly agent = new http.Agent({ keepAlive: true, noDelay: true });

    constructor(
        private readonly root: string,
        private readonly headers: Record<string, string>,
    ) {}

    get<T>(path: string): Promise<T> {
        return this.ask<T>('GET', path);
    }

    post<T>(path: string, body: unknown): Promise<T> {
        return this.ask<T>('POST', path, body);
    }

    patch<T>(path: string, body: unknown): Promise<T> {
        return this.ask<T>('PATCH', path, body);
    }

    async bytes(path: string): Promise<Buffer> {
        return (await this.exchange('GET', path, {}, null)).bytes;
    }

    close(): void {
        this.agent.destroy();
    }

    /** Fields and one picture as a form. */
    form<T>(method: 'POST' | 'PATCH', path: string, fields: Record<string, string>, image: Buffer): Promise<T> {
        const boundary = 'bench-5d41402abc4b2a76';
        const parts = Object.entries(fields).map(
            ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
        );
        const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="print.png"\r\nContent-Type: image/png\r\n\r\n`;
        const body = Buffer.concat([Buffer.from(parts.join('') + head), image, Buffer.from(`\r\n--${boundary}--\r\n`)]);
        return this.json<T>(method, path, { 'Content-Type': `multipart/form-data; boundary=${boundary}` }, body);
    }

    private ask<T>(method: string, path: string, body?: unknown): Promise<T> {
        if (body === undefined) return this.json<T>(method, path, {}, null);
        return this.json<T>(method, path, { 'Content-Type': 'application/json' }, Buffer.from(JSON.stringify(body)));
    }

    private async json<T>(
        method: string,
        path: string,
        headers: Record<string, string>,
        body: Buffer | null,
    ): Promise<T> {
        return JSON.parse((await this.exchange(method, path, headers, body)).bytes.toString('utf8')) as T;
    }

    private exchange(
        method: string,
        path: string,
        headers: Record<string, string>,
        body: Buffer | null,
    ): Promise<{ bytes: Buffer }> {
        return new Promise((resolve, reject) => {
            const length = body === null ? {} : { 'Content-Length': String(body.length) };
            const request = http.request(
                this.root + path,
                {
                    method,
                    agent: this.agent,
                    headers: { Accept: 'application/json', ...this.headers, ...headers, ...length },
                },
                (response) => {
                    const chunks: Buffer[] = [];
                    response.on('data', (chunk: Buffer) => chunks.push(chunk));
                    response.on('error', reject);
                    response.on('end', () => {
                        const bytes = Buffer.concat(chunks);
                        const { statusCode = 0 } = response;
                        if (statusCode >= 200 && statusCode < 300) resolve({ bytes });
                        else reject(new Error(`${method} ${path}: ${statusCode} ${bytes.toString().slice(0, 300)}`));
                    });
                },
            );
            request.on('error', reject);
            request.end(body ?? undefined);
        });
    }
}

/** Both servers of a shop, with their keys. */
export function clientsOf(connection: Connection): { bambuddy: Client; inventree: Client } {
    return {
        bambuddy: new Client(`${connection.bambuddyUrl}/api/v1`, { 'X-API-Key': connection.apiKey }),
        inventree: new Client(connection.inventreeUrl, { Authorization: `Token ${connection.token}` }),
    };
}
