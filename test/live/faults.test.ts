import assert from 'node:assert/strict';
import { ipnOf } from '../../lib/print/part-identity';
import { BambuddyApi, type Archive } from '../harness/bambuddy-api';
import { InvenTreeApi } from '../harness/inventree-api';
import type { Connection } from '../harness/project';
import type { Fault } from '../simulators/simulator';
import { LiveChain, type RequestPoint } from './faults-chain';

const variable = (name: string): string => process.env[`LIVE_${name}`] ?? '';

/** Where an answer is waited for in vain: long enough for a busy server, short enough for a test. */
const TIMEOUT_S = 8;
/** Cases mostly wait, up to 90 s until something is sent again: so many are done at a time, each with a print of its own. */
const AT_ONCE = 4;

const PORTAL = '<html><head><title>Who are you?</title></head></html>';
const INTERNAL_ERROR = JSON.stringify({ error: 'OperationalError', detail: 'hidden', status_code: 500 });

/** Each is done to each request of the chain, one at a time. */
const FAULTS: Record<string, () => Fault> = {
    'reset before it was sent on': () => ({ at: 'before', kind: 'reset' }),
    'reset after it was done': () => ({ at: 'after', kind: 'reset' }),
    'cut off answer after it was done': () => ({ at: 'after', kind: 'cut' }),
    '500 after it was done': () => ({
        at: 'after',
        kind: 500,
        body: INTERNAL_ERROR,
        headers: { 'content-type': 'application/json' },
    }),
    'maintenance page, 503 with Retry-After in seconds': () => ({
        at: 'before',
        kind: 503,
        body: '<html><head><title>Maintenance</title></head></html>',
        headers: { 'retry-after': '1' },
    }),
    '429 with Retry-After as a date': () => ({
        at: 'before',
        kind: 429,
        body: '{"detail": "throttled"}',
        headers: { 'content-type': 'application/json', 'retry-after': new Date(Date.now() + 1000).toUTCString() },
    }),
    "a proxy's empty 404, not done": () => ({
        at: 'before',
        kind: 404,
        body: '',
        headers: { 'content-type': 'text/plain' },
    }),
    "a portal's page with 200 after it was done": () => ({ at: 'after', kind: 200, body: PORTAL }),
    "a login's redirect after it was done": () => ({
        at: 'after',
        kind: 302,
        headers: { location: '/login' },
        body: PORTAL,
    }),
    'no answer, not done': () => ({ at: 'before', kind: 'hang' }),
    'no answer, but done': () => ({ at: 'after', kind: 'hang' }),
};

