import assert from 'node:assert/strict';
import type { Candidate } from '../../../../../lib/sources/bambuddy/import/classifier';
import { Poll, type PollSettings } from '../../../../../lib/sources/bambuddy/import/poll';
import { Fixture, type FixtureOptions } from '../../../fixture';

const at = (minute: number, day = 20): string =>
    `2026-11-${day}T${String(8 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00Z`;

describe('the poll for finished prints', () => {
    let fixture: Fixture;
    const open = async (options: FixtureOptions = {}): Promise<void> => void (fixture = await Fixture.open(options));

    afterEach(() => fixture.close());

    const settings: PollSettings = { id: 'source', startWith: 'now', successOnly: true, pageSize: 5 };

    /** One look; what is considered is accepted, as the source does it. @returns archive and run of each that was new */
    async function look(change: Partial<PollSettings> = {}): Promise<string[]> {
        const intake = fixture.intake();
        const found: string[] = [];
        const consider = async (candidate: Candidate): Promise<true> => {
            const classification = await intake.classifier.classify(candidate, fixture.signal);
            if (classification.kind === 'print') {
                await intake.acceptance.accept(classification.print, classification.first, ['part', 'stock']);
                found.push(classification.print.batch);
            } else if (classification.kind !== 'known') await intake.acceptance.remember(classification);
            return true;
        };
        await new Poll(fixture.sync, intake, { ...settings, ...change }).run(consider, fixture.signal);
        return found;
    }

    const print = (minute: number, options: Parameters<Fixture['printed']>[0] = {}): number =>
        fixture.bambuddy.print({ startedAt: at(minute), seconds: 60, ...options }).archiveId;

    describe('with a print log', () => {
        beforeEach(() => open());

        it('from now on: what was there is not taken, what comes is', async () => {
            for (let i = 0; i < 7; i++) print(i);
            assert.deepEqual(await look(), []);
            const next = print(10);
            assert.deepEqual(await look(), [`bambuddy-${next}`]);
            assert.deepEqual(await look(), []);
        });

        it('from now on, in an empty server, takes the first print', async () => {
            assert.deepEqual(await look(), []);
            assert.deepEqual(await [print(1), look()][1], ['bambuddy-1']);
        });

        it('"now" is remembered before anything is looked at: a crash moves it no further', async () => {
            print(1);
            fixture.bambuddy.interfere = (request) => {
                // the second request is the look itself
                if (fixture.bambuddy.requestCount > 1) throw new Error(`not this far: ${request.url}`);
                return undefined;
            };
            const closing = new AbortController();
            fixture.clock.sleep = () => {
                closing.abort();
                return Promise.reject(new Error('closed'));
            };
            Object.assign(fixture, { signal: closing.signal });
            await assert.rejects(look());
            Object.assign(fixture, { signal: new AbortController().signal });
            fixture.bambuddy.interfere = undefined;
            const next = print(2);
            await fixture.restart();
            assert.deepEqual(await look(), [`bambuddy-${next}`]);
        });

        it('with the whole history: oldest first, whatever the page size', async () => {
            const all = [30, 5, 17, 2, 44, 23, 8].map((minute) => [minute, print(minute)] as const);
            all.sort(([a], [b]) => a - b);
            const expected = all.map(([, archive]) => `bambuddy-${archive}`);
            assert.deepEqual(await look({ startWith: 'all', pageSize: 2 }), expected);
        });

        it('an idle look is one request, whatever the size of the history', async () => {
            for (let i = 0; i < 20; i++) print(i * 30);
            await look({ startWith: 'all' });
            const before = fixture.bambuddy.requestCount;
            await look();
            assert.equal(fixture.bambuddy.requestCount - before, 1);
        });

        it('a row that was written late, with an end before the newest one’s, is found', async () => {
            print(1);
            await look();
            const late = print(10, { logged: false });
            const early = print(12);
            assert.deepEqual(await look(), [`bambuddy-${early}`]);
            fixture.bambuddy.logRun(late);
            assert.deepEqual(await look(), [`bambuddy-${late}`]);
        });

        it('rows of the same second are all found, though one came after the look', async () => {
            await look();
            const one = print(5);
            assert.deepEqual(await look(), [`bambuddy-${one}`]);
            const two = print(5, { filename: 'b.3mf' });
            assert.deepEqual(await look(), [`bambuddy-${two}`]);
        });

        it('a print that began before "now" and ends after it is taken', async () => {
            const { archiveId } = fixture.bambuddy.start({ startedAt: at(0) });
            print(30);
            await look();
            fixture.bambuddy.finish(archiveId, { completedAt: at(60) });
            assert.deepEqual(await look(), [`bambuddy-${archiveId}`]);
        });

        it('a reprint of an archive from before is taken, the run before it not', async () => {
            const archive = print(1);
            await look();
            const { runId } = fixture.bambuddy.print({ archive, startedAt: at(30), seconds: 60 });
            const [batch, ...others] = await look();
            assert.equal(others.length, 0);
            assert.ok([`bambuddy-${archive}`, `bambuddy-${archive}-${runId}`].includes(batch!));
            assert.equal(fixture.ledger.print(batch!)?.startedAt?.slice(0, 19), at(30).slice(0, 19));
        });

        it('a log that was cleared and numbered again loses nothing and doubles nothing', async () => {
            const first = print(1);
            assert.deepEqual(await look({ startWith: 'all' }), [`bambuddy-${first}`]);
            fixture.bambuddy.clearLog();
            const { runId } = fixture.bambuddy.print({ archive: first, startedAt: at(50), seconds: 60 });
            assert.equal(runId, 1);
            assert.deepEqual(await look(), [`bambuddy-${first}-1`]);
            assert.deepEqual(await look(), []);
            assert.equal(fixture.ledger.printOfRun('bambuddy', first, at(1))?.batch, `bambuddy-${first}`);
        });

        it('an archive id that is given again is another print', async () => {
            const first = print(1);
            await look({ startWith: 'all' });
            fixture.bambuddy.purge(first);
            const second = print(50, { filename: 'another.3mf' });
            assert.equal(second, first);
            const [batch] = await look();
            assert.ok(batch !== undefined && batch !== `bambuddy-${first}`, batch);
        });

        it('an archive whose id is given again between the log and the archive does not get the run of before', async () => {
            await look();
            const first = print(1);
            let purged = false;
            fixture.bambuddy.interfere = ({ url }) => {
                if (purged || !url.endsWith(`/archives/${first}`)) return undefined;
                purged = true;
                fixture.bambuddy.purge(first);
                assert.equal(print(50, { filename: 'another.3mf' }), first);
                return undefined;
            };
            assert.deepEqual(await look(), []);
            assert.ok(purged);
            assert.equal(fixture.ledger.printOfRun('bambuddy', first, at(1))?.state, 'skipped');
            assert.equal((await look()).length, 1);
            assert.equal(fixture.ledger.printOfRun('bambuddy', first, at(50))?.state, 'accepted');
        });

        it('rows without an archive, and those whose archive is gone, hold nothing up and are asked for once', async () => {
            await look();
            fixture.bambuddy.addRun({ archive_id: null, started_at: at(1).slice(0, 19) });
            const gone = print(2);
            fixture.bambuddy.softDelete(gone);
            const next = print(3);
            assert.deepEqual(await look(), [`bambuddy-${next}`]);
            assert.equal(fixture.ledger.counts().skipped, 1);
            const before = fixture.bambuddy.count('GET', new RegExp(`archives/${gone}$`));
            await look();
            assert.equal(fixture.bambuddy.count('GET', new RegExp(`archives/${gone}$`)), before);
        });

        it('failed prints are not taken', async () => {
            await look();
            print(1, { status: 'failed' });
            print(2, { status: 'cancelled' });
            assert.deepEqual(await look(), []);
            assert.deepEqual(await look({ successOnly: false }), []);
        });

        it('goes on where it was after the process ended in the middle of a page', async () => {
            await look();
            const all = [1, 2, 3, 4].map((minute) => print(minute));
            let n = 0;
            const intake = fixture.intake();
            const poll = new Poll(fixture.sync, intake, settings);
            const crash = async (candidate: Candidate): Promise<true> => {
                if (++n > 2) throw new Error('the process ends');
                const classification = await intake.classifier.classify(candidate, fixture.signal);
                if (classification.kind === 'print')
                    await intake.acceptance.accept(classification.print, classification.first, ['part']);
                return true;
            };
            await assert.rejects(poll.run(crash, fixture.signal), /process ends/);
            await fixture.restart();
            assert.deepEqual(
                await look(),
                all.slice(2).map((archive) => `bambuddy-${archive}`),
            );
        });

        it('an outage of Bambuddy is waited out', async () => {
            await look();
            const next = print(1);
            let left = 20;
            fixture.bambuddy.interfere = () => (left-- > 0 ? { at: 'before', kind: 503 } : undefined);
            assert.deepEqual(await look(), [`bambuddy-${next}`]);
        });
    });

    describe('on servers without a print log', () => {
        beforeEach(() => open({ printLog: false }));

        it('from now on: what was there is not taken, what comes is, once', async () => {
            print(1);
            fixture.bambuddy.addArchive({ name: 'only uploaded', createdAt: at(0), completedAt: at(0) });
            assert.deepEqual(await look(), []);
            const next = print(10);
            assert.deepEqual(await look(), [`bambuddy-${next}`]);
            assert.deepEqual(await look(), []);
        });

        it('a print that was under way at "now" is taken when it ends', async () => {
            const { archiveId } = fixture.bambuddy.start({ startedAt: at(1) });
            assert.deepEqual(await look(), []);
            fixture.bambuddy.finish(archiveId, { completedAt: at(30) });
            assert.deepEqual(await look(), [`bambuddy-${archiveId}`]);
        });

        it('a long print behind newer ones is found', async () => {
            const { archiveId } = fixture.bambuddy.start({ startedAt: at(0, 17) });
            print(1);
            await look();
            const newer = print(30);
            assert.deepEqual(await look(), [`bambuddy-${newer}`]);
            fixture.bambuddy.finish(archiveId, { completedAt: at(60) });
            assert.deepEqual(await look(), [`bambuddy-${archiveId}`]);
        });

        it('a reprint, which has the same row, is taken', async () => {
            const archive = print(1);
            assert.deepEqual(await look({ startWith: 'all' }), [`bambuddy-${archive}`]);
            fixture.bambuddy.print({ archive, startedAt: at(50), seconds: 60 });
            assert.equal((await look()).length, 1);
            assert.deepEqual(await look(), []);
        });
    });
});
