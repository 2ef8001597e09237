import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NodeFixture, until } from './fixture';
import { ALL, collector, line, manualPrint, member, PLACE, type FlowNode } from './flow';

describe('sync-store', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    it('keeps its ledger in the user folder, under its own id', async () => {
        await fixture.deploy(line(fixture, ['part', 'stock']));
        await fixture.through('part', { payload: manualPrint({ batch: 'mine-1' }) });
        await fixture.undeploy();
        const folder = join(fixture.userDir, 'print-to-stock');
        const files = readdirSync(folder);
        assert.ok(files.length > 0 && files.every((name) => name.startsWith('store.json')), files.join());
        assert.match(files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n'), /mine-1/);
    });

    it('or in a file that was chosen, which two stores may share', async () => {
        const file = join(fixture.userDir, 'somewhere', 'prints.json');
        const twin = { id: 'twin', type: 'sync-store', bambuddy: 'bambuddy', inventree: 'inventree', file };
        const flow = [...line(fixture, ['part', 'stock'], { store: { file }, stock: { sync: 'twin' } }), twin];
        await fixture.deploy(flow);
        await fixture.through('part', { payload: manualPrint() });
        assert.equal(fixture.ledger('store'), fixture.ledger('twin'));
        assert.equal(fixture.at('caught').length, 0);
        assert.ok(!existsSync(join(fixture.userDir, 'print-to-stock')));
    });

    it('works without a Bambuddy, for prints of other sources', async () => {
        await fixture.deploy(line(fixture, ['part', 'stock', 'image', 'link'], { store: { bambuddy: '' } }));
        const msg = await fixture.through('part', { payload: manualPrint() });
        assert.equal((msg['stock'] as { created: boolean }).created, true);
        assert.equal(fixture.at('caught').length, 0);
    });

    it('the source says clearly that it needs a Bambuddy', async () => {
        await fixture.deploy(line(fixture, ALL, { store: { bambuddy: '' } }));
        const error = await fixture.failing('source', { payload: 'poll' });
        assert.match(error.message, /sync store has no Bambuddy server: choose one/);
        assert.match(fixture.status('source'), /^red ring not configured$/);
    });

    it('without an InvenTree every node says so', async () => {
        await fixture.deploy(line(fixture, ALL, { store: { inventree: '' } }));
        for (const id of ['source', 'part']) {
            const payload = id === 'source' ? 'poll' : manualPrint();
            const error = await fixture.failing(id, { payload });
            assert.match(error.message, /sync store has no InvenTree server: choose one/);
            assert.match(fixture.status(id), /^red ring not configured$/);
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
                fixture.secrets.push('s3cretword');
                await fixture.deploy(line(fixture, ['part'], { [server]: { url } }));
                const error = await fixture.failing('part', { payload: manualPrint() });
                assert.match(error.message, server === 'bambuddy' ? /Bambuddy server: / : /InvenTree server: /);
                assert.match(error.message, message);
                assert.match(fixture.status('part'), /^red ring /);
                assert.ok(fixture.errors('store').some((text) => message.test(text)));
            });
        }
    }

    it('addresses are taken as people type them', async () => {
        const urls = {
            bambuddy: { url: `${fixture.bambuddy.url}//api/v1/` },
            inventree: { url: ` ${fixture.inventree.url}/api/ ` },
        };
        await fixture.deploy(line(fixture, ALL, urls));
        fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await fixture.ask({ action: 'backfill' });
        const [msg] = await fixture.messages('out', 1);
        assert.equal((msg!['part'] as { url: string }).url, `${fixture.inventree.url}/web/part/1/`);
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
                ...member(fixture, id),
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
        await fixture.deploy([...line(fixture, ['source', 'part', 'stock']), ...second({})]);
        await fixture.showing('source2', 'red ring duplicate sync store');
        await fixture.showing('source', /^green dot watching/);
        assert.ok(fixture.errors('store2').some((text) => /another sync store uses the same two servers/.test(text)));
        const error = await fixture.failing('part2', { payload: manualPrint() });
        assert.match(error.message, /another sync store uses the same two servers/);
        fixture.bambuddy.print({ startedAt: '2026-11-01T10:00:00Z' });
        await fixture.ask({ action: 'backfill' });
        assert.deepEqual(fixture.batches(), ['bambuddy-1']);
    });

    it('two Bambuddy servers with one prefix: the second is refused; with its own prefix it is welcome', async () => {
        const other = (prefix: string): FlowNode => ({
            id: 'bambuddy2',
            type: 'bambuddy-server',
            url: fixture.bambuddy.url.replace('127.0.0.1', 'localhost'),
            prefix,
        });
        const first = line(fixture, ['source', 'part', 'stock'], { bambuddy: { prefix: 'shop' } });
        await fixture.deploy([...first, ...second({ bambuddy: 'bambuddy2' }, [other('SHOP')])]);
        await fixture.showing('source2', 'red ring duplicate batch prefix');
        await fixture.showing('source', /^green dot watching/);
        const error = await fixture.failing('source2', { payload: 'status' });
        assert.match(error.message, /Duplicate batch prefix/);

        await fixture.deploy([...first, ...second({ bambuddy: 'bambuddy2' }, [other('attic')])]);
        await fixture.showing('source2', /^green dot watching/);
        await fixture.showing('source', /^green dot watching/);
    });

    it('is no conflict any more once the other store is gone', async () => {
        await fixture.deploy([...line(fixture, ['source', 'part', 'stock']), ...second({})]);
        await fixture.showing('source2', 'red ring duplicate sync store');
        await fixture.deploy(
            line(fixture, ['source', 'part', 'stock'], { store: { id: 'store3' }, source: { sync: 'store3' } }),
        );
        await fixture.showing('source', /^green dot watching/);
    });

    for (const [what, content] of [
        ['cut short', '{"format":1,"journal":1}\n{"s":"prints"'],
        ['of zeros', '\0\0\0\0\0\0\0\0'],
        ['empty', ''],
        ['of something else', 'hello'],
    ] as const) {
        it(`a file that is ${what}: a loud warning, set aside, never overwritten`, async () => {
            const folder = join(fixture.userDir, 'print-to-stock');
            mkdirSync(folder);
            writeFileSync(join(folder, 'store.json'), content);
            await fixture.deploy(line(fixture, ['part', 'stock']));
            await until('the warning', () => fixture.warnings('store').length > 0);
            assert.match(
                fixture.warnings('store').join('\n'),
                /STORE UNREADABLE.*store\.json.*renamed to .*nothing was overwritten/,
            );
            await fixture.through('part', { payload: manualPrint() });
            const aside = readdirSync(folder).filter((name) => name.includes('unreadable'));
            assert.equal(aside.length, 1);
            assert.equal(readFileSync(join(folder, aside[0]!), 'utf8'), content);
        });
    }

    it('a file of a newer version of this package is left alone, and every node says why', async () => {
        const file = join(fixture.userDir, 'print-to-stock', 'store.json');
        mkdirSync(join(fixture.userDir, 'print-to-stock'));
        writeFileSync(file, '{"format":99,"journal":1}\n{"end":0}\n');
        await fixture.deploy(line(fixture, ['part', 'stock']));
        const error = await fixture.failing('part', { payload: manualPrint() });
        assert.match(error.message, /format 99.*newer version.*Update the package/);
        assert.match(fixture.status('part'), /^red ring /);
        assert.equal(readFileSync(file, 'utf8'), '{"format":99,"journal":1}\n{"end":0}\n');
    });

    it('a folder that cannot be written: one error that names it', async () => {
        writeFileSync(join(fixture.userDir, 'print-to-stock'), 'a file where the folder should be');
        await fixture.deploy(line(fixture, ['part', 'stock']));
        const error = await fixture.failing('part', { payload: manualPrint() });
        assert.match(error.message, /print-to-stock/);
        assert.ok(fixture.errors('store').length === 1);
    });
});