describe('faults between us and real servers', function () {
    // ends what hangs; on a busy machine a kind takes a quarter of an hour
    this.timeout(3_600_000);
    const connection: Connection = {
        bambuddyUrl: variable('BAMBUDDY_URL').replace(/\/+$/, ''),
        apiKey: variable('BAMBUDDY_KEY'),
        inventreeUrl: variable('INVENTREE_URL').replace(/\/+$/, ''),
        token: variable('INVENTREE_TOKEN'),
        category: Number(variable('INVENTREE_CATEGORY')),
        location: Number(variable('INVENTREE_LOCATION')),
    };
    const bambuddy = new BambuddyApi(connection.bambuddyUrl, connection.apiKey);
    const inventree = new InvenTreeApi(connection.inventreeUrl, connection.token);
    const stamp = Date.now().toString(36);
    const prefix = `faults-${stamp}`;
    const ipnPrefix = `FLT-${stamp}`;
    const archives: Archive[] = [];
    /** the requests of one print, as the servers were asked when nothing failed */
    let points: RequestPoint[] = [];
    let templates: Map<string, string> | null = null;

    before(() => {
        console.log(
            `        uploads some 200 small archives "Faults …" to Bambuddy, each with a Part ${ipnPrefix}-… and a StockItem ${prefix}-… in InvenTree; nothing is deleted`,
        );
    });

    async function print(): Promise<Archive> {
        const { id } = await patiently(() => bambuddy.upload(`Faults ${stamp} ${archives.length}`));
        const archive = await patiently(() => bambuddy.change(id, { status: 'completed' }));
        archives.push(archive);
        return archive;
    }

    const open = (options: { writes?: number; timeout?: number } = {}): Promise<LiveChain> =>
        LiveChain.open(connection, { prefix, ipnPrefix, ...options });

    /** What is not as it must be, by the servers' own word. */
    async function findings(archive: Archive): Promise<string[]> {
        const found: string[] = [];
        const expect = (what: string, is: unknown, must: unknown): void => {
            if (is !== must) found.push(`${what} is ${String(is)}, not ${String(must)}`);
        };
        const batch = `${prefix}-${archive.id}`;
        const items = await inventree.stockByBatch(batch);
        expect('number of items', items.length, 1);
        const item = items[0];
        const parts = await inventree.partsByIpn(ipnOf(`content_hash:${archive.content_hash}`, ipnPrefix));
        expect('number of Parts', parts.length, 1);
        const part = parts[0];
        if (item === undefined || part === undefined) return found;
        expect("the item's Part", item.part, part.pk);
        expect('quantity', item.quantity, 1);
        expect('location', item.location, connection.location);
        expect('the mark', item.notes?.startsWith(`Bambuddy archive ${archive.id}, printed `), true);
        expect('category', part.category, connection.category);
        expect('name', part.name, archive.print_name);
        if (part.image === null) found.push('no image');
        templates ??= await inventree.templates();
        const parameters = await inventree.parameters(part.pk);
        const expected = { Weight: { '': '33.7', g: '33.7', kg: '0.0337' }, PrintTime: { '': '1h 30m', h: '1.5' } };
        for (const [name, values] of Object.entries(expected)) {
            const unit = templates.get(name);
            const must = unit === undefined ? undefined : (values as Record<string, string>)[unit];
            if (must !== undefined) expect(name, parameters.get(name), must);
        }
        const link = (await bambuddy.archive(archive.id)).external_url;
        if (link?.startsWith(connection.inventreeUrl) !== true || !link.endsWith(`/part/${part.pk}/`))
            found.push(`the link is ${link}`);
        return found;
    }

    /** What the chain itself must say of a print that went through, and what it must never have asked for. */
    function ownFindings(chain: LiveChain, batches: readonly string[]): string[] {
        const found = [...chain.failures];
        for (const batch of batches) {
            const record = chain.ledger.print(batch);
            if (record?.state !== 'done' || record.image !== 'done' || record.link !== 'done')
                found.push(`the ledger says ${JSON.stringify(record)}`);
        }
        for (const path of ['/api/part/', '/api/stock/']) {
            if (chain.made(path) !== batches.length)
                found.push(`InvenTree was made to create ${chain.made(path)} at ${path}`);
        }
        for (const { method, url } of chain.requests) if (method === 'DELETE') found.push(`DELETE ${url}`);
        return found;
    }

    it('lists the requests of one print', async () => {
        const archive = await print();
        const chain = await open();
        try {
            await chain.bring(archive.id);
            points = chain.points();
            assert.deepEqual(
                [...(await patiently(() => findings(archive))), ...ownFindings(chain, [`${prefix}-${archive.id}`])],
                [],
            );
        } finally {
            await chain.close();
        }
        const signatures = points.map(({ signature }) => signature);
        for (const wanted of [
            'POST /api/part/',
            'POST /api/parameter/',
            'POST /api/stock/',
            'PATCH /api/v1/archives/n',
        ])
            assert.ok(signatures.includes(wanted), `${wanted} is not among ${signatures.join(', ')}`);
        console.log(`        ${points.length} requests: ${signatures.join(', ')}`);
    });

    /** One print with one fault. */
    async function findingsOf(archive: Archive, point: RequestPoint, fault: Fault): Promise<string[]> {
        const chain = await open(fault.kind === 'hang' ? { timeout: TIMEOUT_S } : {});
        const spoilt = chain.spoil(point, fault);
        try {
            const { batch } = await chain.bring(archive.id);
            const found = [...(await patiently(() => findings(archive))), ...ownFindings(chain, [batch])];
            if (spoilt() !== 1) found.push('the fault was never met');
            return found.map((text) => `${point.signature} (${point.nth}): ${text}`);
        } finally {
            await chain.close();
        }
    }

    for (const [name, fault] of Object.entries(FAULTS)) {
        it(`each request of a print: ${name}`, async () => {
            assert.ok(points.length > 0);
            const cases: { archive: Archive; point: RequestPoint }[] = [];
            for (const point of points) cases.push({ archive: await print(), point });
            const began = Date.now();
            const wrong: string[] = [];
            const work = async (): Promise<void> => {
                for (let next = cases.shift(); next !== undefined; next = cases.shift())
                    wrong.push(...(await findingsOf(next.archive, next.point, fault())));
            };
            await Promise.all(Array.from({ length: AT_ONCE }, work));
            console.log(`        ${points.length} cases, ${wrong.length} findings, ${Date.now() - began} ms`);
            assert.deepEqual(wrong, []);
        });
    }

    it('8 prints with 4 writes at once: none lost, none twice, whatever the server makes of it', async () => {
        const wrong: string[] = [];
        let [failed, narrowed] = [0, 0];
        for (let round = 0; round < 3; round++) {
            const prints: Archive[] = [];
            for (let n = 0; n < 8; n++) prints.push(await print());
            const chain = await open({ writes: 4 });
            try {
                const brought = await Promise.all(prints.map(({ id }) => chain.bring(id)));
                for (const archive of prints) wrong.push(...(await patiently(() => findings(archive))));
                wrong.push(
                    ...ownFindings(
                        chain,
                        brought.map(({ batch }) => batch),
                    ),
                );
                const crashes = chain.requests.filter(({ answered }) => answered !== null && answered >= 500);
                failed += crashes.length;
                if (crashes.length > 1) narrowed++;
                for (const { method, url, answered, words } of crashes)
                    console.log(`        ${answered} to ${method} ${url}: ${words?.slice(0, 120)}`);
            } finally {
                await chain.close();
            }
        }
        console.log(`        24 prints, ${failed} answers of 500 and above, in ${narrowed} of 3 rounds more than one`);
        assert.deepEqual(wrong, []);
    });

    it('creates none of these again when the ledger is lost', async () => {
        const chain = await open();
        try {
            for (const { id } of archives) assert.equal((await chain.bring(id)).sent, false, `archive ${id}`);
            const writes = chain.requests.filter(({ method }) => method !== 'GET');
            assert.deepEqual(
                writes.map(({ method, url }) => `${method} ${url}`),
                [],
            );
            console.log(`        ${archives.length} prints known again with ${chain.requests.length} requests`);
        } finally {
            await chain.close();
        }
    });
});

/** A busy Bambuddy may refuse a valid key for a moment, and a server close the idle connection that is about to be used. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
        try {
            return await ask();
        } catch (error) {
            if (tries === 5) throw error;
            await new Promise((resolve) => setTimeout(resolve, 500 * tries));
        }
    }
}
