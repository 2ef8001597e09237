import assert from 'node:assert/strict';
import { NodeFixture } from './fixture';
import { line, manualPrint } from './flow';

describe('inventree-image-upload', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

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
});
