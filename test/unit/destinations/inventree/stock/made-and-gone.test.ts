import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { RejectedError } from '../../../../../lib/http/errors';
import { zoneOf } from '../../../../../lib/clients/inventree/zone';
import type { PartResult } from '../../../../../lib/destinations/inventree/part/part-step';
import type { Print } from '../../../../../lib/print/print';
import type { StockResult } from '../../../../../lib/destinations/inventree/stock/stock-settings';
import { jsonAnswer } from '../../../../simulators/simulator';
import { FORCE, once, Fixture } from '../../../fixture';

const OWN_500 = jsonAnswer(500, { detail: 'database is locked' });

describe('an item that was made, sold out and deleted before we looked', () => {
    let fixture: Fixture;
    let print: Print;
    let part: PartResult;
    afterEach(async () => {
        assert.deepEqual(fixture.inventree.state.violations, []);
        await fixture.close();
    });

    /** our clock less the others', ms */
    let skew = 0;

    async function open(apiVersion = 530, timeout = 10): Promise<void> {
        skew = 0;
        fixture = await Fixture.open({ apiVersion, timeout, now: () => Date.now() + skew });
        // what a year of use has taught: the server's time zone
        await fixture.stored(await fixture.printed({ filename: 'before.3mf' }));
        print = await fixture.printed({ filename: 'Bin.3mf' });
        part = await fixture.part(print);
    }

    const item = (): Promise<StockResult | null> => fixture.stock(print, part.pk);
    const items = (): number => fixture.inventree.state.stock.size;

    /** The process is killed during the POST. @param made whether it is done all the same */
    async function killed(made: boolean): Promise<number | null> {
        let copy = '';
        fixture.inventree.interfere = ({ method, url }) => {
            if (method !== 'POST' || url !== '/api/stock/') return undefined;
            copy = `${fixture.folder}-killed`;
            cpSync(fixture.folder, copy, { recursive: true });
            return made ? undefined : { at: 'before', kind: 400, body: '{"quantity":["no"]}' };
        };
        const stock = await item().catch(() => null);
        fixture.inventree.interfere = undefined;
        await fixture.restart(copy);
        return stock?.pk ?? null;
    }

    for (const apiVersion of [450, 479, 530])
        it(`is not made again: the Part’s history tells of it (API ${apiVersion})`, async () => {
            await open(apiVersion);
            fixture.inventree.person.sellOut((await killed(true))!);
            const before = items();
            assert.equal(await item(), null);
            assert.equal(items(), before);
            const record = fixture.ledger.print(print.batch)!;
            assert.deepEqual([record.state, record.reason, record.stockPk], ['done', 'gone', undefined]);
            // whatever is asked of it later
            assert.equal(await fixture.stock(print, part.pk, {}, FORCE), null);
            await fixture.restart();
            assert.equal(await item(), null);
            await fixture.sync.delivery.answer(print, 'image', { image: 'done' });
            assert.equal(fixture.ledger.print(print.batch)?.reason, 'gone');
            assert.equal(items(), before);
        });

    it('one that was never made is made', async () => {
        await open();
        await killed(false);
        assert.equal((await item())?.created, true);
    });

    it('one that is there is found, and nobody asks for a history', async () => {
        await open();
        const pk = await killed(true);
        const from = fixture.inventree.requestCount;
        assert.equal((await item())?.pk, pk);
        assert.ok(!fixture.inventree.requests.slice(from).some(({ url }) => url.includes('/track/')));
    });

    const unsure = async (): Promise<void> => {
        const before = items();
        await assert.rejects(item(), (error) => {
            assert.ok(error instanceof RejectedError);
            assert.match(error.message, new RegExp(`history of Part #${part.pk}`));
            return true;
        });
        assert.equal(items(), before);
        // a person has looked, and retries
        assert.equal((await item())?.created, true);
    };

    it('of two that are gone and fit, a person says which: nothing is guessed', async () => {
        await open();
        const other = await fixture.printed({ filename: 'Bin.3mf' });
        const { stock } = await fixture.stored(other);
        fixture.inventree.person.sellOut(stock.pk);
        fixture.inventree.person.sellOut((await killed(true))!);
        await unsure();
    });

    it('one gone item of another print of that Part is not taken for this print’s', async () => {
        await open();
        const { stock } = await fixture.stored(await fixture.printed({ filename: 'Bin.3mf' }));
        fixture.inventree.person.sellOut(stock.pk);
        await killed(false);
        await unsure();
    });

    for (const [what, before, after] of [
        ['is a day behind', -1, -1],
        ['is a day ahead', 1, 1],
        ['was a day behind, and is set right', -1, 0],
        ['was a day ahead, and is set right', 1, 0],
        ['is set back by a day', 0, -1],
    ] as const)
        it(`is not taken where our clock ${what}`, async () => {
            await open();
            skew = before * 24 * 3600_000;
            const { stock } = await fixture.stored(await fixture.printed({ filename: 'Bin.3mf' }));
            fixture.inventree.person.sellOut(stock.pk);
            skew = after * 24 * 3600_000;
            await killed(false);
            await unsure();
        });

    it('is not made again where our clock is a day behind', async () => {
        await open();
        skew = -24 * 3600_000;
        await fixture.stored(await fixture.printed({ filename: 'Bin.3mf' }));
        fixture.inventree.person.sellOut((await killed(true))!);
        assert.equal(await item(), null);
    });

    it('the time of an item is kept where our clock tells another one only', async () => {
        await open();
        const madeAt = async (): Promise<string | undefined> => {
            const another = await fixture.printed({ filename: 'Bin.3mf' });
            await fixture.stored(another);
            return fixture.ledger.print(another.batch)?.madeAt;
        };
        assert.equal(await madeAt(), undefined);
        skew = -24 * 3600_000;
        assert.ok(Date.parse((await madeAt())!) > Date.now() - 12 * 3600_000, 'by InvenTree’s clock');
    });

    it('other prints of that Part that are there are in nobody’s way', async () => {
        await open();
        await fixture.stored(await fixture.printed({ filename: 'Bin.3mf' }));
        fixture.inventree.person.sellOut((await killed(true))!);
        assert.equal(await item(), null);
        assert.equal(fixture.ledger.print(print.batch)?.reason, 'gone');
    });

    it('another quantity, place, user or time is not this print’s', async () => {
        await open();
        const { state, users } = fixture.inventree;
        const now = new Date();
        const entry = {
            pk: 9000,
            item: null,
            part: part.pk,
            date: now,
            deltas: { status: 10, location: fixture.location, quantity: 1 },
            label: '',
            notes: '',
            tracking_type: 1,
            user: users.writer.pk,
        };
        state.trackingOfGone.push(
            { ...entry, deltas: { ...entry.deltas, quantity: 2 } },
            { ...entry, deltas: { ...entry.deltas, location: fixture.location + 1 } },
            { ...entry, user: users.admin.pk },
            { ...entry, tracking_type: 11 },
            { ...entry, date: new Date(now.getTime() - 10 * 60_000) },
        );
        await killed(false);
        assert.equal((await item())?.created, true);
    });

    it('where the history may not be read, or is not kept (API 425), a person says', async () => {
        for (const apiVersion of [425, 530]) {
            await open(apiVersion);
            await killed(false);
            fixture.inventree.interfere = ({ url }) =>
                url.startsWith('/api/stock/track/')
                    ? {
                          at: 'before',
                          kind: 403,
                          body: '{"detail":"You do not have permission to perform this action."}',
                      }
                    : undefined;
            await unsure();
            if (apiVersion === 425) await fixture.close();
        }
    });

    it('where the server’s time zone is not known, a fitting minute of any zone asks a person', async () => {
        fixture = await Fixture.open({ apiVersion: 530 });
        print = await fixture.printed({ filename: 'Bin.3mf' });
        part = await fixture.part(print);
        fixture.inventree.person.sellOut((await killed(true))!);
        await unsure();
    });

    it('an own error of the server, with nobody gone, is sent again (no history: API 388)', async () => {
        await open(388);
        let left = 1;
        fixture.inventree.interfere = ({ method, url }) =>
            method === 'POST' && url === '/api/stock/' && left-- > 0 ? OWN_500 : undefined;
        assert.equal((await item())?.created, true);
    });

    it('where no history is kept (API 425), no answer asks a person, and not before it can come no more', async () => {
        await open(425);
        fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, { at: 'before', kind: 504 });
        await unsure();
        assert.ok(fixture.clock.slept.some((ms) => ms > 80_000));
    });

    it('where no history is kept (API 425), what is done within the 90 s is found', async () => {
        await open(425, 1);
        let commit: () => Promise<void> = () => Promise.resolve();
        fixture.inventree.interfere = ({ method, url }) => {
            if (method !== 'POST' || url !== '/api/stock/') return undefined;
            fixture.inventree.interfere = undefined;
            return { at: 'late', kind: 504, late: (done) => void (commit = done) };
        };
        const { clock } = fixture;
        const sleep = clock.sleep.bind(clock);
        clock.sleep = async (ms, signal) => {
            if (ms > 80_000) await commit();
            await sleep(ms, signal);
        };
        assert.equal((await item())?.created, false);
        assert.equal(items(), 2);
    });

    it('learns the zone from what the server just wrote', async () => {
        assert.equal(zoneOf('2026-11-22 07:26', 'Sun, 22 Nov 2026 04:26:40 GMT'), 180);
        assert.equal(zoneOf('2026-11-22 10:11', 'Sun, 22 Nov 2026 04:26:59 GMT'), 345);
        assert.equal(zoneOf('2026-11-21 23:26', 'Sun, 22 Nov 2026 04:27:01 GMT'), -300);
        assert.equal(zoneOf('soon', 'Sun, 22 Nov 2026 04:26:40 GMT'), null);
        assert.equal(zoneOf('2026-11-22 07:26', undefined), null);
        await open();
        assert.equal(fixture.sync.destination.zone, 0);
        await fixture.restart();
        assert.equal(fixture.sync.destination.zone, 0, 'kept in the ledger');
    });
});
