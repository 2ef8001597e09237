import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { ARCHIVE_GONE, EARLIER_UNTIL, type PrintRecord } from '../../../../lib/store/ledger/records';
import { earlierDamage, isEarlierDamage } from '../../../../lib/delivery/recovery/earlier-damage';
import type { Print } from '../../../../lib/print/print';
import { Flow, until } from '../../flow';
import { Fixture } from '../../fixture';
import { jsonAnswer } from '../../../simulators/simulator';

const INVENTREE = 'InvenTree (http://inventree.lan)';
const REFUSED = `${INVENTREE} answered 401 to POST /api/stock/: Invalid token. Is the token right, and not expired or switched off?`;
const PAGE = `${INVENTREE} answered 404 to GET /api/part/: a web page, "404 Not Found"`;
const OWN = `${INVENTREE} answered 400 to POST /api/stock/: quantity: A valid number is required`;

describe('what earlier versions parked or skipped by mistake', () => {
    const parked: [string, string, boolean][] = [
        ['a refused token', REFUSED, true],
        [
            'a refused key',
            'Bambuddy (http://b.lan:8000) answered 401 to GET /api/v1/archives/7: Invalid API key. Is the API key right, and not expired or switched off?',
            true,
        ],
        [
            'a missing right',
            `${INVENTREE} answered 403 to POST /api/part/: You do not have permission to perform this action. The token lacks a right for this.`,
            true,
        ],
        [
            'a key with a character that cannot be sent',
            `${INVENTREE} was not asked POST /api/part/: the token holds a character that cannot be sent. Copy it once more.`,
            true,
        ],
        ['an empty 404', `${INVENTREE} answered 404 to GET /api/stock/`, true],
        [
            'a page behind a proxy',
            'InvenTree (http://i.lan through the proxy proxy.lan:3128) answered 409 to POST /api/stock/: a web page, "Conflict"',
            true,
        ],
        ['the words of a proxy', `${INVENTREE} answered 404 to GET /api/part/: 404 page not found`, true],
        [
            'JSON of a gateway',
            `${INVENTREE} answered 400 to POST /api/part/: message: no Route matched; request_id: 1`,
            true,
        ],
        [
            'a login page with 200',
            `${INVENTREE} answered GET /api/part/ with text/html instead of JSON: is this the address of InvenTree itself? It begins: a web page, "Login"`,
            true,
        ],
        [
            'a redirect',
            `${INVENTREE} redirects GET /api/part/ to https://login.lan/. Redirects are not followed, so that the token goes nowhere else: enter the address it redirects to, or check its path.`,
            true,
        ],
        ['another server', 'http://inventree.lan answers, but not as InvenTree does: check its address', true],
        [
            'JSON of another form',
            'InvenTree answered the list of Parts in a form we do not know (results: Invalid key)',
            true,
        ],
        ['a field that InvenTree refuses', OWN, false],
        [
            'a setting that InvenTree refuses',
            `${INVENTREE} answered 400 to POST /api/stock/: location: Invalid pk "9" - object does not exist. Look at the setting "Location".`,
            false,
        ],
        [
            'an object that is not there',
            `${INVENTREE} answered 404 to PATCH /api/part/5/: No Part matches the given query`,
            false,
        ],
        ['a print without a key', 'no key: none of the key fields has a value', false],
        [
            'a batch of somebody else',
            'InvenTree has a StockItem with batch b-1 that is not this print’s, and the print has no other code. Look at that item.',
            false,
        ],
        [
            'OctoPrint’s own words',
            'OctoPrint (http://o.lan) answered 404 to GET /api/files/local/x: error: Not found',
            false,
        ],
        [
            'a poisoned print',
            `given up after 9 attempts, while others went through: ${INVENTREE} answered 500 to POST /api/stock/`,
            false,
        ],
    ];
    for (const [what, reason, expected] of parked)
        it(`${what}: ${expected ? 'offered once more' : 'left parked'}`, () => {
            const record = { state: 'parked', reason, at: '2026-11-22T10:00:00.000Z' } as PrintRecord;
            assert.equal(isEarlierDamage(record, '2026-11-30T10:00:00.000Z'), expected);
            assert.equal(isEarlierDamage(record, '2026-11-22T10:00:00.000Z'), false, 'of this version');
            assert.equal(isEarlierDamage({ ...record, state: 'skipped' }, '2026-11-30T10:00:00.000Z'), false);
        });

    for (const [version, more] of [
        ['0.1.0', []],
        ['2026-11-26', ['octoprint-1-18']],
    ] as const)
        it(`is found in a ledger of ${version}`, async () => {
            const folder = await mkdtemp(join(tmpdir(), 'unit-'));
            await cp(join(__dirname, '../../../fixtures/ledgers', version), folder, { recursive: true });
            const ledger = await Ledger.open(join(folder, 'ledger'), { onWarning: () => undefined });
            const found = (state: 'parked' | 'skipped'): string[] =>
                earlierDamage(ledger, state, () => true).map(({ batch }) => batch);
            assert.deepEqual(found('parked').sort(), [
                'bambuddy-12',
                'bambuddy-13',
                'bambuddy-14',
                'bambuddy-16',
                ...more,
            ]);
            assert.deepEqual(found('skipped'), ['bambuddy-9-109', 'bambuddy-10']);
            await ledger.close();
            await rm(folder, { recursive: true });
        });
});

