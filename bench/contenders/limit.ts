import { Semaphore } from '../../lib/concurrency/semaphore';
import type { Connection } from '../../test/harness/project';
import { clientsOf, type Client } from './client';
import {
    batchOf,
    ipnOf,
    parameterValues,
    partOf,
    stockOf,
    templatesByName,
    type Archive,
    type Page,
    type Template,
} from './prints';

/** IPNs or batches in one look-up: so many fit into a URL. */
const PACK = 100;

/** Parts whose parameters go in one list, where they do. */
export const LIST = 20;

/**
 * The limit: the fewest requests that do the job, by a bare client that remembers nothing and survives nothing. Archives
 * come in pages, look-ups in packs, a picture goes with its Part, parameters go in one list. InvenTree gets so many writes
 * at a time; everything else overlaps with them.
 * @param list Parts whose parameters go together
 */
export async function runLimit(connection: Connection, writes: number, list = 1): Promise<void> {
    const { bambuddy, inventree } = clientsOf(connection);
    const archives = await archivesOldestFirst(bambuddy);
    const [templates, { token }, parts, stocked] = await Promise.all([
        inventree.get<Page<Template>>('/api/parameter/template/?limit=500'),
        bambuddy.post<{ token: string }>('/printers/camera/stream-token', {}),
        partsThere(inventree, archives, connection),
        batchesThere(inventree, archives, connection),
    ]);
    const worker = new Limit(connection, bambuddy, inventree, templatesByName(templates), token, parts, writes, list);
    const wanted = archives.filter((archive) => !stocked.has(batchOf(archive, connection)));
    // enough under way that the next write is ready when one is through
    const ahead = new Semaphore(writes + 8);
    await Promise.all(wanted.map((archive) => ahead.run(() => worker.take(archive))));
    await worker.describeRest();
    bambuddy.close();
    inventree.close();
}

/** One print that has just finished: found in the print log, and in stock. */
export async function runLimitOnce(connection: Connection, after: string): Promise<void> {
    const { bambuddy, inventree } = clientsOf(connection);
    const log = await bambuddy.get<{ items: { archive_id: number }[] }>(
        `/print-log/?limit=50&status=completed&date_from=${encodeURIComponent(after)}`,
    );
    const archive = await bambuddy.get<Archive>(`/archives/${log.items[0]!.archive_id}`);
    const known = await onceKnown(connection);
    const lookup = partsThere(inventree, [archive], connection);
    const image = bambuddy.bytes(`/archives/${archive.id}/thumbnail?token=${known.token}`);
    const worker = new Limit(connection, bambuddy, inventree, known.templates, known.token, await lookup, 1);
    await worker.take(archive, image);
    bambuddy.close();
    inventree.close();
}

interface Lasting {
    of: string;
    templates: Map<string, number>;
    token: string;
}

let kept: Lasting | null = null;

/** What does not change from print to print is asked before the clock runs. */
export async function onceKnown(connection: Connection): Promise<Lasting> {
    if (kept?.of === connection.inventreeUrl) return kept;
    const { bambuddy, inventree } = clientsOf(connection);
    const templates = templatesByName(await inventree.get<Page<Template>>('/api/parameter/template/?limit=500'));
    const { token } = await bambuddy.post<{ token: string }>('/printers/camera/stream-token', {});
    bambuddy.close();
    inventree.close();
    return (kept = { of: connection.inventreeUrl, templates, token });
}

class Limit {
    private readonly semaphore: Semaphore;
    /** parameters of Parts that wait for a list, one entry a Part */
    private waiting: object[][] = [];

    constructor(
        private readonly connection: Connection,
        private readonly bambuddy: Client,
        private readonly inventree: Client,
        private readonly templates: Map<string, number>,
        private readonly token: string,
        /** by IPN; one that is being made is there already */
        private readonly parts: Map<string, Promise<number>>,
        writes: number,
        private readonly list = 1,
    ) {
        this.semaphore = new Semaphore(writes);
    }

    /** @param image where it is on its way already */
    async take(archive: Archive, image?: Promise<Buffer>): Promise<void> {
        const ipn = ipnOf(archive, this.connection);
        const known = this.parts.get(ipn);
        const making = known ?? this.makePart(archive, image);
        this.parts.set(ipn, making);
        const part = await making;
        if (known === undefined) await this.describe(archive, part);
        const stock = stockOf(archive, part, this.connection);
        await this.semaphore.run(() => this.inventree.post('/api/stock/', stock));
        await this.bambuddy.patch(`/archives/${archive.id}`, {
            external_url: `${this.connection.inventreeUrl}/web/part/${part}/`,
        });
    }

    private async makePart(archive: Archive, coming?: Promise<Buffer>): Promise<number> {
        const image = await (coming ?? this.bambuddy.bytes(`/archives/${archive.id}/thumbnail?token=${this.token}`));
        const fields = Object.entries(partOf(archive, this.connection)).map(([name, value]) => [name, String(value)]);
        const part = await this.semaphore.run(() =>
            this.inventree.form<{ pk: number }>(
                'POST',
                '/api/part/',
                Object.fromEntries(fields) as Record<string, string>,
                image,
            ),
        );
        return part.pk;
    }

    private async describe(archive: Archive, part: number): Promise<void> {
        const rows = Object.entries(parameterValues(archive)).map(([name, data]) => ({
            model_type: 'part.part',
            model_id: part,
            template: this.templates.get(name)!,
            data,
        }));
        this.waiting.push(rows);
        if (this.waiting.length >= this.list) await this.describeRest();
    }

    /** Sends the parameters that wait. */
    async describeRest(): Promise<void> {
        const rows = this.waiting.flat();
        this.waiting = [];
        if (rows.length > 0) await this.semaphore.run(() => this.inventree.post('/api/parameter/', rows));
    }
}

async function archivesOldestFirst(bambuddy: Client): Promise<Archive[]> {
    const archives: Archive[] = [];
    for (let more = true; more;) {
        const page = await bambuddy.get<Archive[]>(`/archives/?limit=500&offset=${archives.length}`);
        archives.push(...page);
        more = page.length === 500;
    }
    return archives.reverse();
}

async function partsThere(
    inventree: Client,
    archives: Archive[],
    connection: Connection,
): Promise<Map<string, Promise<number>>> {
    const found = new Map<string, Promise<number>>();
    const ipns = [...new Set(archives.map((archive) => ipnOf(archive, connection)))];
    for (let n = 0; n < ipns.length; n += PACK) {
        const pattern = encodeURIComponent(`^(${ipns.slice(n, n + PACK).join('|')})$`);
        const page = await inventree.get<Page<{ pk: number; IPN: string }>>(
            `/api/part/?IPN_regex=${pattern}&limit=500`,
        );
        for (const { IPN, pk } of page.results) found.set(IPN, Promise.resolve(pk));
    }
    return found;
}

async function batchesThere(inventree: Client, archives: Archive[], connection: Connection): Promise<Set<string>> {
    const found = new Set<string>();
    for (let n = 0; n < archives.length; n += PACK) {
        const batches = archives.slice(n, n + PACK).map((archive) => batchOf(archive, connection));
        const pattern = encodeURIComponent(`^(${batches.join('|')})$`);
        const page = await inventree.get<Page<{ batch: string }>>(`/api/stock/?batch_regex=${pattern}&limit=500`);
        for (const { batch } of page.results) found.add(batch);
    }
    return found;
}
