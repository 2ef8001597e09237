import assert from 'node:assert/strict';
import { ClosedError } from '../../../../../lib/http/errors';
import { until, Flow } from '../../../flow';
import { Fixture } from '../../../fixture';

const at = (hour: number): string => new Date(Date.parse('2026-11-10T00:00:00Z') + hour * 3600_000).toISOString();

describe('what an import of the history created', () => {
    let fixture: Fixture;
    let flow: Flow;

    beforeEach(async () => {
        fixture = await Fixture.open();
        flow = new Flow(fixture);
    });
    afterEach(async () => {
        await flow.source.close();
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    function prints(count: number, first = 0): void {
        for (let i = first; i < first + count; i++)
            fixture.bambuddy.print({ name: `Print ${i}`, startedAt: at(i * 2) });
    }

    /** Archives of the prints that came by an import. */
    const archivesOf = (id: string): (number | null)[] =>
        [...fixture.ledger.prints()]
            .filter(({ imported }) => imported === id)
            .map(({ archiveId }) => archiveId)
            .sort((a, b) => a! - b!);

    it('is listed, newest first, each with its own prints', async () => {
        prints(3);
        await flow.backfill();
        prints(2, 3);
        await flow.backfill();
        const [second, first] = flow.source.imports();
        assert.deepEqual([first?.created, second?.created], [3, 2]);
        assert.deepEqual(archivesOf(first!.id), [1, 2, 3]);
        assert.deepEqual(archivesOf(second!.id), [4, 5]);
        assert.ok(first!.endedAt !== null && first!.id < second!.id);
    });

    it('is nothing of a preview, of an import that found all there, and of Parts alone', async () => {
        prints(2);
        await flow.backfill({ mode: 'preview' });
        await flow.backfill({ mode: 'parts' });
        assert.deepEqual(flow.source.imports(), []);
        await flow.backfill();
        await flow.backfill();
        assert.deepEqual(
            flow.source.imports().map(({ created }) => created),
            [2],
        );
    });

    it('does not hold what was in InvenTree before', async () => {
        prints(2);
        await flow.backfill();
        await flow.source.close();
        await fixture.forget();
        flow = new Flow(fixture);
        prints(1, 2);
        const report = await flow.backfill();
        assert.deepEqual([report.created, report.existing], [1, 2]);
        const [note] = flow.source.imports();
        assert.equal(note?.created, 1);
        assert.deepEqual(archivesOf(note.id), [3]);
    });

    it('is one import over a restart, and kept in the ledger', async () => {
        prints(12);
        fixture.inventree.writeMs = 30;
        const going = flow.backfill().catch((error: unknown) => error);
        await until('the first', () => fixture.inventree.state.stock.size > 0);
        const [begun] = flow.source.imports();
        assert.deepEqual([begun?.endedAt, begun?.created], [null, 0]);
        await flow.source.close();
        assert.ok((await going) instanceof ClosedError);
        await fixture.restart();
        flow = new Flow(fixture);
        flow.source.start();
        await until('its end', () => flow.source.imports()[0]?.endedAt !== null);
        const [note, ...others] = flow.source.imports();
        assert.deepEqual([note?.id, note?.created, others.length], [begun!.id, 12, 0]);
        assert.equal(archivesOf(note!.id).length, 12);
        await flow.source.close();
        await fixture.restart();
        flow = new Flow(fixture);
        assert.deepEqual(flow.source.imports(), [note]);
        assert.equal(archivesOf(note!.id).length, 12);
    });

    it('keeps the list of the newest 20, and of each print what it came by', async () => {
        for (let n = 0; n < 22; n++) {
            prints(1, n);
            await flow.backfill({ max: 1 });
        }
        assert.equal(flow.source.imports().length, 20);
        const marked = [...fixture.ledger.prints()].filter(({ imported }) => imported !== undefined);
        assert.equal(marked.length, 22);
    });
});
