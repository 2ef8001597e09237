/** InvenTree as its API shows it, for looking at what our nodes did. */
export class InvenTreeApi {
    private apiVersion = 0;

    constructor(
        readonly url: string,
        private readonly token: string,
    ) {}

    async version(): Promise<number> {
        this.apiVersion ||= (await this.json<{ apiVersion: number }>('GET', '/api/')).apiVersion;
        return this.apiVersion;
    }

    async partsByIpn(ipn: string): Promise<Part[]> {
        return (await this.json<Page<Part>>('GET', `/api/part/?IPN=${encodeURIComponent(ipn)}&limit=50`)).results;
    }

    part(pk: number): Promise<Part> {
        return this.json<Part>('GET', `/api/part/${pk}/`);
    }

    async stockByBatch(batch: string): Promise<StockItem[]> {
        return (await this.json<Page<StockItem>>('GET', `/api/stock/?batch=${encodeURIComponent(batch)}&limit=50`))
            .results;
    }

    /** The batch of each item whose batch begins so; one that several items have is there several times. */
    async stockBatches(prefix: string): Promise<string[]> {
        const batches: string[] = [];
        const query = `batch_regex=${encodeURIComponent(`^${prefix}`)}&limit=500`;
        for (;;) {
            const path = `/api/stock/?${query}&offset=${batches.length}`;
            const { count, results } = await this.json<Page<StockItem>>('GET', path);
            batches.push(...results.map(({ batch }) => batch));
            if (results.length === 0 || batches.length >= count) return batches;
        }
    }

    /** By template name. */
    async parameters(part: number): Promise<Map<string, string>> {
        const path =
            (await this.version()) >= 430
                ? `/api/parameter/?model_type=part.part&model_id=${part}&limit=50`
                : `/api/part/parameter/?part=${part}&limit=50`;
        const { results } = await this.json<Page<{ data: string; template_detail: { name: string } }>>('GET', path);
        return new Map(results.map((parameter) => [parameter.template_detail.name, parameter.data]));
    }

    /** By name, with their units. */
    async templates(): Promise<Map<string, string>> {
        const path =
            (await this.version()) >= 430
                ? '/api/parameter/template/?limit=500'
                : '/api/part/parameter/template/?limit=500';
        const { results } = await this.json<Page<{ name: string; units: string }>>('GET', path);
        return new Map(results.map((template) => [template.name, template.units]));
    }

    /** A Part as a person makes it, with a picture of its own. */
    async createPart(fields: { name: string; IPN: string; category: number }, image: Buffer): Promise<Part> {
        const form = new FormData();
        for (const [key, value] of Object.entries(fields)) form.append(key, String(value));
        form.append('image', new Blob([new Uint8Array(image)], { type: 'image/png' }), 'own.png');
        return this.json<Part>('POST', '/api/part/', form);
    }

    private async json<T>(method: string, path: string, body?: FormData): Promise<T> {
        const response = await fetch(`${this.url}${path}`, {
            method,
            headers: {
                Authorization: `Token ${this.token}`,
                Accept: 'application/json',
                // one that the server closes while idle would fail a test for nothing
                Connection: 'close',
            },
            body,
        });
        if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
        return (await response.json()) as T;
    }
}

interface Page<T> {
    count: number;
    results: T[];
}

export interface Part {
    pk: number;
    name: string;
    IPN: string;
    description: string;
    image: string | null;
    category: number | null;
}

export interface StockItem {
    pk: number;
    part: number;
    quantity: number;
    batch: string;
    location: number | null;
    status: number;
    notes: string | null;
    link: string;
}
