import { createHash } from 'node:crypto';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Journal } from '../lib/store/engine/journal';
import { emptyLedger, type LedgerData } from '../lib/store/ledger/records';
import { LEDGER } from '../lib/store/ledger/schema';
import { writeSnapshot } from '../lib/store/engine/snapshot';
import { exampleFlow, nodeOf } from '../test/harness/project';

/** Archives of these stores are none that a shop of the bench has. */
const FIRST_ARCHIVE = 1_000_000;

const masters = new Map<number, Promise<string>>();
const folder = join(tmpdir(), `print-to-stock-stores-${process.pid}`);

/** Lays a store down as it is after so many prints, a third of them repeats. */
export async function layStore(file: string, prints: number): Promise<void> {
    let master = masters.get(prints);
    if (master === undefined) {
        const path = join(folder, `${prints}.json`);
        master = writeStore(path, prints).then(() => path);
        masters.set(prints, master);
    }
    await mkdir(dirname(file), { recursive: true });
    await copyFile(await master, file);
    await (await Journal.create(file, 1)).close();
}

export async function removeStores(): Promise<void> {
    await rm(folder, { recursive: true, force: true });
}

/** Written by the store's own code. */
async function writeStore(file: string, prints: number): Promise<void> {
    const data = emptyLedger();
    const at = '2026-01-01T00:00:00.000Z';
    const began = Date.parse('2024-01-01T00:00:00Z');
    const parts = Math.ceil((prints * 2) / 3);
    for (let n = 0; n < prints; n++) {
        const archiveId = FIRST_ARCHIVE + n;
        const batch = `bambuddy-${archiveId}`;
        data.prints[batch] = {
            batch,
            source: 'bambuddy',
            archiveId,
            runId: n + 1,
            startedAt: new Date(began + n * 600_000).toISOString(),
            identity: identity(n % parts),
            name: `A print with a usual name ${n % parts}`,
            state: 'done',
            via: sourceId,
            count: 1,
            partPk: (n % parts) + 1,
            stockPk: n + 1,
            quantity: 1,
            image: 'done',
            link: 'done',
            first: true,
            at,
        };
    }
    for (let n = 0; n < parts; n++) data.parts[identity(n)] = partOf(n, at);
    // all that a shop printed is history: a look finds nothing new
    data.cursors[sourceId] = { since: new Date().toISOString(), start: null, before: [], at };
    data.meta['created'] = { value: at };
    data.meta['scanned:bambuddy'] = { value: at };
    await mkdir(dirname(file), { recursive: true });
    await writeSnapshot(file, LEDGER, data, 1, 1);
}

const sourceId = nodeOf(exampleFlow(), 'bambuddy-archive-in').id;

function identity(n: number): string {
    return `content_hash:${createHash('sha256').update(String(n)).digest('hex')}`;
}

function partOf(n: number, at: string): LedgerData['parts'][string] {
    return {
        identity: identity(n),
        pk: n + 1,
        IPN: `BMB-${createHash('sha1').update(identity(n)).digest('hex').slice(0, 12)}`,
        name: `A print with a usual name ${n}`,
        picture: `/media/part_images/print-${n}.png`,
        parameters: { Weight: '42.5', PrintTime: '1h 00m' },
        image: 'done',
        at,
    };
}
