import assert from 'node:assert/strict';
import { printerLocation } from '../../../../../lib/destinations/inventree/stock/printer-location';
import { RejectedError } from '../../../../../lib/http/errors';
import { SEND_AGAIN } from '../../../../../lib/delivery/retry/unknown-outcome';
import { printOf, type Print } from '../../../../../lib/print/print';
import { Fixture } from '../../../fixture';

for (const apiVersion of [388, 479]) {
    describe(`the location of a printer (API ${apiVersion})`, () => {
        let fixture: Fixture;
        const asShipped = { ...SEND_AGAIN };
        beforeEach(async () => {
            fixture = await Fixture.open({ apiVersion });
            fixture.inventree.allow('stock_location', 'add');
            Object.assign(SEND_AGAIN, { unanswered: 100, answered: 50 });
        });
        afterEach(async () => {
            Object.assign(SEND_AGAIN, asShipped);
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });

        const printOn = (name: string | null, id: number | null = null): Print =>
            printOf({ batch: 'b-1', identity: 'x', source: 'bambuddy', printer: { id, name, model: null } });
        const of = (print: Print, parent = fixture.location): Promise<number> =>
            printerLocation(fixture.sync.destination, parent, print, fixture.signal);
        const made = (): string[] =>
            [...fixture.inventree.state.locations.values()]
                .filter(({ parent }) => parent === fixture.location)
                .map(({ name }) => name);
        const posts = (): number => fixture.inventree.count('POST', /location/);

        it('is made once, however many prints come at once, and then asked for no more', async () => {
            const pks = await Promise.all([1, 2, 3].map(() => of(printOn('P1S left', 1))));
            assert.equal(new Set(pks).size, 1);
            assert.deepEqual([made(), posts()], [['P1S left'], 1]);
            const before = fixture.inventree.requestCount;
            assert.equal(await of(printOn('P1S left', 1)), pks[0]);
            assert.equal(fixture.inventree.requestCount, before);
        });

        it('is the one of that name where there is one, whatever the case, and none is made', async () => {
            const { pk } = fixture.inventree.addLocation({ name: 'p1s LEFT', parent: fixture.location });
            fixture.inventree.addLocation({ name: 'P1S left' });
            assert.equal(await of(printOn('P1S left', 1)), pk);
            assert.equal(posts(), 0);
        });

        it('stays that of the printer when a person or Bambuddy gives it another name', async () => {
            const pk = await of(printOn('P1S left', 1));
            fixture.inventree.state.locations.get(pk)!.name = 'Rack 3';
            assert.equal(await of(printOn('P1S old', 1)), pk);
            await fixture.restart();
            assert.equal(await of(printOn('P1S old', 1)), pk);
            assert.equal(posts(), 1);
        });

        it('is made anew where it was deleted', async () => {
            const pk = await of(printOn('P1S left', 1));
            fixture.inventree.state.locations.delete(pk);
            await fixture.restart();
            assert.notEqual(await of(printOn('P1S left', 1)), pk);
            assert.deepEqual(made(), ['P1S left']);
        });

        it('is the location above where the printer is not known', async () => {
            assert.equal(await of(printOn(null)), fixture.location);
            assert.equal(posts(), 0);
        });

        for (const at of ['before', 'after'] as const)
            it(`is made once where the connection breaks ${at} it was made`, async () => {
                let struck = false;
                fixture.inventree.interfere = ({ method, url }) => {
                    if (struck || method !== 'POST' || !url.includes('location')) return undefined;
                    struck = true;
                    return { kind: 'reset', at };
                };
                await of(printOn('P1S left', 1));
                assert.deepEqual(made(), ['P1S left']);
                assert.ok(struck);
            });

        it('that InvenTree refuses is told with its words', async () => {
            await assert.rejects(of(printOn('P1S left', 1), 999), (error: unknown) => {
                assert.ok(error instanceof RejectedError);
                assert.match(error.message, /999.*setting "parent"/);
                return true;
            });
        });
    });
}