describe('the first start after an earlier version', () => {
    let fixture: Fixture;
    let flow: Flow;

    beforeEach(async () => {
        fixture = await Fixture.open();
    });

    afterEach(async () => {
        await fixture.close();
    });

    /** All so far was written by an earlier version; the process ends and begins. */
    const upgrade = async (): Promise<void> => {
        for (const { key } of [...fixture.ledger.metaFrom(EARLIER_UNTIL)]) await fixture.ledger.dropMeta(key);
        await fixture.restart();
    };
    /** A whole life of the source, until it has nothing left to do. */
    const live = async (): Promise<string[]> => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        flow = new Flow(fixture);
        const through = flow.handle;
        flow.handle = (print, pass) =>
            through(print, pass).catch((error: unknown) => fixture.sync.delivery.park(print, 'stock', String(error)));
        await flow.source.poll();
        await until('all to be offered', () => fixture.ledger.meta(`${EARLIER_UNTIL}:source`) !== undefined);
        await flow.idle();
        await flow.source.close();
        assert.deepEqual(flow.failures, []);
        return flow.sent;
    };
    const park = async (print: Print, reason: string): Promise<void> =>
        void (await fixture.sync.delivery.park(print, 'stock', reason));
    const states = (): Record<string, string> =>
        Object.fromEntries([...fixture.ledger.prints()].map(({ batch, state }) => [batch, state]));

    it('offers what was parked for a refused token or a foreign answer once, and leaves what InvenTree refused', async () => {
        for (const reason of [REFUSED, PAGE, OWN]) await park(await fixture.printed(), reason);
        await upgrade();
        assert.deepEqual(await live(), ['bambuddy-1', 'bambuddy-2']);
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1', 'bambuddy-2 x1']);
        assert.deepEqual(states(), { 'bambuddy-1': 'done', 'bambuddy-2': 'done', 'bambuddy-3': 'parked' });
        await fixture.restart();
        assert.deepEqual(await live(), []);
    });

    it('asks InvenTree first: what came into stock all the same is not made again', async () => {
        const print = await fixture.printed();
        await fixture.stored(print);
        const { stockPk: _stock, ...record } = fixture.ledger.print(print.batch)!;
        await fixture.ledger.setPrintDurable({
            ...record,
            state: 'parked',
            reason: PAGE,
            print: { ...print, archive: null },
        });
        await upgrade();
        assert.deepEqual(await live(), ['bambuddy-1']);
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1']);
        assert.deepEqual(states(), { 'bambuddy-1': 'done' });
    });

    it('offers one once: refused again it is parked with the new words, and left there', async () => {
        await park(await fixture.printed(), REFUSED);
        await upgrade();
        fixture.inventree.interfere = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/stock/') ? jsonAnswer(400, { quantity: ['No.'] }) : undefined;
        assert.deepEqual(await live(), ['bambuddy-1']);
        assert.match(fixture.ledger.print('bambuddy-1')!.reason!, /answered 400 .*quantity: No/);
        fixture.inventree.interfere = undefined;
        await fixture.restart();
        assert.deepEqual(await live(), []);
        assert.equal(states()['bambuddy-1'], 'parked');
    });

    it('looks a run up whose archive could not be looked at, and takes it', async () => {
        const { archiveId, runId } = fixture.bambuddy.print();
        const [run] = await fixture.intake().reader.runs(archiveId, fixture.signal);
        await fixture
            .intake()
            .acceptance.park(
                run!,
                'Bambuddy (http://b.lan) answered 403 to GET /api/v1/archives/1: a web page, "Forbidden". The API key lacks a right for this.',
            );
        await upgrade();
        assert.equal((await live()).length, 1);
        assert.equal(fixture.ledger.printOfRun('bambuddy', archiveId, run!.startedAt)?.state, 'done');
        assert.equal(fixture.ledger.printOfRun('bambuddy', archiveId, run!.startedAt)?.runId, runId);
        assert.equal(fixture.inStock.length, 1);
    });

    it('takes a run whose archive is there after all, by the archive’s own code', async () => {
        const { archiveId } = fixture.bambuddy.print();
        const [run] = await fixture.intake().reader.runs(archiveId, fixture.signal);
        await fixture.intake().acceptance.remember({ kind: 'skipped', reason: ARCHIVE_GONE, run: run!, gone: true });
        await upgrade();
        assert.deepEqual(await live(), ['bambuddy-1']);
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1']);
        assert.deepEqual(states(), { 'bambuddy-1': 'done' });
    });

    it('skips again what is really gone, and asks for it no more', async () => {
        const { archiveId } = fixture.bambuddy.print();
        const [run] = await fixture.intake().reader.runs(archiveId, fixture.signal);
        await fixture.intake().acceptance.remember({ kind: 'skipped', reason: ARCHIVE_GONE, run: run!, gone: true });
        fixture.bambuddy.softDelete(archiveId);
        await upgrade();
        const asked = (): number => fixture.bambuddy.requests.filter(({ url }) => /\/archives\/1\b/.test(url)).length;
        const before = asked();
        assert.deepEqual(await live(), []);
        assert.equal(asked(), before + 1);
        assert.equal([...fixture.ledger.prints()][0]?.reason, ARCHIVE_GONE);
        await fixture.restart();
        assert.deepEqual(await live(), []);
        assert.equal(asked(), before + 1);
    });

    it('keeps the code of one that was accepted before its archive seemed gone: it is not made under another', async () => {
        const print = await fixture.printed();
        await fixture.stored(print);
        const { stockPk: _stock, print: _print, want: _want, ...record } = fixture.ledger.print(print.batch)!;
        await fixture.ledger.setPrintDurable({
            ...record,
            state: 'skipped',
            reason: ARCHIVE_GONE,
            intent: '2026-11-22T10:00:00Z',
        });
        await upgrade();
        assert.deepEqual(await live(), ['bambuddy-1']);
        assert.deepEqual(fixture.inStock, ['bambuddy-1 x1']);
        assert.deepEqual(states(), { 'bambuddy-1': 'done' });
    });

    it('goes on at the next start with what the end of the process left', async () => {
        for (let i = 0; i < 3; i++) await park(await fixture.printed(), REFUSED);
        await upgrade();
        const [first] = [...fixture.ledger.parked()];
        await fixture.ledger.changePrint(first!.batch, { state: 'accepted' });
        await fixture.restart();
        assert.equal((await live()).length, 3);
        assert.deepEqual(fixture.inStock.sort(), ['bambuddy-1 x1', 'bambuddy-2 x1', 'bambuddy-3 x1']);
    });
});
