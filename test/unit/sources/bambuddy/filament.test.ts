import assert from 'node:assert/strict';
import { AuthError } from '../../../../lib/http/errors';
import { filamentUseOf } from '../../../../lib/destinations/inventree/consume/consume-step';
import { runKeyOf, type FilamentUse } from '../../../../lib/print/filament';
import type { Print } from '../../../../lib/print/print';
import { Fixture, once } from '../../fixture';
import { jsonAnswer } from '../../../simulators/simulator';

describe('what a print of Bambuddy used', () => {
    let fixture: Fixture;
    const open = async (options: Parameters<typeof Fixture.open>[0] = {}): Promise<void> => {
        fixture = await Fixture.open(options);
        fixture.bambuddy.addPrinter();
        fixture.bambuddy.spools.add({ tag_uid: 'ONE', tray_uuid: 'UUID-1' });
        fixture.bambuddy.spools.add({
            tag_uid: 'TWO',
            material: 'PETG',
            rgba: '112233FF',
            color_name: null,
            brand: null,
        });
        fixture.bambuddy.spools.load(1, 1, 0, 0);
    };
    beforeEach(() => open());
    afterEach(() => fixture.close());

    const use = (print: Print): Promise<FilamentUse | null> =>
        filamentUseOf(fixture.sync.delivery, print, fixture.signal);
    const grams = async (print: Print): Promise<string | null> => {
        const used = await use(print);
        return used === null
            ? null
            : `${used.from}: ${used.slots.map(({ slot, grams }) => `${slot} ${grams}`).join(', ')}`;
    };
    const printed = (options: Parameters<Fixture['printed']>[0]): Promise<Print> =>
        fixture.printed({ printer: 1, name: 'Bin', ...options });

    it('is one slot for each spool of its usage list, with tag, tray, material and colour', async () => {
        const print = await printed({
            usage: [
                [2, 3],
                [1, 12.5],
                [2, 4],
            ],
        });
        assert.deepEqual(await use(print), {
            from: 'usage',
            usageIds: [3, 2, 1],
            slots: [
                {
                    slot: 'spool 1',
                    grams: 12.5,
                    material: 'PLA',
                    color: '#FF6A13',
                    tray: 'A1',
                    spool: { id: 1, tag: 'ONE', uuid: 'UUID-1', name: 'Bambu Lab Orange' },
                },
                {
                    slot: 'spool 2',
                    grams: 7,
                    material: 'PETG',
                    color: '#112233',
                    tray: null,
                    spool: { id: 2, tag: 'TWO', uuid: '0'.repeat(31) + '2', name: null },
                },
            ],
        });
    });

    it('is not what another printer, or the print before, used', async () => {
        fixture.bambuddy.addPrinter();
        const end = Date.now();
        await printed({ usage: [[1, 99]], startedAt: new Date(end - 4000_000), seconds: 100 });
        await fixture.printed({
            printer: 2,
            name: 'Other',
            usage: [[1, 88]],
            startedAt: new Date(end - 500_000),
            seconds: 500,
        });
        const print = await printed({ name: 'Lid', grams: 5, startedAt: new Date(end - 500_000), seconds: 500 });
        assert.equal(await grams(print), 'run: 1 5');
    });

    it('of two prints that end within a minute each has its own', async () => {
        const end = Date.now();
        const first = await printed({
            name: 'Bin (1)',
            usage: [[1, 5]],
            startedAt: new Date(end - 60_000),
            seconds: 30,
        });
        const second = await printed({ name: 'Lid', usage: [[1, 6]], startedAt: new Date(end - 25_000), seconds: 20 });
        assert.deepEqual([await grams(first), await grams(second)], ['usage: spool 1 5', 'usage: spool 1 6']);
    });

    it('is never a row that another run has', async () => {
        const print = await printed({ usage: [[1, 5]], grams: 5.2 });
        await fixture.ledger.setConsumptionDurable({
            run: 'bambuddy:99@',
            batch: 'b',
            from: 'usage',
            usageIds: [1],
            slots: [],
        });
        assert.equal(await grams(print), 'run: 1 5.2');
        await fixture.ledger.setConsumptionDurable({
            run: runKeyOf(print),
            batch: print.batch,
            from: 'usage',
            usageIds: [1],
            slots: [],
        });
    });

    it('without a list is the weight of the run, divided as the slicer divided it, with the spool that alone fits', async () => {
        const print = await printed({
            grams: 30,
            filamentType: 'PLA, PETG',
            fields: {
                extra_data: {
                    filament_slots: [
                        { slot_id: 1, used_g: 30, type: 'PLA', color: '#FF6A13FF' },
                        { slot_id: 4, used_g: 10, type: 'PETG', color: '#112233' },
                    ],
                },
            },
        });
        const used = await use(print);
        assert.equal(await grams(print), 'run: 1 22.5, 4 7.5');
        assert.deepEqual(
            used!.slots.map(({ spool, tray }) => [spool?.tag ?? null, tray]),
            [
                ['ONE', 'A1'],
                [null, null],
            ],
        );
    });

    it('of several filaments without shares is not known', async () => {
        const print = await printed({ grams: 30, filamentType: 'PLA, PETG', fields: { extra_data: {} } });
        assert.equal(await grams(print), null);
    });

    it('is the run’s own where the server has no spools', async () => {
        fixture.bambuddy.interfere = ({ url }) =>
            url.includes('/inventory/') ? jsonAnswer(404, { detail: 'Not Found' }) : undefined;
        assert.equal(await grams(await printed({ usage: [[1, 5]], grams: 6 })), 'run: 1 6');
    });

    it('is not guessed where the key may not read it: that print waits', async () => {
        fixture.bambuddy.interfere = ({ url }) =>
            url.includes('/inventory/')
                ? jsonAnswer(403, { detail: "API key does not have 'x' permission" })
                : undefined;
        const print = await printed({ usage: [[1, 7]], grams: 8 });
        await assert.rejects(grams(print), (error) => error instanceof AuthError && error.waits === 'print');
    });

    it('waits while Bambuddy is away', async () => {
        const print = await printed({ usage: [[1, 5]] });
        fixture.bambuddy.interfere = once('GET', /\/inventory\/usage$/, { at: 'before', kind: 503 }, 3);
        assert.equal(await grams(print), 'usage: spool 1 5');
    });

    it('is found in a long list', async () => {
        const print = await printed({ usage: [[1, 5]] });
        for (let i = 0; i < 250; i++)
            fixture.bambuddy.spools.use(1, 1, { printer: 1, name: `Later ${i}`, end: '2036-01-01T00:00:00.000000' });
        assert.equal(await grams(print), 'usage: spool 1 5');
    });
});
