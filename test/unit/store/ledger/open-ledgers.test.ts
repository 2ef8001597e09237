import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { holdLedger } from '../../../../lib/store/ledger/open-ledgers';

const options = { onWarning: () => undefined };
const part = { identity: 'name:x', IPN: 'x', name: 'x', pk: 1 };

describe('one ledger per file', () => {
    let folder: string;
    let file: string;

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), 'unit-'));
        file = join(folder, 'store.json');
    });

    afterEach(() => rm(folder, { recursive: true }));

    it('however many hold it, by whatever name', async () => {
        const [a, b] = await Promise.all([holdLedger(file, options), holdLedger(file, options)]);
        const c = await holdLedger(join(folder, '.', relative(folder, file)), options);
        assert.equal(a.ledger, b.ledger);
        assert.equal(a.ledger, c.ledger);
        for (const { release } of [a, b, c]) await release();
    });

    it('stays open until the last holder releases it', async () => {
        const a = await holdLedger(file, options);
        const b = await holdLedger(file, options);
        await a.release();
        await b.ledger.setPartDurable(part);
        await b.release();
        await assert.rejects(b.ledger.setPartDurable(part));
    });

    it('a deploy that opens the new before it closes the old goes on with the same', async () => {
        const old = await holdLedger(file, options);
        const next = await holdLedger(file, options);
        await old.ledger.setPartDurable(part);
        await old.release();
        assert.equal(next.ledger.part('name:x')?.pk, 1);
        await next.ledger.setPartDurable({ ...part, pk: 2 });
        await next.release();
    });

    it('a deploy that closes the old and opens the new at the same time loses nothing', async () => {
        const old = await holdLedger(file, options);
        const writing = old.ledger.setPartDurable(part);
        const closing = old.release();
        const next = await holdLedger(file, options);
        await Promise.all([writing, closing]);
        assert.notEqual(next.ledger, old.ledger);
        assert.equal(next.ledger.part('name:x')?.pk, 1);
        await next.release();
    });

    it('many who come while it closes get one new instance', async () => {
        const old = await holdLedger(file, options);
        const closing = old.release();
        const [a, b] = await Promise.all([holdLedger(file, options), holdLedger(file, options)]);
        await closing;
        assert.equal(a.ledger, b.ledger);
        await a.release();
        await b.ledger.setPartDurable(part);
        await b.release();
    });

    it('one that could not be opened can be tried again', async () => {
        await writeFile(file, '{"format":99,"journal":1}\n');
        await assert.rejects(holdLedger(file, options), /newer/);
        await rm(file);
        const again = await holdLedger(file, options);
        await again.ledger.setPartDurable(part);
        await again.release();
    });
});
