import assert from 'node:assert/strict';
import { Bench } from './bench';
import { line, manualPrint } from './flow';

describe('inventree-image-upload', () => {
    const bench = new Bench();
    beforeEach(() => bench.open());
    afterEach(() => bench.close());

    /** A print of the source, sent by hand. */
    const printed = (archiveId: number, changes: Record<string, unknown> = {}): Record<string, unknown> =>
        manualPrint({ source: 'bambuddy', archiveId, batch: `bambuddy-${archiveId}`, ...changes });
    const deploy = (overwrite?: boolean, key?: string): Promise<void> =>
        bench.deploy(
            line(bench, ['part', 'image'], { image: overwrite === undefined ? {} : { overwrite } }),
            key === undefined ? {} : { bambuddy: { apiKey: key } },
        );
    const imageOf = (pk: number): string | null => bench.inventree.state.parts.get(pk)!.image;

    it("gives a new Part the print's thumbnail, once", async () => {
        await deploy();
        const { archiveId } = bench.bambuddy.print();
        const payload = printed(archiveId);
        const msg = await bench.through('part', { payload });
        assert.deepEqual(msg['image'], { uploaded: true, reason: 'uploaded' });
        assert.equal(bench.status('image'), 'green dot uploaded');
        assert.notEqual(imageOf(1), null);
        const again = await bench.through('part', { payload });
        assert.deepEqual(again['image'], { uploaded: false, reason: 'known' });
        assert.equal(bench.status('image'), 'grey dot image already set');
        assert.equal(bench.inventree.count('PATCH', /^\/api\/part\//), 1);
    });

    for (const overwrite of [undefined, false, true]) {
        it(`a Part with an image of a person's ${overwrite === true ? 'gets another' : 'keeps it'}, overwrite ${String(overwrite)}`, async () => {
            const { archiveId } = bench.bambuddy.print();
            const { pk } = bench.inventree.addPart({ name: 'Vase', category: bench.category });
            bench.inventree.person.setImage(pk);
            const own = imageOf(pk);
            await bench.deploy(line(bench, ['image'], { image: overwrite === undefined ? {} : { overwrite } }));
            const msg = await bench.through('image', { payload: printed(archiveId), part: { pk } });
            if (overwrite === true) {
                assert.deepEqual(msg['image'], { uploaded: true, reason: 'uploaded' });
                assert.notEqual(imageOf(pk), own);
                assert.equal(bench.inventree.state.violations.splice(0).length, 1, 'that is what it is told to do');
            } else {
                assert.deepEqual(msg['image'], { uploaded: false, reason: 'kept' });
                assert.equal(bench.status('image'), 'grey dot existing image kept');
                assert.equal(imageOf(pk), own);
            }
        });
    }

    it('a print without a picture, or of another source, is no error', async () => {
        await deploy();
        const { archiveId } = bench.bambuddy.print({ thumbnail: false });
        for (const payload of [printed(archiveId), printed(999), manualPrint()]) {
            const msg = await bench.through('part', { payload });
            assert.deepEqual(msg['image'], { uploaded: false, reason: 'none' });
            assert.equal(bench.status('image'), 'grey dot no thumbnail');
        }
        assert.equal(bench.at('caught').length, 0);
    });

    it('a key that Bambuddy refuses: one warning naming Bambuddy, the stock stands and the picture waits', async () => {
        bench.secrets.push('bb_wrong_key_12345');
        const { archiveId } = bench.bambuddy.print();
        await bench.deploy(line(bench, ['part', 'stock', 'image']), { bambuddy: { apiKey: 'bb_wrong_key_12345' } });
        bench.send('part', { payload: printed(archiveId) });
        await bench.showing('image', 'red ring Bambuddy refused');
        assert.equal(bench.warnings('bambuddy').length, 1);
        assert.match(bench.warnings('bambuddy')[0]!, /Bambuddy \(http.*answered 401.*API key/);
        assert.deepEqual(bench.batches(), [`bambuddy-${archiveId}`]);
        assert.equal(bench.ledger().print(`bambuddy-${archiveId}`)?.image, undefined);
        assert.equal(bench.at('caught').length, 0);
    });
});
