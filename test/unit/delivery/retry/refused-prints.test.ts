import assert from 'node:assert/strict';
import { AuthError } from '../../../../lib/http/errors';
import { failStep } from '../../../../lib/delivery/failed-step';
import { FakeClock } from '../../fake-clock';
import { Flow, until } from '../../flow';
import { once, Fixture } from '../../fixture';
import { jsonAnswer } from '../../../simulators/simulator';

const MINUTE = 60_000;
const FORBIDDEN = jsonAnswer(403, { detail: 'You do not have permission to perform this action.' });
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 8, minute)).toISOString();

describe('a print that a server refuses something (403)', () => {
    let fixture: Fixture;
    let flow: Flow;
    let clock: FakeClock;

    beforeEach(async () => {
        fixture = await Fixture.open();
        clock = new FakeClock();
        flow = new Flow(fixture, { window: 1 }, ['part', 'stock'], clock);
        const { handle } = flow;
        flow.handle = async (print, pass) => {
            try {
                await handle(print, pass);
            } catch (error) {
                await failStep(fixture.sync.delivery, print, 'stock', error as Error);
            }
        };
    });
    afterEach(() => flow.end());

    const print = (minute: number): void =>
        void fixture.bambuddy.print({ filename: `${minute}.3mf`, startedAt: at(minute), seconds: 60 });
    const posts = (): number => fixture.inventree.count('POST', /^\/api\/stock\/$/);
    /** lets time pass, and what comes of it be done */
    const later = async (minutes: number): Promise<void> => {
        // refusals are of the line, whose clock is the fixture's
        fixture.clock.time += minutes * MINUTE;
        await clock.advance(minutes * MINUTE);
        await until('quiet', () => flow.source.status().underWay === 0);
        await flow.idle();
    };

    it('waits without a slot, others go on, and it comes into stock by itself', async () => {
        fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, FORBIDDEN);
        print(1);
        print(2);
        await flow.poll();
        assert.deepEqual(fixture.inStock, ['bambuddy-2 x1']);
        assert.equal(fixture.ledger.print('bambuddy-1')?.state, 'part');
        assert.match(fixture.ledger.print('bambuddy-1')?.reason ?? '', /403.*lacks a right/);
        assert.equal(fixture.warnings.length, 1);
        await later(1);
        await until('the print', () => fixture.ledger.print('bambuddy-1')?.state === 'done');
        assert.deepEqual(fixture.inStock.sort(), ['bambuddy-1 x1', 'bambuddy-2 x1']);
        assert.equal(fixture.ledger.print('bambuddy-1')?.reason, undefined);
    });

    it('is tried again after 1, 5, 15 and then every 60 minutes', async () => {
        fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, FORBIDDEN, 100);
        print(1);
        await flow.poll();
        for (const [minutes, tries] of [
            [1, 2],
            [4, 2],
            [1, 3],
            [14, 3],
            [1, 4],
            [59, 4],
            [1, 5],
            [59, 5],
            [1, 6],
        ] as const) {
            await later(minutes);
            await until(`${tries} tries`, () => posts() === tries);
            await flow.idle();
            await until('it waits again', () => flow.source.status().underWay === 0 && clock.sleeping > 0);
        }
        fixture.inventree.interfere = undefined;
        await later(60);
        await until('the print', () => fixture.ledger.print('bambuddy-1')?.state === 'done');
    });

    it('is counted by the source for as long as it waits', async () => {
        fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, FORBIDDEN);
        print(1);
        await flow.poll();
        assert.equal(flow.source.status().waiting, 1);
        await later(1);
        await until('the print', () => fixture.ledger.print('bambuddy-1')?.state === 'done');
        await until('none to wait', () => flow.source.status().waiting === 0);
    });

    it('three in a row hold that kind of request: the fourth waits without asking; one answer lets all go on', async () => {
        fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, FORBIDDEN, 100);
        for (let n = 1; n <= 6; n++) print(n);
        await flow.poll();
        assert.equal(posts(), 3);
        assert.equal(fixture.warnings.length, 1);
        assert.deepEqual(fixture.inStock, []);
        assert.equal([...fixture.ledger.parked()].length, 0);
        fixture.inventree.interfere = undefined;
        await later(1);
        await until('all prints', () => fixture.inStock.length === 6);
        assert.equal(posts(), 9);
    });

    it('of which a refresh is refused waits with it: the refresh comes by itself', async () => {
        print(1);
        await flow.poll();
        assert.equal(fixture.ledger.print('bambuddy-1')?.state, 'done');
        const { handle } = flow;
        let refused = 0;
        flow.handle = async (message, pass) => {
            if (refused++ > 0) return handle(message, pass);
            const error = new AuthError('may not', { server: 'InvenTree', status: 403 });
            await failStep(fixture.sync.delivery, message, 'part', error);
        };
        await flow.source.manual.offerArchive(1, true);
        await flow.idle();
        assert.equal(fixture.ledger.print('bambuddy-1')?.state, 'accepted');
        await later(1);
        await until('the refresh', () => fixture.ledger.print('bambuddy-1')?.state === 'done');
        assert.equal(refused, 2);
        assert.equal(fixture.inStock.length, 1);
    });

    it('is tried at once when a person asks for a look', async () => {
        fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, FORBIDDEN);
        print(1);
        await flow.poll();
        flow.source.tryNow();
        await until('the print', () => fixture.inStock.length === 1);
    });

    it('goes on after a deploy', async () => {
        fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, FORBIDDEN);
        print(1);
        await flow.poll();
        await flow.source.close();
        await fixture.restart();
        const next = new Flow(fixture, {}, ['part', 'stock'], new FakeClock());
        await next.poll();
        await until('the print', () => fixture.inStock.length === 1);
        await next.source.close();
    });

    it('of a message that nobody repeats is parked', async () => {
        const manual = await fixture.printed();
        const forbidden = await fixture.part(manual).then((part) => {
            fixture.inventree.interfere = once('POST', /^\/api\/stock\/$/, FORBIDDEN);
            return fixture.stock(manual, part.pk).catch((error: unknown) => error);
        });
        fixture.sync.delivery.sources.clear();
        assert.equal(await failStep(fixture.sync.delivery, manual, 'stock', forbidden as Error), 'parked');
        assert.equal(fixture.ledger.print(manual.batch)?.state, 'parked');
    });

    it('in what only adds (parameters) costs that alone', async () => {
        fixture.inventree.addTemplate({ name: 'Weight', units: 'g' });
        const one = await fixture.printed();
        fixture.inventree.interfere = once('POST', /parameter\/$/, FORBIDDEN);
        const part = await fixture.part(one, { parameters: [{ template: 'Weight', value: '5' }] });
        assert.ok(part.created);
        assert.match(fixture.warnings.join(), /Parameters are skipped: .*403/);
    });
});
