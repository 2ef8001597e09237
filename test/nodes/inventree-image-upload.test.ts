import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Delivery } from '../../lib/delivery/delivery';
import { PoisonedError } from '../../lib/delivery/retry/retry-while-unavailable';
import { UnavailableError } from '../../lib/http/errors';
import { jsonAnswer } from '../simulators/simulator';
import { NodeFixture } from './fixture';
import { ALL, line, manualPrint } from './flow';

describe('inventree-image-upload', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(async () => {
        sinon.restore();
        await fixture.close();
    });

    /** A print of the source, sent by hand. */
    const printed = (archiveId: number, changes: Record<string, unknown> = {}): Record<string, unknown> =>
        manualPrint({ source: 'bambuddy', archiveId, batch: `bambuddy-${archiveId}`, ...changes });
    const deploy = (overwrite?: boolean, key?: string): Promise<void> =>
        fixture.deploy(
            line(fixture, ['part', 'image'], { image: overwrite === undefined ? {} : { overwrite } }),
            key === undefined ? {} : { bambuddy: { apiKey: key } },
        );
    const imageOf = (pk: number): string | null => fixture.inventree.state.parts.get(pk)!.image;

    it("gives a new Part the print's thumbnail, once", async () => {
        await deploy();
        const { archiveId } = fixture.bambuddy.print();
        const payload = printed(archiveId);
        const msg = await fixture.through('part', { payload });
        assert.deepEqual(msg['image'], { uploaded: true, reason: 'uploaded' });
        assert.equal(fixture.status('image'), 'green dot uploaded');
        assert.notEqual(imageOf(1), null);
        const again = await fixture.through('part', { payload });
        assert.deepEqual(again['image'], { uploaded: false, reason: 'known' });
        assert.equal(fixture.status('image'), 'grey dot image already set');
        assert.equal(fixture.inventree.count('PATCH', /^\/api\/part\//), 1);
    });

    for (const overwrite of [undefined, false, true]) {
        it(`a Part with an image of a person's ${overwrite === true ? 'gets another' : 'keeps it'}, overwrite ${String(overwrite)}`, async () => {
            const { archiveId } = fixture.bambuddy.print();
            const { pk } = fixture.inventree.addPart({ name: 'Vase', category: fixture.category });
            fixture.inventree.person.setImage(pk);
            const own = imageOf(pk);
            await fixture.deploy(line(fixture, ['image'], { image: overwrite === undefined ? {} : { overwrite } }));
            const msg = await fixture.through('image', { payload: printed(archiveId), part: { pk } });
            if (overwrite === true) {
                assert.deepEqual(msg['image'], { uploaded: true, reason: 'uploaded' });
                assert.notEqual(imageOf(pk), own);
                assert.equal(fixture.inventree.state.violations.splice(0).length, 1, 'that is what it is told to do');
            } else {
                assert.deepEqual(msg['image'], { uploaded: false, reason: 'kept' });
                assert.equal(fixture.status('image'), 'grey dot existing image kept');
                assert.equal(imageOf(pk), own);
            }
        });
    }

    it('a print without a picture, or of another source, is no error', async () => {
        await deploy();
        const { archiveId } = fixture.bambuddy.print({ thumbnail: false });
        for (const payload of [printed(archiveId), printed(999), manualPrint()]) {
            const msg = await fixture.through('part', { payload });
            assert.deepEqual(msg['image'], { uploaded: false, reason: 'none' });
            assert.equal(fixture.status('image'), 'grey dot no thumbnail');
        }
        assert.equal(fixture.at('caught').length, 0);
    });

    it('a key that Bambuddy refuses: one warning naming Bambuddy, the stock stands and the picture waits', async () => {
        fixture.secrets.push('bb_wrong_key_12345');
        const { archiveId } = fixture.bambuddy.print();
        await fixture.deploy(line(fixture, ['part', 'stock', 'image']), { bambuddy: { apiKey: 'bb_wrong_key_12345' } });
        fixture.send('part', { payload: printed(archiveId) });
        await fixture.showing('image', 'red ring Bambuddy refused');
        assert.equal(fixture.warnings('bambuddy').length, 1);
        assert.match(fixture.warnings('bambuddy')[0]!, /Bambuddy \(http.*answered 401.*API key/);
        assert.deepEqual(fixture.batches(), [`bambuddy-${archiveId}`]);
        assert.equal(fixture.ledger().print(`bambuddy-${archiveId}`)?.image, undefined);
        assert.equal(fixture.at('caught').length, 0);
    });

    /** Bambuddy refuses the picture to whoever makes the Part, and the image node gets this. */
    const rejects = (error: Error): void => {
        refuses();
        sinon.stub(Delivery.prototype, 'pictureOf').rejects(error);
    };
    const refuses = (): void => {
        const refusal = jsonAnswer(403, { detail: "API key does not have 'can_read_status' permission" });
        fixture.bambuddy.interfere = ({ url }) => (/thumbnail/.test(url) ? refusal : undefined);
    };
    const poisoned = new PoisonedError(8, new UnavailableError('a web page answered', { server: 'Bambuddy' }));
    const broken: [string, () => void][] = [
        ['Bambuddy refuses it', refuses],
        ['others go through while it never does', (): void => rejects(poisoned)],
        ['nobody foresaw what is wrong with it', (): void => rejects(new TypeError('not iterable'))],
    ];
    for (const [what, breakIt] of broken) {
        it(`a picture that fails for good, because ${what}: an error, and the print goes on to its link and is done`, async () => {
            await fixture.deploy(line(fixture, ALL));
            const { archiveId } = fixture.bambuddy.print();
            breakIt();
            await fixture.ask({ action: 'backfill' });
            const [msg] = await fixture.messages('out', 1);
            assert.deepEqual(msg!['image'], { uploaded: false, reason: 'failed' });
            assert.equal((msg!['link'] as { written: boolean }).written, true);
            assert.equal(fixture.at('caught').length, 1);
            assert.match(fixture.status('image'), /^red /);
            const record = fixture.ledger().print(`bambuddy-${archiveId}`)!;
            assert.deepEqual([record.state, record.image, record.link], ['done', 'failed', 'done']);
        });
    }

    it('a message without a Part: an error, and it goes on all the same', async () => {
        await fixture.deploy(line(fixture, ['image']));
        const msg = await fixture.through('image', { payload: manualPrint() });
        assert.deepEqual(msg['image'], { uploaded: false, reason: 'failed' });
        assert.equal(fixture.at('caught').length, 1);
        assert.equal(fixture.status('image'), 'red dot no part in msg');
    });
});
