import assert from 'node:assert/strict';
import { newestPrint } from '../../../lib/admin/dialogs/newest-print';
import { PictureCache } from '../../../lib/admin/sidebar/picture-cache';
import { ImageToken } from '../../../lib/clients/bambuddy/image-token';
import { isFresh, pauseLeft } from '../../../lib/concurrency/clock';
import { Cooldown } from '../../../lib/webhook/outbox/cooldown';
import { Fixture } from '../fixture';

const DAY_MS = 24 * 3600_000;

describe('a clock that is set back by a day', () => {
    let time: number;
    const now = (): number => time;
    const setBack = (): void => void (time -= DAY_MS);

    beforeEach(() => {
        time = Date.parse('2026-11-22T12:00:00Z');
    });

    it('makes no pause longer, and nothing of before fresh', () => {
        assert.equal(pauseLeft(time, 1000, time + 400), 600);
        assert.equal(pauseLeft(time, 1000, time - DAY_MS), 1000);
        assert.equal(isFresh(time, 1000, time + 999), true);
        assert.equal(isFresh(time, 1000, time + 1000), false);
        assert.equal(isFresh(time, 1000, time - DAY_MS), false);
    });

    it('does not prolong the token for pictures', async () => {
        let minted = 0;
        const token = new ImageToken(() => Promise.resolve(`token-${++minted}`), now);
        assert.equal(await token.get(), 'token-1');
        assert.equal(await token.get(), 'token-1');
        setBack();
        assert.equal(await token.get(), 'token-2');
    });

    it('silences no topic of a webhook', () => {
        const cooldown = new Cooldown(60_000);
        assert.equal(cooldown.take('PrintDone', 'x1', now()), true);
        assert.equal(cooldown.take('PrintDone', 'x1', now()), false);
        setBack();
        assert.equal(cooldown.take('PrintDone', 'x1', now()), true);
    });

    describe('with a print in Bambuddy', () => {
        let fixture: Fixture;

        beforeEach(async () => {
            fixture = await Fixture.open();
        });
        afterEach(() => fixture.close());

        it('keeps the preview of a dialog no longer than a minute', async () => {
            fixture.bambuddy.print({ name: 'Older', startedAt: new Date('2026-11-22T08:00:00Z'), seconds: 600 });
            assert.equal((await newestPrint(fixture.sync, 5000, now))?.name, 'Older');
            fixture.bambuddy.print({ name: 'Newer', startedAt: new Date('2026-11-22T10:00:00Z'), seconds: 600 });
            assert.equal((await newestPrint(fixture.sync, 5000, now))?.name, 'Older');
            setBack();
            assert.equal((await newestPrint(fixture.sync, 5000, now))?.name, 'Newer');
        });

        it('keeps no picture of the sidebar longer than before', async () => {
            const print = await fixture.printed();
            const record = fixture.ledger.print(print.batch)!;
            const pictures = new PictureCache(now);
            const from = fixture.sync.delivery.printSource(record.source)!;
            const read = () => pictures.of(print.batch, () => from.thumbnail(record, AbortSignal.timeout(5000)));
            const asked = (): number => fixture.bambuddy.count('GET', /thumbnail/);
            await read();
            const first = asked();
            await read();
            assert.equal(asked(), first);
            setBack();
            await read();
            assert.ok(asked() > first);
        });
    });
});
