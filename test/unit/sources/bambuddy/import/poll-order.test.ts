import assert from 'node:assert/strict';
import type { SourceSettings } from '../../../../../lib/sources/bambuddy/source';
import { Flow } from '../../../flow';
import { Fixture } from '../../../fixture';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.parse('2026-11-20T08:00:00Z');

/** By end (the only order there is), and by start unless another order is asked for. */
for (const version of ['1.2.5.2', '1.2.5.7'])
    describe(`the order of the print log is never trusted (Bambuddy ${version})`, () => {
        let fixture: Fixture;
        let flow: Flow;

        async function open(settings: Partial<SourceSettings> = {}): Promise<void> {
            fixture = await Fixture.open({ version });
            flow = new Flow(fixture, { startWith: 'now', pageSize: 50, ...settings });
        }

        afterEach(() => flow.end());

        /** As after a deploy or a kill: only what is on the disk is known. */
        async function restart(settings: Partial<SourceSettings> = {}): Promise<void> {
            await flow.source.close();
            await flow.idle();
            await fixture.restart();
            flow = new Flow(fixture, { startWith: 'now', pageSize: 50, ...settings });
        }

        const print = (endMinute: number, seconds = 60): number =>
            fixture.bambuddy.print({ startedAt: new Date(T0 + endMinute * MINUTE - seconds * 1000), seconds })
                .archiveId;
        const batches = (): string[] => [...fixture.inventree.state.stock.values()].map(({ batch }) => batch!).sort();
        const codes = (archives: number[]): string[] => archives.map((archive) => `bambuddy-${archive}`).sort();

        /** 70 prints; one of 71 hours ends in the middle of them, and began before all others. */
        function seventy(): number[] {
            return Array.from({ length: 70 }, (_, n) => print(60 + n * 10, n === 30 ? 71 * 3600 : 60));
        }

        for (const stop of [1, 10, 30, 45, 51, 60])
            it(`70 prints, one of 71 hours, stopped in the middle of a look after ${stop}: none is lost, none doubled`, async () => {
                await open();
                print(0);
                await flow.poll();
                const all = seventy();
                let sent = 0;
                const { handle } = flow;
                flow.handle = async (each, pass) => {
                    if (++sent === stop) void flow.source.close();
                    await handle(each, pass);
                };
                await flow.poll().catch(() => undefined);
                await restart();
                await flow.poll();
                assert.deepEqual(batches(), codes(all));
            });

        it('broken off by a server that fails after the first page: none is lost', async () => {
            await open();
            print(0);
            await flow.poll();
            const all = seventy();
            let pages = 0;
            fixture.bambuddy.interfere = ({ url }) => {
                if (!url.includes('/print-log/') || ++pages < 3) return undefined;
                void flow.source.close();
                return { at: 'before', kind: 500 };
            };
            await flow.poll().catch(() => undefined);
            fixture.bambuddy.interfere = undefined;
            await restart();
            await flow.poll();
            assert.deepEqual(batches(), codes(all));
        });

        it('"from now on" is the print that ended last, not the one that began last', async () => {
            await open();
            print(0);
            // began days before and ended last
            print(300, 71 * 3600);
            await flow.poll();
            assert.equal(fixture.ledger.cursor('source')?.start?.slice(0, 16), '2026-11-20T13:00');
            const next = print(310);
            await flow.poll();
            assert.deepEqual(flow.sent, [`bambuddy-${next}`]);
        });

        it('a print of days that ends after 60 newer starts is taken at once, by one request', async () => {
            await open({ pageSize: 10 });
            const { archiveId } = fixture.bambuddy.start({ startedAt: new Date(T0 - 71 * HOUR) });
            for (let n = 0; n < 60; n++) print(n);
            await flow.poll();
            fixture.bambuddy.finish(archiveId, { completedAt: new Date(T0 + 61 * MINUTE) });
            const from = fixture.bambuddy.count('GET', /print-log\/$/);
            await flow.poll();
            assert.deepEqual(flow.sent, [`bambuddy-${archiveId}`]);
            assert.equal(fixture.bambuddy.count('GET', /print-log\/$/) - from, 1);
        });

        it('the newest few of the history are those that ended last', async () => {
            await open();
            const long = print(300, 71 * 3600);
            const others = [10, 20, 30].map((minute) => print(minute));
            await flow.backfill({ max: 2 });
            await flow.idle();
            assert.deepEqual(batches(), codes([long, others[2]!]));
        });

        it('an idle look is one request, though the log is long', async () => {
            await open();
            for (let n = 0; n < 200; n++) print(n, n % 20 === 0 ? 71 * 3600 : 60);
            await flow.poll();
            for (let n = 0; n < 3; n++) {
                const from = fixture.bambuddy.requestCount;
                await flow.poll();
                assert.equal(fixture.bambuddy.requestCount - from, 1);
            }
            assert.deepEqual(flow.sent, []);
        });

        it('more prints than a page, all with starts and ends crossed, come once each', async () => {
            await open({ pageSize: 7 });
            print(0);
            await flow.poll();
            const all = Array.from({ length: 40 }, (_, n) => print(20 + ((n * 17) % 40), 60 + ((n * 29) % 40) * 3600));
            await flow.poll();
            await flow.poll();
            assert.deepEqual(batches(), codes(all));
            assert.equal(flow.sent.length, 40);
        });
    });
