import { picture, write3mf } from '../simulators/bambuddy';

/** Bambuddy as a person with a key uses it; the same for the simulated and the real one. */
export class BambuddyApi {
    constructor(
        private readonly url: string,
        private readonly key: string,
    ) {}

    /** Uploads a small sliced file of our own making. @returns the archive */
    async upload(
        title: string,
        options: { seconds?: number; grams?: number; objects?: number } = {},
    ): Promise<Archive> {
        const { seconds = 5400, grams = 33.7, objects = 1 } = options;
        const names = Array.from({ length: objects }, (_, n) => `${title}_${n}`);
        const filaments = [{ slot_id: 1, type: 'PLA', color: '#FF6A13FF', used_g: grams }];
        const file = write3mf({
            title,
            plates: [{ index: 1, seconds, grams, objects: names, filaments, picture: picture(title.length) }],
        });
        const form = new FormData();
        form.append('file', new Blob([new Uint8Array(file)]), `${title.replace(/\W+/g, '_')}.gcode.3mf`);
        return this.json<Archive>('POST', '/archives/upload', form);
    }

    archive(id: number): Promise<Archive> {
        return this.json<Archive>('GET', `/archives/${id}`);
    }

    change(id: number, fields: Record<string, unknown>): Promise<Archive> {
        return this.json<Archive>('PATCH', `/archives/${id}`, fields);
    }

    private async json<T>(method: string, path: string, body?: unknown): Promise<T> {
        const response = await fetch(`${this.url}/api/v1${path}`, {
            method,
            headers: {
                'X-API-Key': this.key,
                // one that the server closes while idle would fail a test for nothing
                Connection: 'close',
                ...(body === undefined || body instanceof FormData ? {} : { 'Content-Type': 'application/json' }),
            },
            body: body === undefined ? undefined : body instanceof FormData ? body : JSON.stringify(body),
        });
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
        return (await response.json()) as T;
    }
}

export interface Archive {
    id: number;
    print_name: string | null;
    content_hash: string | null;
    external_url: string | null;
    status: string;
    quantity: number;
    print_time_seconds: number | null;
    filament_used_grams: number | null;
}
