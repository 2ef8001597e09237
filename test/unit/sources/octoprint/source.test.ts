import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OctoPrintClient } from '../../../../lib/clients/octoprint/client';
import { partStep } from '../../../../lib/destinations/inventree/part/part-step';
import { stockStep } from '../../../../lib/destinations/inventree/stock/stock-step';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { EARLIER_UNTIL, type Step } from '../../../../lib/store/ledger/records';
import { DEFAULT_KEY_FIELDS } from '../../../../lib/print/part-identity';
import { CircuitBreaker } from '../../../../lib/delivery/retry/circuit-breaker';
import { OctoPrintSource } from '../../../../lib/sources/octoprint/source';
import type { Print } from '../../../../lib/print/print';
import { Sync } from '../../../../lib/sync';
import { inventreeClient } from '../../../fixtures/inventree-client';
import { picture } from '../../../simulators/bambuddy';
import { InvenTreeSimulator } from '../../../simulators/inventree';
import { OctoPrintSimulator } from '../../../simulators/octoprint';
import { FakeClock } from '../../fake-clock';

const hash8 = (content: string): string => createHash('sha1').update(content).digest('hex').slice(0, 8);

describe('the source of prints of OctoPrint', () => {
    let octoprint: OctoPrintSimulator;
    let inventree: InvenTreeSimulator;
    let folder: string;
    /** closes what the process of now holds */
    let end: () => Promise<void>;
    let ledger: Ledger;
    let sync: Sync;
    let client: OctoPrintClient;
    let clock: FakeClock;
    let sent: Print[];
    let warnings: string[];
    /** its snapshot address; empty: it has no camera */
    let camera: string;
    let leaveOut: string[] | undefined;
    let startWith: 'now' | 'all';
    /** the nodes behind it, and what they do with a print */
    let steps: Step[];
    let handle: (print: Print) => Promise<unknown>;

    beforeEach(async () => {
        [octoprint, inventree] = [new OctoPrintSimulator(), new InvenTreeSimulator()];
        await Promise.all([octoprint.listen(), inventree.listen()]);
        folder = mkdtempSync(join(tmpdir(), 'octoprint-source-'));
        sent = [];
        warnings = [];
        camera = '';
        leaveOut = undefined;
        startWith = 'now';
        steps = [];
        handle = () => Promise.resolve();
        await open();
    });

    afterEach(async () => {
        await end();
        await Promise.all([octoprint.close(), inventree.close()]);
        rmSync(folder, { recursive: true, force: true });
    });

    async function open(): Promise<void> {
        client = new OctoPrintClient({
            url: octoprint.url,
            apiKey: octoprint.apiKey,
            deviceIdentifier: 'Ender',
            snapshotUrl: camera,
            prefix: 'octoprint',
            timeout: 5,
            insecure: false,
        });
        const inventreeApi = inventreeClient(inventree, { timeout: 5 });
        const breakers = [
            new CircuitBreaker('OctoPrint', undefined, () => 0.02),
            new CircuitBreaker('InvenTree', undefined, () => 0.02),
        ];
        ledger = await Ledger.open(join(folder, 'store.json'), { onWarning: () => undefined });
        sync = new Sync({
            ledger,
            inventree: inventreeApi,
            inventreeBreaker: breakers[1]!,
            bambuddy: null,
            bambuddyBreaker: null,
            warn: (text) => void warnings.push(text),
        });
        clock = new FakeClock(true);
        clock.time = Date.now();
        const sources: OctoPrintSource[] = [];
        source = (id = 'source') => {
            const made = new OctoPrintSource(
                sync,
                client,
                breakers[0]!,
                {
                    id,
                    interval: 0,
                    startWith,
                    rule: { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: false },
                    filament: { diameter: 1.75, density: 1.24 },
                    picture: camera !== '',
                    ...(leaveOut === undefined ? {} : { leaveOut }),
                    window: 1,
                    passAfter: 60,
                },
                () => steps,
                {
                    send: (print) => {
                        sent.push(print);
                        void handle(print);
                    },
                    failed: (error) => assert.fail(error),
                    changed: () => undefined,
                },
                clock,
            );
            sources.push(made);
            return made;
        };
        end = async () => {
            await Promise.all(sources.map((each) => each.close()));
            for (const breaker of breakers) breaker.close();
            await ledger.close();
            client.close();
            inventreeApi.close();
        };
    }
    let source: (id?: string) => OctoPrintSource;

    /** As after the end of the process: only what is on the disk is known. */
    async function restart(): Promise<void> {
        await end();
        await open();
    }

    const codes = (): string[] => sent.map(({ batch }) => batch);
    const code = (content: string, n: number): string => `octoprint-${hash8(content)}-${n}`;

    async function until(what: string, holds: () => boolean): Promise<void> {
        for (let tries = 0; tries < 300; tries++) {
            if (holds()) return;
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
        assert.fail(`waited in vain for ${what}; sent: ${codes().join()}`);
    }

    /** Everything that is under way comes to its end: nothing is sent afterwards. */
    async function quiet(): Promise<void> {
        for (let same = 0, before = -1; same < 20;) {
            await new Promise((resolve) => setTimeout(resolve, 10));
            same = before === octoprint.requestCount + sent.length ? same + 1 : 0;
            before = octoprint.requestCount + sent.length;
        }
    }

    describe('of files that are no products', () => {
        beforeEach(() => {
            for (const path of ['Queue/clear_bed.gcode', 'Queue/hook.gcode', 'hook.gcode'])
                octoprint.upload(path, { content: path });
        });
        const names = (): (string | null)[] => sent.map(({ filename }) => filename);

        it('are left out, found by the count or told of, and OctoPrint need not be asked about the camera', async () => {
            const one = source();
            await one.poll();
            octoprint.print('Queue/clear_bed.gcode', { silent: true, seconds: 8 });
            const time = octoprint.print('Queue/clear_bed.gcode', { silent: true, seconds: 9 });
            one.printDone('Queue/clear_bed.gcode', 'local', time, null);
            one.printDone('CLEAR_~1/clear_bed.gco', 'sdcard', 12.5, null);
            octoprint.print('hook.gcode', { silent: true });
            await one.poll();
            await until('the product', () => names().includes('hook.gcode'));
            await quiet();
            assert.deepEqual(names(), ['hook.gcode']);
            assert.deepEqual([...ledger.metaFrom('octoprint-told:')], []);
        });

        it('are those of the setting', async () => {
            leaveOut = ['queue/'];
            const one = source();
            await one.poll();
            for (const path of ['Queue/clear_bed.gcode', 'Queue/hook.gcode', 'hook.gcode'])
                octoprint.print(path, { silent: true });
            await one.poll();
            await quiet();
            assert.deepEqual(names(), ['hook.gcode']);
        });

        it('come from then on when they are taken off the list, and none of before', async () => {
            leaveOut = ['hook'];
            await source().poll();
            octoprint.print('hook.gcode', { silent: true });
            await restart();
            await source().poll();
            await quiet();
            leaveOut = [];
            await restart();
            const now = source();
            await now.poll();
            await quiet();
            assert.deepEqual(names(), []);
            octoprint.print('hook.gcode', { silent: true });
            await now.poll();
            await until('the print', () => names().length === 1);
            assert.deepEqual(codes(), [code('hook.gcode', 2)]);
        });

        it('are not in the whole history either', async () => {
            octoprint.print('Queue/clear_bed.gcode', { silent: true });
            octoprint.print('hook.gcode', { silent: true });
            startWith = 'all';
            await source().poll();
            await until('the product', () => names().length > 0);
            await quiet();
            assert.deepEqual(names(), ['hook.gcode']);
        });

        it('whose end was reported before it was left out is not taken after the restart', async () => {
            leaveOut = [];
            const before = source();
            await before.poll();
            await before.pause();
            before.printDone('gone.gcode', 'sdcard', 12.5, null);
            await until('the end on the disk', () => [...ledger.metaFrom('octoprint-told:')].length === 1);
            leaveOut = ['gone'];
            await restart();
            const now = source();
            await now.resume();
            await now.poll();
            await quiet();
            assert.deepEqual(names(), []);
            assert.deepEqual([...ledger.metaFrom('octoprint-told:')], []);
        });
    });

    describe('with a camera', () => {
        const shown = picture(1);
        beforeEach(() => {
            octoprint.picture = shown;
            octoprint.upload('hook.gcode', { content: 'hook' });
        });

        /** The prints of two ends that are told. */
        async function printed(address: string): Promise<Print[]> {
            camera = address;
            await restart();
            const one = source();
            await one.poll();
            for (const seconds of [7, 8]) {
                const time = octoprint.print('hook.gcode', { silent: true, seconds });
                one.printDone('hook.gcode', 'local', time, null);
                await until(`print ${seconds}`, () => sent.some(({ printSeconds }) => printSeconds === time));
            }
            return sent;
        }

        it('that asks for a login: it is in the address, and the picture is kept', async () => {
            octoprint.cameraLogin = 'viewer:p@ss';
            const prints = await printed(octoprint.url.replace('//', '//viewer:p%40ss@') + '/webcam/');
            for (const print of prints) assert.deepEqual((await sync.delivery.keptPictures.read(print))?.bytes, shown);
            assert.deepEqual(warnings, []);
        });

        it('that refuses, the print comes without its picture: one warning, and no secret in it', async () => {
            octoprint.cameraLogin = 'viewer:right';
            const prints = await printed(octoprint.url.replace('//', '//viewer:wrong-one@') + '/webcam/');
            assert.equal(prints.length, 2);
            for (const print of prints) assert.equal(await sync.delivery.keptPictures.read(print), null);
            assert.equal(warnings.length, 1);
            assert.match(warnings[0]!, /^The camera \(http:.*\) answered 401.*without its picture/);
            assert.ok(!warnings[0]!.includes('wrong-one'));
        });

        for (const [what, address] of [
            ['whose address is none', 'ftp://viewer:secret@camera.lan/'],
            ['that is off', 'http://127.0.0.1:9/snapshot.jpg'],
        ] as const)
            it(`${what}, the print comes all the same`, async () => {
                assert.equal((await printed(address)).length, 2);
                assert.equal(warnings.length, address.startsWith('ftp') ? 0 : 1);
            });
    });

    it('two ends of one file while the source is paused are two prints, each with its time', async () => {
        octoprint.upload('clip.gcode', { content: 'clip' });
        const one = source();
        await one.poll();
        await one.pause();
        const times = [60, 90].map((seconds) => {
            const time = octoprint.print('clip.gcode', { seconds });
            one.printDone('clip.gcode', 'local', time, null);
            return time;
        });
        await quiet();
        assert.deepEqual(codes(), []);
        await one.resume();
        await until('two prints', () => sent.length === 2);
        await quiet();
        assert.deepEqual(codes(), [code('clip', 1), code('clip', 2)]);
        assert.deepEqual(
            sent.map(({ printSeconds }) => printSeconds),
            times,
        );
    });

    it('an end reported just before the process died, and a print of the same file while it was down, are two prints', async () => {
        octoprint.upload('clip.gcode', { content: 'clip' });
        let one = source();
        await one.poll();
        await one.pause();
        octoprint.start('clip.gcode');
        const time = octoprint.finish('clip.gcode', { logLater: true });
        one.printDone('clip.gcode', 'local', time, null);
        await until('the end on the disk', () => [...ledger.metaFrom('octoprint-told:')].length === 1);
        await restart();
        octoprint.logLast();
        octoprint.print('clip.gcode', { silent: true, seconds: 90 });
        one = source();
        await one.resume();
        await one.poll();
        await until('two prints', () => sent.length === 2);
        await quiet();
        assert.deepEqual(codes(), [code('clip', 1), code('clip', 2)]);
        assert.equal(sent[0]!.printSeconds, time);
        assert.deepEqual([...ledger.metaFrom('octoprint-told:')], []);
    });

    it('a file moved or copied takes its history along: nothing comes twice, what is printed then comes once', async () => {
        octoprint.upload('lid.gcode', { content: 'lid' });
        const one = source();
        await one.poll();
        octoprint.print('lid.gcode');
        octoprint.print('lid.gcode');
        await one.poll();
        assert.equal(sent.length, 2);
        octoprint.move('lid.gcode', 'box/lid.gcode');
        one.fileChanged('lid.gcode');
        await quiet();
        octoprint.copy('box/lid.gcode', 'copy.gcode');
        await one.poll();
        await one.poll();
        await quiet();
        assert.equal(sent.length, 2);
        octoprint.print('box/lid.gcode', { silent: true });
        octoprint.print('copy.gcode', { silent: true });
        await one.poll();
        assert.equal(sent.length, 4);
        // and back, without a look in between
        octoprint.move('box/lid.gcode', 'lid.gcode');
        await one.poll();
        octoprint.print('lid.gcode', { silent: true });
        await one.poll();
        await quiet();
        assert.equal(sent.length, 5);
        assert.equal(new Set(codes()).size, 5);
        assert.deepEqual(new Set(sent.map(({ identity }) => identity)).size, 1);
    });

    it('a file moved while Node-RED is down, and printed before it is back, brings that one print', async () => {
        octoprint.upload('lid.gcode', { content: 'lid' });
        await source().poll();
        octoprint.print('lid.gcode');
        await restart();
        await source().poll();
        assert.equal(sent.length, 1);
        await end();
        octoprint.move('lid.gcode', 'a/lid.gcode');
        octoprint.print('a/lid.gcode', { silent: true, seconds: 77 });
        await open();
        await source().poll();
        assert.deepEqual(codes(), [code('lid', 1), code('lid', 2)]);
        assert.equal(sent[1]!.filename, 'a/lid.gcode');
    });

    it('one file moved to where another was deleted: each keeps its own count', async () => {
        octoprint.upload('a.gcode', { content: 'a' });
        octoprint.upload('b.gcode', { content: 'b' });
        const one = source();
        await one.poll();
        octoprint.print('a.gcode');
        octoprint.print('b.gcode');
        await one.poll();
        octoprint.remove('b.gcode');
        octoprint.move('a.gcode', 'b.gcode');
        await one.poll();
        octoprint.print('b.gcode');
        await one.poll();
        assert.deepEqual(codes().sort(), [code('a', 1), code('b', 1), code('a', 2)].sort());
    });

    it('a file that was gone before it was looked at is a print all the same, known by its path', async () => {
        const one = source();
        await one.poll();
        one.printDone('once.gcode', 'local', 61.5, null);
        await until('the print', () => sent.length === 1);
        assert.equal(sent[0]!.identity, 'filename:once.gcode');
        assert.equal(sent[0]!.printSeconds, 61.5);
    });

    describe('from the printer’s card', () => {
        const onCard = `octoprint-${hash8('sdcard:BOX/LID~1.GCO')}`;

        it('each end that is told is one print: known by its path, counted by us, with nothing but its time', async () => {
            const one = source();
            await one.poll();
            one.printDone('BOX/LID~1.GCO', 'sdcard', 61.5, null);
            // by the websocket and by a webhook
            one.printDone('BOX/LID~1.GCO', 'sdcard', 61.5, null);
            await until('the print', () => sent.length === 1);
            one.printDone('BOX/LID~1.GCO', 'sdcard', 62.5, null);
            await until('the next', () => sent.length === 2);
            await quiet();
            assert.deepEqual(codes(), [`${onCard}-1`, `${onCard}-2`]);
            const [print] = sent;
            assert.deepEqual(
                [print!.name, print!.filename, print!.contentHash, print!.identity],
                ['LID~1', 'BOX/LID~1.GCO', null, 'filename:BOX/LID~1.GCO'],
            );
            assert.deepEqual([print!.printSeconds, print!.weightGrams, print!.archive], [61.5, null, null]);
            assert.equal(print!.estimate.seconds, null);
            assert.equal(octoprint.requests.filter(({ url }) => url.includes('LID')).length, 0);
        });

        it('one that waits while the source is paused is not lost when the process ends', async () => {
            let one = source();
            await one.poll();
            await one.pause();
            one.printDone('LID~1.GCO', 'sdcard', 61.5, null);
            one.printDone('LID~1.GCO', 'sdcard', 62.5, null);
            await until('both on the disk', () => [...ledger.metaFrom('octoprint-told:')].length === 2);
            await restart();
            one = source();
            await one.poll();
            await one.resume();
            await until('both', () => sent.length === 2);
            await quiet();
            assert.deepEqual(
                sent.map(({ printSeconds }) => printSeconds),
                [61.5, 62.5],
            );
            await restart();
            await source().poll();
            await quiet();
            assert.equal(sent.length, 2);
        });

        it('a folder of uploads called sdcard is none', async () => {
            octoprint.upload('sdcard/LID.gcode', { content: 'lid' });
            const one = source();
            await one.poll();
            one.printDone('LID.gcode', 'sdcard', 61.5, null);
            await until('the print', () => sent.length === 1);
            octoprint.print('sdcard/LID.gcode', { silent: true });
            await one.poll();
            await one.poll();
            assert.deepEqual(codes(), [`octoprint-${hash8('sdcard:LID.gcode')}-1`, code('lid', 1)]);
        });
    });

    it('two sources of one OctoPrint in one store: each print once, whoever is told first', async () => {
        octoprint.upload('clip.gcode', { content: 'clip' });
        const [one, two] = [source('one'), source('two')];
        await Promise.all([one.poll(), two.poll()]);
        for (let n = 0; n < 5; n++) {
            const time = octoprint.print('clip.gcode');
            for (const each of [two, one]) {
                each.printStarted('clip.gcode');
                each.printDone('clip.gcode', 'local', time, null);
            }
            await Promise.all([one.poll(), two.poll()]);
        }
        one.printDone('LID.GCO', 'sdcard', 61.5, null);
        two.printDone('LID.GCO', 'sdcard', 61.5, null);
        await until('all', () => sent.length >= 6);
        await quiet();
        assert.equal(sent.length, 6);
        assert.equal(new Set(codes()).size, 6);
    });

    describe('at the first start after an earlier version', () => {
        const signal = new AbortController().signal;
        const PASS = { force: false, mode: 'all' } as const;
        const batches = (): string[] => [...inventree.state.stock.values()].map(({ batch }) => batch ?? '').sort();
        const state = (batch: string): string | undefined => ledger.print(batch)?.state;

        /** Part and stock, as their nodes make them; what is refused for good is parked. */
        async function throughSteps(print: Print): Promise<void> {
            const category = [...inventree.state.categories.keys()][0]!;
            const location = [...inventree.state.locations.keys()][0]!;
            const part = { category, ipnPrefix: 'BMB', name: null, description: null, keywords: '', link: null };
            const stock = { location, quantity: 1, status: 10, notes: null, deleteOnDeplete: true, ipnPrefix: 'BMB' };
            try {
                const { pk } = await partStep(sync.destination, print, { ...part, parameters: [] }, PASS, signal);
                await stockStep(sync.destination, print, pk, stock, PASS, signal);
            } catch (error) {
                await sync.delivery.park(print, 'stock', (error as Error).message);
            }
        }
        /** What there is was written by an earlier version. */
        async function upgrade(): Promise<void> {
            for (const { key } of [...ledger.metaFrom(EARLIER_UNTIL)]) await ledger.dropMeta(key);
            await restart();
            await new Promise((resolve) => setTimeout(resolve, 5));
        }
        const offered = (): Promise<void> =>
            until('all to be offered', () => ledger.meta(`${EARLIER_UNTIL}:source`) !== undefined);

        it('what was parked for a refusal or a foreign answer is offered once and comes into stock once', async () => {
            inventree.addCategory({ name: 'Prints' });
            inventree.addLocation({ name: 'Shelf' });
            steps = ['part', 'stock'];
            const place = inventree.url;
            const reasons: Record<string, string> = {
                refused: `InvenTree (${place}) answered 401 to POST /api/stock/: Invalid token. Is the token right?`,
                foreign: `InvenTree (${place}) answered 404 to POST /api/part/: a web page, "Bad gateway"`,
                right: `InvenTree (${place}) answered 403 to POST /api/stock/: no. The token lacks a right for this.`,
                stocked: `InvenTree (${place}) answered 403 to POST /api/stock/: no. The token lacks a right for this.`,
                own: `InvenTree (${place}) answered 400 to POST /api/stock/: location: Invalid pk "9"`,
            };
            const names = Object.keys(reasons);
            for (const name of names) octoprint.upload(`${name}.gcode`, { content: name });
            handle = async (print) => {
                const name = print.filename!.replace('.gcode', '');
                if (name !== 'stocked') return sync.delivery.park(print, 'stock', reasons[name]!);
                // its answer was lost, and the earlier version did not look
                await throughSteps(print);
                const { stockPk: _pk, ...record } = ledger.print(print.batch)!;
                await ledger.setPrintDurable({
                    ...record,
                    state: 'parked',
                    reason: reasons[name]!,
                    print: { ...print, archive: null },
                });
            };
            const before = source();
            await before.poll();
            for (const name of names) octoprint.print(`${name}.gcode`, { silent: true });
            await before.poll();
            await until('all to be parked', () => [...ledger.parked()].length === names.length);
            assert.deepEqual(batches(), [code('stocked', 1)]);

            sent.length = 0;
            handle = throughSteps;
            await upgrade();
            await source().poll();
            await offered();
            const good = ['refused', 'foreign', 'right', 'stocked'].map((name) => code(name, 1)).sort();
            await until('all to be in stock', () => good.every((batch) => state(batch) === 'done'));
            await quiet();
            assert.deepEqual(codes().sort(), good);
            assert.deepEqual(batches(), good);
            assert.equal(state(code('own', 1)), 'parked');
            assert.equal(ledger.print(code('own', 1))?.reason, reasons['own']);

            sent.length = 0;
            await restart();
            await source().poll();
            await quiet();
            assert.deepEqual(codes(), []);
        });

        it('what is refused again stays parked with the new words, and is not offered at the next start', async () => {
            steps = ['part', 'stock'];
            octoprint.upload('clip.gcode', { content: 'clip' });
            const batch = code('clip', 1);
            handle = (print) =>
                sync.delivery.park(print, 'stock', `InvenTree (${inventree.url}) answered 403 to POST /api/stock/: no`);
            const before = source();
            await before.poll();
            octoprint.print('clip.gcode', { silent: true });
            await before.poll();
            await until('it to be parked', () => state(batch) === 'parked');

            handle = (print) => sync.delivery.park(print, 'stock', 'refused with new words');
            await upgrade();
            await source().poll();
            await offered();
            await until('the new words', () => ledger.print(batch)?.reason === 'refused with new words');
            await restart();
            await source().poll();
            await quiet();
            assert.deepEqual(codes(), [batch, batch]);
            assert.equal(state(batch), 'parked');
        });
    });
});
