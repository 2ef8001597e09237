import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BambuddyApi, type Archive } from '../harness/bambuddy-api';
import { InvenTreeApi, type Part, type StockItem } from '../harness/inventree-api';
import { NodeRed } from '../harness/node-red';
import { filledExample, withControl, type Connection } from '../harness/project';
import { picture } from '../simulators/bambuddy';

/** Two servers to run against, simulated or real. */
export interface ChainServers {
    connection: Connection;
    close: () => Promise<void>;
}

interface Answer {
    text?: string;
    created?: number;
    existing?: number;
    skipped?: number;
    failed?: number;
    sent?: boolean;
    state?: string;
    error?: string;
    prints?: { archiveId: number; outcome: string }[];
}

/** The source's newest prints are taken along, so many at most. */
const NEWEST = 5;

/**
 * The shipped example in a real Node-RED, from upload to link, against whatever servers it is given. All it looks at, it
 * looks at through the servers' own APIs.
 */
export function describeChain(name: string, open: () => Promise<ChainServers>): void {
    describe(name, function () {
        this.timeout(180_000);
        const stamp = Date.now().toString(36);
        const userDirs: string[] = [];
        let servers: ChainServers;
        let bambuddy: BambuddyApi;
        let inventree: InvenTreeApi;
        let nodeRed: NodeRed | null = null;
        const archives: Record<'plain' | 'several' | 'linked' | 'pictured', Archive> = {} as never;
        /** What ended since is left out, so that two imports are of the same prints on servers where others print. */
        const newest = { action: 'backfill', mode: 'all', max: NEWEST, until: '' };
        const otherLink = `https://www.example.com/models/${stamp}`;
        let ownPart: Part;

        before(async () => {
            servers = await open();
            const { connection } = servers;
            bambuddy = new BambuddyApi(connection.bambuddyUrl, connection.apiKey);
            inventree = new InvenTreeApi(connection.inventreeUrl, connection.token);
            archives.plain = await print(`Live plain ${stamp}`, {});
            archives.several = await print(`Live Lüfter größer ${stamp}`, { quantity: 3 });
            archives.linked = await print(`Live linked ${stamp}`, { external_url: otherLink });
            archives.pictured = await print(`Live pictured ${stamp}`, {});
            ownPart = await inventree.createPart(
                { name: `Live own ${stamp}`, IPN: ipnOf(archives.pictured), category: connection.category },
                picture(3),
            );
            // the server's clock may be a little ahead of ours
            newest.until = new Date(Date.now() + 5000).toISOString();
        });

        after(async () => {
            await nodeRed?.stop();
            await servers.close();
            for (const folder of userDirs) rmSync(folder, { recursive: true, force: true });
        });

        async function print(title: string, fields: Record<string, unknown>): Promise<Archive> {
            const { id } = await bambuddy.upload(title);
            return bambuddy.change(id, { status: 'completed', ...fields });
        }

        /**
         * A Node-RED with the example, its ledger empty.
         * @param looks whether it looks for prints by itself, as shipped: on a busy server it takes other people's, too
         */
        async function start(changes: Record<string, Record<string, unknown>> = {}, looks = false): Promise<void> {
            await nodeRed?.stop();
            const userDir = mkdtempSync(join(tmpdir(), 'print-to-stock-'));
            userDirs.push(userDir);
            nodeRed = await NodeRed.start({ userDir });
            await nodeRed.deploy(
                withControl(
                    filledExample(servers.connection, {
                        ...changes,
                        'bambuddy-archive-in': {
                            settle: 0,
                            ...(looks ? {} : { interval: 0, pollOnDeploy: false, live: false }),
                        },
                        'inventree-stock-create': {
                            location: servers.connection.location,
                            locationType: 'num',
                            quantity: 1,
                            quantityType: 'plate',
                        },
                    }),
                ),
            );
        }

        async function control(action: object): Promise<Answer> {
            const response = await fetch(`${nodeRed!.url}/control`, {
                method: 'POST',
                headers: { 'Content-Type': 'application/json' },
                body: JSON.stringify(action),
            });
            return (await response.json()) as Answer;
        }

        const caught = (): Promise<string[]> => nodeRed!.get<string[]>('/caught');

        async function until<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
            for (let tries = 0; tries < 400; tries++) {
                const found = await look();
                if (found !== null && found !== undefined && found !== false) return found;
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            throw new Error(`waited in vain for ${what}; errors: ${(await caught()).join(' | ')}`);
        }

        const inStock = (archive: Archive): Promise<StockItem> =>
            until(
                `the item of archive ${archive.id}`,
                async () => (await inventree.stockByBatch(`bambuddy-${archive.id}`))[0],
            );

        /** How many items each batch of ours has: other programs and people may be at work on the same servers. */
        async function itemsByBatch(): Promise<Map<string, number>> {
            const counts = new Map<string, number>();
            for (const batch of await inventree.stockBatches('bambuddy-'))
                counts.set(batch, (counts.get(batch) ?? 0) + 1);
            return counts;
        }

        /** Nothing that was in stock before got another item, and what is new got one. */
        async function assertNoneTwice(before: Map<string, number>): Promise<void> {
            const more = [...(await itemsByBatch())].filter(([batch, n]) => n > (before.get(batch) ?? 1));
            assert.deepEqual(more, []);
        }

        it('previews what an import would do and writes nothing', async () => {
            await start();
            const before = await itemsByBatch();
            const answer = await control({ action: 'backfill', mode: 'preview' });
            for (const { id } of Object.values(archives)) {
                assert.deepEqual(
                    answer.prints?.filter((each) => each.archiveId === id).map((each) => each.outcome),
                    ['create'],
                );
                assert.deepEqual(await inventree.stockByBatch(`bambuddy-${id}`), []);
            }
            const planned = (answer.prints ?? []).filter(({ outcome }) => outcome === 'create');
            const after = await itemsByBatch();
            for (const { archiveId } of planned)
                assert.deepEqual(
                    [...after.keys()].filter((batch) => batch === `bambuddy-${archiveId}` && !before.has(batch)),
                    [],
                );
            assert.match(answer.text ?? '', /^items to create: \d+, already in InvenTree/);
        });

        it('makes a Part and exactly one StockItem of a finished print', async () => {
            const { plain } = archives;
            assert.equal((await control({ action: 'archive', archiveId: plain.id })).sent, true);
            const item = await inStock(plain);
            const part = await inventree.part(item.part);
            assert.equal(part.IPN, ipnOf(plain));
            assert.equal(part.name, plain.print_name);
            assert.equal(part.category, servers.connection.category);
            assert.equal(item.location, servers.connection.location);
            assert.equal(item.quantity, 1);
            assert.equal(item.status, 10);
            assert.match(item.notes ?? '', new RegExp(`^Bambuddy archive ${plain.id}, printed `));
            assert.ok(item.link.includes(String(plain.id)), item.link);
        });

        it('writes Weight and PrintTime where such templates exist, in their unit', async () => {
            const item = await inStock(archives.plain);
            const templates = await inventree.templates();
            const parameters = await until('the parameters', async () => {
                const found = await inventree.parameters(item.part);
                return ['Weight', 'PrintTime'].every((name) => !templates.has(name) || found.has(name)) ? found : null;
            });
            const weights: Record<string, number> = { '': 33.7, g: 33.7, kg: 0.0337 };
            if (templates.has('Weight'))
                assert.equal(Number(parameters.get('Weight')), weights[templates.get('Weight')!]);
            const times: Record<string, string> = { '': '1h 30m', h: '1.5', min: '90', s: '5400' };
            if (templates.has('PrintTime'))
                assert.equal(parameters.get('PrintTime'), times[templates.get('PrintTime')!]);
            if (!templates.has('Weight')) assert.equal(parameters.has('Weight'), false);
        });

        it('gives the Part the thumbnail and the archive the link', async () => {
            const item = await inStock(archives.plain);
            await until('the image', async () => (await inventree.part(item.part)).image);
            const url = await until('the link', async () => (await bambuddy.archive(archives.plain.id)).external_url);
            assert.match(url, new RegExp(`^${servers.connection.inventreeUrl}/\\w+/part/${item.part}/$`));
        });

        it("takes Bambuddy's count where the quantity is the plate's", async () => {
            await control({ action: 'archive', archiveId: archives.several.id });
            assert.equal((await inStock(archives.several)).quantity, 3);
        });

        it('keeps a link that a person put there', async () => {
            await control({ action: 'archive', archiveId: archives.linked.id });
            await inStock(archives.linked);
            await control({ action: 'archive', archiveId: archives.linked.id, force: true });
            await settled();
            assert.equal((await bambuddy.archive(archives.linked.id)).external_url, otherLink);
        });

        it('uses a Part that a person made with the IPN, and keeps its image', async () => {
            await control({ action: 'archive', archiveId: archives.pictured.id });
            assert.equal((await inStock(archives.pictured)).part, ownPart.pk);
            await settled();
            const part = await inventree.part(ownPart.pk);
            assert.equal(part.image, ownPart.image);
            assert.equal(part.name, ownPart.name);
        });

        it(`imports the newest ${NEWEST} prints, and none twice`, async () => {
            const before = await itemsByBatch();
            const first = await control(newest);
            assert.equal(first.failed, 0, `${first.text}; ${(await caught()).join(' | ')}`);
            const second = await control(newest);
            assert.equal(second.created, 0, second.text);
            await assertNoneTwice(before);
        });

        it('makes no second item by force', async () => {
            await bambuddy.change(archives.plain.id, { external_url: '' });
            await control({ action: 'archive', archiveId: archives.plain.id, force: true });
            await until('the link', async () => (await bambuddy.archive(archives.plain.id)).external_url);
            assert.equal((await inventree.stockByBatch(`bambuddy-${archives.plain.id}`)).length, 1);
        });

        it('makes nothing twice when its ledger is lost', async () => {
            await settled();
            const before = await itemsByBatch();
            await start({}, true);
            const again = await control(newest);
            assert.equal(again.created, 0, again.text);
            for (const archive of Object.values(archives)) await control({ action: 'archive', archiveId: archive.id });
            await settled();
            await assertNoneTwice(before);
            for (const { id } of Object.values(archives))
                assert.equal((await inventree.stockByBatch(`bambuddy-${id}`)).length, 1);
        });

        it('says what to do about a category that does not exist, and goes on with the next print', async () => {
            const wrong = await print(`Live wrong ${stamp}`, {});
            await start({ 'inventree-part-upsert': { category: 987654, categoryType: 'num' } });
            await control({ action: 'archive', archiveId: wrong.id });
            const [error] = await until('the error', async () => ((await caught()).length > 0 ? caught() : null));
            assert.match(error!, /InvenTree .* answered 400 .*category/s);
            assert.deepEqual(await inventree.stockByBatch(`bambuddy-${wrong.id}`), []);
            await control({ action: 'archive', archiveId: archives.plain.id, force: true });
            await settled();
            assert.equal((await caught()).length, 1);
        });

        it('says what to do about a wrong token', async () => {
            await start({
                'inventree-server': {
                    url: servers.connection.inventreeUrl,
                    credentials: { token: 'inv-no-such-token' },
                },
            });
            await control({ action: 'archive', archiveId: archives.plain.id });
            const [error] = await until('the error', async () => ((await caught()).length > 0 ? caught() : null));
            assert.match(error!, /InvenTree .* answered 401 .*token/s);
            assert.doesNotMatch(error!, /inv-no-such-token/);
        });

        it('says what to do about a wrong key', async () => {
            await start({
                'bambuddy-server': { url: servers.connection.bambuddyUrl, credentials: { apiKey: 'bb_no-such-key' } },
            });
            const answer = await control({ action: 'archive', archiveId: archives.plain.id });
            assert.match(answer.error ?? '', /Bambuddy .* answered 401 .*API key/s);
        });

        it('writes no secret into log, flow file or ledger', () => {
            const { apiKey, token } = servers.connection;
            const texts = [
                nodeRed!.log.join('\n'),
                ...userDirs.flatMap((folder) => filesBelow(folder).map((file) => readFileSync(file, 'utf8'))),
            ];
            for (const text of texts) {
                assert.equal(text.includes(apiKey), false);
                assert.equal(text.includes(token), false);
            }
        });

        /** Nothing is under way any more. */
        async function settled(): Promise<void> {
            await until('the end of the work', async () => {
                const status = (await control({ action: 'status' })) as {
                    underWay?: number;
                    counts?: Record<string, number>;
                };
                const { accepted = 0, part = 0, stock = 0 } = status.counts ?? {};
                return status.underWay === 0 && accepted + part + stock === 0;
            });
        }
    });
}

/** As the source's default rule makes it. */
function ipnOf(archive: Archive): string {
    return `BMB-${createHash('sha1').update(`content_hash:${archive.content_hash}`).digest('hex').slice(0, 12)}`;
}

function filesBelow(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isSymbolicLink() || entry.name === 'node_modules') return [];
        return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
