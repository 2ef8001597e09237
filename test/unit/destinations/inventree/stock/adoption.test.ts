import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { RejectedError } from '../../../../../lib/http/errors';
import { ipnOf } from '../../../../../lib/print/part-identity';
import { markOf } from '../../../../../lib/print/stock-marker';
import { printOf } from '../../../../../lib/print/print';
import { Fixture } from '../../../fixture';

describe('stock that is already there: which print it belongs to', () => {
    let fixture: Fixture;
    beforeEach(async () => void (fixture = await Fixture.open()));
    afterEach(async () => {
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    /** What the sidecar made: a Part by its IPN, and an item without a mark. */
    function sidecar(archiveId: number, ipn: string): { part: number; item: number } {
        const part = fixture.inventree.addPart({ name: 'From before', IPN: ipn });
        const item = fixture.inventree.addStock({ part: part.pk, quantity: 2, batch: `bambuddy-${archiveId}` });
        return { part: part.pk, item: item.pk };
    }

    it('an unmarked item of the sidecar is the archive’s first run’s, by the Part’s IPN', async () => {
        const { archiveId } = fixture.bambuddy.print();
        const hash = fixture.bambuddy.state.archives.get(archiveId)!.content_hash!;
        const before = sidecar(archiveId, ipnOf(`content_hash:${hash}`, 'BMB'));
        const { part, stock } = await fixture.stored(await fixture.accepted(archiveId));
        assert.equal(part.pk, before.part);
        assert.equal(stock.pk, before.item);
        assert.equal(stock.created, false);
        assert.equal(fixture.inventreeWrites, 0);
    });

    it('also where the sidecar took another key field than we do', async () => {
        const { archiveId } = fixture.bambuddy.print({ name: 'Bin', filename: 'Bin.gcode.3mf' });
        const before = sidecar(archiveId, ipnOf('Bin.gcode.3mf', 'BMB'));
        const print = await fixture.accepted(archiveId);
        const { part, stock } = await fixture.stored(print);
        assert.equal(stock.pk, before.item);
        assert.equal(part.pk, before.part);
        assert.equal(fixture.ledger.part(print.identity)?.adopted, true);
        assert.equal(fixture.inventree.state.parts.size, 1);
    });

    it('a second run of that archive gets stock of its own, on the same Part', async () => {
        const { archiveId } = fixture.bambuddy.print({ filename: 'Bin.3mf', startedAt: '2026-11-01T08:00:00Z' });
        const before = sidecar(archiveId, ipnOf('Bin.3mf', 'BMB'));
        const first = await fixture.stored(await fixture.accepted(archiveId));
        const { runId } = fixture.bambuddy.print({ archive: archiveId, startedAt: '2026-11-02T08:00:00Z' });
        const second = await fixture.stored(await fixture.accepted(archiveId, runId!));
        assert.equal(first.stock.pk, before.item);
        assert.equal(second.stock.created, true);
        assert.equal(second.stock.batch, `bambuddy-${archiveId}-${runId}`);
        assert.equal(second.part.pk, before.part);
    });

    it('asked for first, the second run leaves the sidecar’s item to the first', async () => {
        const { archiveId } = fixture.bambuddy.print({ filename: 'Bin.3mf', startedAt: '2026-11-01T08:00:00Z' });
        const before = sidecar(archiveId, ipnOf('filename:Bin.3mf', 'BMB'));
        const { runId } = fixture.bambuddy.print({ archive: archiveId, startedAt: '2026-11-02T08:00:00Z' });
        await fixture.scan();
        const second = await fixture.accepted(archiveId, runId!);
        const { stock } = await fixture.stored(second);
        assert.notEqual(stock.pk, before.item);
        assert.equal(stock.batch, `bambuddy-${archiveId}-${runId}`);
        const first = await fixture.accepted(archiveId, runId! - 1);
        assert.equal((await fixture.stored(first)).stock.pk, before.item);
        assert.equal(fixture.inventree.state.stock.size, 2);
    });

    it('an unmarked item of a Part that was adopted before is taken too', async () => {
        const { archiveId } = fixture.bambuddy.print({ filename: 'Bin.3mf' });
        const { item, part } = sidecar(archiveId, 'SKU-7');
        await fixture.ledger.setPartDurable({
            identity: 'filename:Other.3mf',
            pk: part,
            IPN: 'SKU-7',
            name: '',
            adopted: true,
        });
        const { stock } = await fixture.stored(await fixture.accepted(archiveId));
        assert.equal(stock.pk, item);
    });

    it('an unmarked item of a Part we know nothing of is a person’s: the print takes another code', async () => {
        const { archiveId, runId } = fixture.bambuddy.print();
        const { item } = sidecar(archiveId, 'SKU-7');
        const print = await fixture.accepted(archiveId);
        const { stock } = await fixture.stored(print);
        assert.notEqual(stock.pk, item);
        assert.equal(stock.batch, `bambuddy-${archiveId}-${runId}`);
        assert.equal(fixture.inventree.state.stock.get(item)!.quantity, 2);
        assert.equal(fixture.ledger.print(stock.batch)?.stockPk, stock.pk);
    });

    it('a message that still carries the code given up leads to the same item', async () => {
        const { archiveId } = fixture.bambuddy.print();
        sidecar(archiveId, 'SKU-7');
        const print = await fixture.accepted(archiveId);
        const { part, stock } = await fixture.stored(print);
        const again = (await fixture.stock(print, part.pk))!;
        assert.equal(again.pk, stock.pk);
        assert.equal(again.created, false);
        assert.equal(again.batch, stock.batch);
        assert.equal(fixture.inventree.state.stock.size, 2);
    });

    it('an item with the mark of another run is that run’s: ours gets its own code', async () => {
        const { archiveId, runId } = fixture.bambuddy.print();
        const print = await fixture.accepted(archiveId);
        const theirs = fixture.inventree.addPart({ name: 'Theirs', IPN: fixture.ipn(print) });
        fixture.inventree.addStock({
            part: theirs.pk,
            quantity: 1,
            batch: print.batch,
            notes: markOf({ ...print, startedAt: '2020-01-01T00:00:00Z' }),
        });
        const { stock } = await fixture.stored(print);
        assert.equal(stock.created, true);
        assert.equal(stock.batch, `bambuddy-${archiveId}-${runId}`);
    });

    it('where the run’s own code is taken as well, its start is appended', async () => {
        const { archiveId, runId } = fixture.bambuddy.print({ startedAt: '2026-11-05T08:00:01Z' });
        const print = await fixture.accepted(archiveId);
        const theirs = fixture.inventree.addPart({ name: 'Theirs' });
        const notes = markOf({ ...print, startedAt: '2020-01-01T00:00:00Z' });
        for (const batch of [print.batch, `${print.batch}-${runId}`])
            fixture.inventree.addStock({ part: theirs.pk, quantity: 1, batch, notes });
        const { stock } = await fixture.stored(print);
        assert.equal(stock.created, true);
        assert.equal(stock.batch, `${print.batch}-${runId}-20261105080001`);
        await fixture.restart();
        assert.equal(fixture.ledger.printOfRun('bambuddy', archiveId, print.startedAt)?.batch, stock.batch);
    });

    it('a print of another source whose batch is taken is refused: it has no other code', async () => {
        const print = printOf({ source: 'manual', batch: 'M-1', identity: 'name:x', name: 'x' });
        const theirs = fixture.inventree.addPart({ name: 'Theirs' });
        fixture.inventree.addStock({ part: theirs.pk, quantity: 1, batch: 'm-1' });
        const part = await fixture.part(print);
        await assert.rejects(fixture.stock(print, part.pk), RejectedError);
        assert.equal(fixture.inventree.state.stock.size, 1);
    });

    it('items split from ours are no duplicates', async () => {
        const print = await fixture.printed();
        const part = await fixture.part(print);
        const stock = (await fixture.stock(print, part.pk, { quantity: 5 }))!;
        fixture.inventree.person.split(stock.pk, 2);
        await fixture.forget();
        const { stock: again } = await fixture.stored(await fixture.accepted(print.archiveId!));
        assert.equal(again.pk, stock.pk);
        assert.deepEqual(fixture.warnings, []);
        assert.equal(fixture.inventree.state.stock.size, 2);
    });

    it('of several that do not descend from one another the oldest is kept, with one warning, and none deleted', async () => {
        const print = await fixture.printed();
        const { part, stock } = await fixture.stored(print);
        const { notes } = fixture.inventree.state.stock.get(stock.pk)!;
        fixture.inventree.addStock({ part: part.pk, quantity: 1, batch: print.batch, notes });
        await fixture.forget();
        const { stock: again } = await fixture.stored(await fixture.accepted(print.archiveId!));
        assert.equal(again.pk, stock.pk);
        assert.equal(fixture.warnings.length, 1);
        assert.match(fixture.warnings[0]!, /2 StockItems for batch/);
        assert.equal(fixture.inventree.state.stock.size, 2);
    });

    it('a batch in another case is the same batch, as for the server', async () => {
        const print = await fixture.printed();
        const { stock } = await fixture.stored(print);
        fixture.inventree.person.editStock(stock.pk, { batch: print.batch.toUpperCase() });
        await fixture.forget();
        assert.equal((await fixture.stored(await fixture.accepted(print.archiveId!))).stock.pk, stock.pk);
    });

    it('an IPN that only looks like the sidecar’s is not enough, unless a person asked for adoption', async () => {
        const { archiveId } = fixture.bambuddy.print();
        const ipn = `BMB-${createHash('sha1').update('whatever it hashed').digest('hex').slice(0, 12)}`;
        const { item } = sidecar(archiveId, ipn);
        const { stock } = await fixture.stored(await fixture.accepted(archiveId));
        assert.notEqual(stock.pk, item);
        assert.equal(stock.created, true);
    });

    describe('marked as printed at an unknown time', () => {
        /** An item of archive 1 from before, of a Part with this IPN. */
        function before(IPN: string): { part: number; item: number } {
            const part = fixture.inventree.addPart({ name: 'From before', IPN }).pk;
            const notes = 'Bambuddy archive 1, printed at an unknown time\nP1S';
            const item = fixture.inventree.addStock({ part, quantity: 1, batch: 'bambuddy-1', notes }).pk;
            return { part, item };
        }
        /** Archive 1 as it is now, without a start and without runs. @returns its content's hash */
        function archive(): string {
            const id = fixture.bambuddy.addArchive({ name: 'Clip', filename: 'Clip.3mf', status: 'completed' });
            assert.equal(id, 1);
            return fixture.bambuddy.state.archives.get(1)!.content_hash!;
        }

        it('is the print’s where the Part’s IPN is one it could have', async () => {
            const hash = archive();
            const { item } = before(ipnOf(`content_hash:${hash}`, 'BMB'));
            const { stock } = await fixture.stored(await fixture.accepted(1));
            assert.deepEqual([stock.pk, stock.created], [item, false]);
        });

        it('is the print’s where a person gave the Part an IPN: the mark stands', async () => {
            archive();
            const { item } = before('CLIP-01');
            const { stock } = await fixture.stored(await fixture.accepted(1));
            assert.deepEqual([stock.pk, stock.created], [item, false]);
        });

        it('is not, where the id is another archive’s by now: the IPN is of another content', async () => {
            archive();
            const old = before(ipnOf('content_hash:of another file', 'BMB'));
            const print = await fixture.accepted(1);
            const part = await fixture.part(print);
            assert.notEqual(part.pk, old.part);
            await assert.rejects(
                fixture.stock(print, part.pk),
                (error: Error) =>
                    error instanceof RejectedError && /bambuddy-1 of another print, and/.test(error.message),
            );
            assert.equal(fixture.ledger.print('bambuddy-1')?.stockPk, undefined);
        });

        it('is not either after a lost ledger: neither print nor Part is bound to it', async () => {
            archive();
            const old = before(ipnOf('content_hash:of another file', 'BMB'));
            await fixture.scan();
            assert.equal(fixture.ledger.print('bambuddy-1'), undefined);
            assert.equal(fixture.ledger.code('bambuddy-1')?.stockPk, old.item);
            const print = await fixture.accepted(1);
            assert.notEqual((await fixture.part(print)).pk, old.part);
        });

        it('is found by the comparison after a lost ledger where the IPN says so', async () => {
            const hash = archive();
            const old = before(ipnOf(`content_hash:${hash}`, 'BMB'));
            await fixture.scan();
            assert.equal(fixture.ledger.print('bambuddy-1')?.stockPk, old.item);
        });
    });
});
