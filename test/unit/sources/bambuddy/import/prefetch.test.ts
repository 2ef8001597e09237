import assert from 'node:assert/strict';
import sinon from 'sinon';
import { ArchivePages } from '../../../../../lib/sources/bambuddy/import/archive-pages';
import type { HistoryItem } from '../../../../../lib/sources/bambuddy/import/history';
import { oldestFirst } from '../../../../../lib/sources/bambuddy/import/history';
import { readAhead } from '../../../../../lib/sources/bambuddy/import/prefetch';
import { Fixture } from '../../../fixture';

describe('prefetching a history', () => {
    let fixture: Fixture;
    beforeEach(async () => void (fixture = await Fixture.open()));
    afterEach(() => fixture.close());

    const day = (n: number): string => new Date(Date.parse('2026-11-01T00:30:00Z') + n * 3600_000).toISOString();

    async function read(took: () => void = () => undefined): Promise<HistoryItem[]> {
        const intake = fixture.intake();
        const range = { successOnly: true, pageSize: 50 };
        const items: HistoryItem[] = [];
        const rows = (async function* () {
            for await (const { item } of oldestFirst(intake, range, null, fixture.signal)) yield item;
        })();
        for await (const item of readAhead(fixture.sync, intake, rows, { ipnPrefix: 'BMB' }, fixture.signal)) {
            items.push(item);
            took();
        }
        return items;
    }

    const asked = (server: 'bambuddy' | 'inventree', path: RegExp): number => fixture[server].count('GET', path);

    it('has each archive, in the order of the history, for a few pages and look-ups', async () => {
        for (let n = 0; n < 60; n++) fixture.bambuddy.print({ startedAt: day(n), seconds: 600 });
        const items = await read();
        assert.deepEqual(
            items.map((item) => ('orphan' in item ? null : [item.archiveId, item.archive?.id])),
            Array.from({ length: 60 }, (_, n) => [n + 1, n + 1]),
        );
        assert.equal(asked('bambuddy', /\/archives\/\d+$/), 0);
        assert.ok(asked('bambuddy', /\/archives\/$/) <= 8);
        assert.ok(asked('inventree', /\/api\/(part|stock)\/$/) <= 8);
    });

    it('archives without a row in the print log are read in pages and packs, too', async () => {
        for (let n = 0; n < 60; n++)
            fixture.bambuddy.addArchive({ status: 'completed', startedAt: day(n), completedAt: day(n + 1) });
        const items = await read();
        assert.deepEqual(
            items.map((item) => ('orphan' in item ? null : [item.archiveId, item.archive?.id])),
            Array.from({ length: 60 }, (_, n) => [n + 1, n + 1]),
        );
        assert.equal(asked('bambuddy', /\/archives\/\d+$/), 0);
        assert.ok(asked('bambuddy', /\/archives\/$/) <= 9, `${asked('bambuddy', /\/archives\/$/)} pages`);
        const before = asked('inventree', /\/api\/(part|stock)\/$/);
        assert.ok(before <= 8, `${before} look-ups`);
        await fixture.stored(await fixture.accepted(1));
        assert.equal(asked('inventree', /\/api\/(part|stock)\/$/), before);
    });

    it('a farm’s day of 144 prints is read in pages once, not print by print', async () => {
        const minutes = (n: number): string => new Date(Date.parse('2026-11-01T00:05:00Z') + n * 590_000).toISOString();
        for (let n = 0; n < 144; n++) fixture.bambuddy.print({ startedAt: minutes(n), seconds: 300 });
        const items = await read();
        assert.deepEqual(
            items.filter((item) => 'orphan' in item || item.archive?.id !== item.archiveId),
            [],
        );
        assert.equal(asked('bambuddy', /\/archives\/\d+$/), 0);
        assert.ok(asked('bambuddy', /\/archives\/$/) <= 4, `${asked('bambuddy', /\/archives\/$/)} pages`);
    });

    it('where a print takes a second, no more is read ahead than is fresh when its turn comes', async () => {
        for (let n = 0; n < 100; n++) fixture.bambuddy.print({ startedAt: day(n / 10), seconds: 300 });
        const clock = sinon.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() });
        try {
            const items = await read(() => void clock.tick(1000));
            const stale = items.filter((item) => !('orphan' in item) && item.archive === null);
            assert.ok(stale.length <= 2, `${stale.length} are asked for one by one`);
        } finally {
            clock.restore();
        }
        assert.ok(asked('inventree', /\/api\/(part|stock)\/$/) <= 30);
    });

    it('an archive that a page showed a while ago is read again', async () => {
        fixture.bambuddy.print({ name: 'Before', startedAt: day(0), seconds: 600 });
        const pages = new ArchivePages(fixture.intake());
        const wanted = [{ archiveId: 1, day: day(0).slice(0, 10) }];
        const clock = sinon.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() });
        try {
            await pages.of(wanted, fixture.signal);
            fixture.bambuddy.editArchive(1, { print_name: 'After' });
            assert.equal((await pages.of(wanted, fixture.signal)).get(1)!.archive.print_name, 'Before');
            clock.tick(20_000);
            assert.equal((await pages.of(wanted, fixture.signal)).get(1)!.archive.print_name, 'After');
        } finally {
            clock.restore();
        }
    });

    it('finds what is in InvenTree, and the steps need not ask again', async () => {
        for (let n = 0; n < 3; n++) fixture.bambuddy.print({ startedAt: day(n), seconds: 600 });
        const print = await fixture.accepted(1);
        const mine = fixture.inventree.addPart({ name: 'Mine', IPN: fixture.ipn(print) });
        await fixture.forget();
        await read();
        const before = asked('inventree', /\/api\/part\/$/);
        assert.equal((await fixture.part(await fixture.accepted(1))).pk, mine.pk);
        assert.equal((await fixture.part(await fixture.accepted(2))).created, true);
        assert.equal(asked('inventree', /\/api\/part\/$/), before);
    });

    it('a server that does not answer is no reason to stop: each print asks by itself', async () => {
        for (let n = 0; n < 10; n++) fixture.bambuddy.print({ startedAt: day(n), seconds: 600 });
        fixture.inventree.interfere = () => ({ at: 'before', kind: 503 });
        assert.equal((await read()).length, 10);
        fixture.inventree.interfere = undefined;
        assert.equal((await fixture.part(await fixture.accepted(1))).created, true);
    });

    it('a look-up from before an intent is not used after it', async () => {
        for (let n = 0; n < 2; n++) fixture.bambuddy.print({ startedAt: day(n), seconds: 600 });
        await read();
        const print = await fixture.accepted(1);
        let lost = false;
        fixture.inventree.interfere = ({ method, url }) => {
            if (lost || method !== 'POST' || url !== '/api/part/') return undefined;
            lost = true;
            return { at: 'after', kind: 'reset' };
        };
        await fixture.part(print);
        assert.ok(lost);
        assert.equal(fixture.inventree.state.parts.size, 1);
    });
});
