import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Bench, until } from './bench';
import { ALL, collector, line, manualPrint, member, PLACE, type FlowNode } from './flow';

describe('sync-store', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    it('keeps its ledger in the user folder, under its own id', async () => {
        await bench.deploy(line(bench, ['part', 'stock']));
        await bench.through('part', { payload: manualPrint({ batch: 'mine-1' }) });
        await bench.undeploy();
        const folder = join(bench.userDir, 'print-to-stock');
        const files = readdirSync(folder);
        assert.ok(files.length > 0 && files.every((name) => name.startsWith('store.json')), files.join());
        assert.match(files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'), /mine-1/);
    });

    it('or in a file that was chosen, which two stores may share', async () => {
        const file = join(bench.userDir, 'somewhere', 'prints.json');
        const twin = { id: 'twin', type: 'sync-store', bambuddy: 'bambuddy', inventree: 'inventree', file };
        const flow = [...line(bench, ['part', 'stock'], { store: { file }, stock: { sync: 'twin' } }), twin];
        await bench.deploy(flow);
        await bench.through('part', { payload: manualPrint() });
        assert.equal(bench.ledger('store'), bench.ledger('twin'));
        assert.equal(bench.at('caught').length, 0);
        assert.ok(!existsSync(join(bench.userDir, 'print-to-stock')));
    });

    it('works without a Bambuddy, for prints of other sources', async () => {
        await bench.deploy(line(bench, ['part', 'stock', 'image', 'link'], { store: { bambuddy: '' } }));
        const msg = await bench.through('part', { payload: manualPrint() });
        assert.equal((msg['stock'] as { created: boolean }).created, true);
        assert.equal(bench.at('caught').length, 0);
    });

    it('the source says clearly that it needs a Bambuddy', async () => {
        await bench.deploy(line(bench, ALL, { store: { bambuddy: '' } }));
        const error = await bench.failing('source', { payload: 'poll' });
        assert.match(error.message, /sync store has no Bambuddy server: choose one/);
        assert.match(bench.status('source'), /^red ring not configured$/);
    });

    it('without an InvenTree every node says so', async () => {
        await bench.deploy(line(bench, ALL, { store: { inventree: '' } }));
        for (const id of ['source', 'part']) {
            const payload = id === 'source' ? 'poll' : manualPrint();
            const error = await bench.failing(id, { payload });
            assert.match(error.message, /sync store has no InvenTree server: choose one/);
            assert.match(bench.status(id), /^red ring not configured$/);
        }
    });

    const ADDRESSES: [string, string, RegExp][] = [
        ['', 'empty', /address is empty/],
        ['localhost:8000', 'without http', /must start with http/],
        ['ftp://host', 'of another kind', /must start with http/],
        ['http://someone:s3cretword@host', 'with a password', /must not contain a user name or password/],
        ['http://', 'without a host', /not a complete address/],
    ];
    for (const [url, what, message] of ADDRESSES) {
        for (const server of ['bambuddy', 'inventree']) {
            it(`the address of ${server} ${what}: refused with a clear text, on each message and at the deploy`, async () => {
                bench.secrets.push('s3cretword');
                await bench.deploy(line(bench, ['part'], { [server]: { url } }));
                const error = await bench.failing('part', { payload: manualPrint() });
                assert.match(error.message, server === 'bambuddy' ? /Bambuddy server: / : /InvenTree server: /);
                assert.match(error.message, message);
                assert.match(bench.status('part'), /^red ring /);
                assert.ok(bench.errors('store').some((text) => message.test(text)));
            });
        }
    }

    it('addresses are taken as people type them', async () => {
        const urls = {
            bambuddy: { url: `${bench.bambuddy.url}//api/v1/` },
            inventree: { url: ` ${bench.inventree.url}/api/ ` },
        };
        await bench.deploy(line(bench, ALL, urls));
        bench.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await bench.ask({ action: 'backfill' });
        const [msg] = await bench.messages('out', 1);
        assert.equal((msg!['part'] as { url: string }).url, `${bench.inventree.url}/web/part/1/`);
    });

    /** A second line of source, part and stock with a store of its own. */
    function second(store: Partial<FlowNode>, others: FlowNode[] = []): FlowNode[] {
        const wires: Record<string, string[][]> = {
            source: [['part2'], ['answers2']],
            part: [['stock2']],
            stock: [['out2']],
        };
        return [
            ...others,
            { id: 'store2', type: 'sync-store', bambuddy: 'bambuddy', inventree: 'inventree', file: '', ...store },
            ...(['source', 'part', 'stock'] as const).map((id) => ({
                ...member(bench, id),
                ...PLACE,
                id: `${id}2`,
                sync: 'store2',
                wires: wires[id]!,
            })),
            collector('out2'),
            collector('answers2'),
        ];
    }

    it('two stores for the same two servers: the second is refused, the first goes on', async () => {
        await bench.deploy([...line(bench, ['source', 'part', 'stock']), ...second({})]);
        await bench.showing('source2', 'red ring duplicate sync store');
        await bench.showing('source', /^green dot watching/);
        assert.ok(bench.errors('store2').some((text) => /another sync store uses the same two servers/.test(text)));
        const error = await bench.failing('part2', { payload: manualPrint() });
        assert.match(error.message, /another sync store uses the same two servers/);
        bench.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await bench.ask({ action: 'backfill' });
        assert.deepEqual(bench.batches(), ['bambuddy-1']);
    });

    it('two Bambuddy servers with one prefix: the second is refused; with its own prefix it is welcome', async () => {
        const other = (prefix: string): FlowNode => ({
            id: 'bambuddy2',
            type: 'bambuddy-server',
            url: bench.bambuddy.url.replace('127.0.0.1', 'localhost'),
            prefix,
        });
        const first = line(bench, ['source', 'part', 'stock'], { bambuddy: { prefix: 'shop' } });
        await bench.deploy([...first, ...second({ bambuddy: 'bambuddy2' }, [other('SHOP')])]);
        await bench.showing('source2', 'red ring duplicate batch prefix');
        await bench.showing('source', /^green dot watching/);
        const error = await bench.failing('source2', { payload: 'status' });
        assert.match(error.message, /Duplicate batch prefix/);

        await bench.deploy([...first, ...second({ bambuddy: 'bambuddy2' }, [other('attic')])]);
        await bench.showing('source2', /^green dot watching/);
        await bench.showing('source', /^green dot watching/);
    });

    it('is no conflict any more once the other store is gone', async () => {
        await bench.deploy([...line(bench, ['source', 'part', 'stock']), ...second({})]);
        await bench.showing('source2', 'red ring duplicate sync store');
        await bench.deploy(
            line(bench, ['source', 'part', 'stock'], { store: { id: 'store3' }, source: { sync: 'store3' } }),
        );
        await bench.showing('source', /^green dot watching/);
    });

    for (const [what, content] of [
        ['cut short', '{"format":1,"journal":1}\n{"s":"prints"'],
        ['of zeros', '\0\0\0\0\0\0\0\0'],
        ['empty', ''],
        ['of something else', 'hello'],
    ] as const) {
        it(`a file that is ${what}: a loud warning, set aside, never overwritten`, async () => {
            const folder = join(bench.userDir, 'print-to-stock');
            mkdirSync(folder);
            writeFileSync(join(folder, 'store.json'), content);
            await bench.deploy(line(bench, ['part', 'stock']));
            await until('the warning', () => bench.warnings('store').length > 0);
            assert.match(
                bench.warnings('store').join('\n'),
                /STORE UNREADABLE.*store\.json.*renamed to .*nothing was overwritten/,
            );
            await bench.through('part', { payload: manualPrint() });
            const aside = readdirSync(folder).filter((name) => name.includes('unreadable'));
            assert.equal(aside.length, 1);
            assert.equal(readFileSync(join(folder, aside[0]!), 'utf8'), content);
        });
    }

    it('a file of a newer version of this package is left alone, and every node says why', async () => {
        const file = join(bench.userDir, 'print-to-stock', 'store.json');
        mkdirSync(join(bench.userDir, 'print-to-stock'));
        writeFileSync(file, '{"format":99,"journal":1}\n{"end":0}\n');
        await bench.deploy(line(bench, ['part', 'stock']));
        const error = await bench.failing('part', { payload: manualPrint() });
        assert.match(error.message, /format 99.*newer version.*Update the package/);
        assert.match(bench.status('part'), /^red ring /);
        assert.equal(readFileSync(file, 'utf8'), '{"format":99,"journal":1}\n{"end":0}\n');
    });

    it('a folder that cannot be written: one error that names it', async () => {
        writeFileSync(join(bench.userDir, 'print-to-stock'), 'a file where the folder should be');
        await bench.deploy(line(bench, ['part', 'stock']));
        const error = await bench.failing('part', { payload: manualPrint() });
        assert.match(error.message, /print-to-stock/);
        assert.ok(bench.errors('store').length === 1);
    });
});
