import assert from 'node:assert/strict';
import { RejectedError } from '../../../../lib/http/errors';
import { imageStep, type ImageResult } from '../../../../lib/destinations/inventree/image-step';
import type { PartResult } from '../../../../lib/destinations/inventree/part/part-step';
import { printOf, type Pass, type Print } from '../../../../lib/print/print';
import { picture } from '../../../simulators/bambuddy';
import { FORCE, once, PASS, Workshop } from '../../workshop';

for (const apiVersion of [388, 479]) {
    describe(`the image of a Part (API ${apiVersion})`, () => {
        let shop: Workshop;
        beforeEach(async () => void (shop = await Workshop.open({ apiVersion })));
        afterEach(async () => {
            assert.deepEqual(shop.inventree.state.violations, []);
            await shop.close();
        });

        const give = (print: Print, part: PartResult, overwrite = false, pass: Pass = PASS): Promise<ImageResult> =>
            imageStep(shop.sync.destination, print, part, { overwrite }, pass, shop.signal);
        /** with the Part's own POST, or after it; fields of forms are texts */
        const uploads = (): number =>
            shop.inventree.requests.filter(
                ({ method, url, body }) =>
                    url.startsWith('/api/part/') &&
                    (method === 'PATCH' ||
                        (method === 'POST' && (body as Record<string, unknown> | null)?.['purchaseable'] === 'false')),
            ).length;
        const shown = (part: { pk: number }): Buffer | undefined => {
            const { image } = shop.inventree.state.parts.get(part.pk)!;
            return image === null ? undefined : shop.inventree.state.media.get(image);
        };

        it('is the print’s thumbnail', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            assert.deepEqual(await give(print, part), { uploaded: true, reason: 'uploaded' });
            assert.deepEqual(shown(part), picture(print.archiveId!));
            assert.equal(shop.ledger.print(print.batch)?.image, 'done');
        });

        it('is the plate’s own picture where a plate is known', async () => {
            const print = await shop.printed({ plates: 2, plate: 2 });
            const part = await shop.part(print);
            await give(print, part);
            assert.deepEqual(shown(part), picture(print.archiveId! * 7 + 2));
        });

        it('is the archive’s where the plate has none of its own', async () => {
            const print = await shop.printed({ plate: 1 });
            const odd = { ...print, plate: 5 };
            await give(odd, await shop.part(odd));
            const part = await shop.part(print);
            assert.deepEqual(shown(part), picture(print.archiveId!));
        });

        it('goes with the Part’s own POST: nothing is left to do for the image node', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            assert.deepEqual(shown(part), picture(print.archiveId!));
            const writes = shop.inventreeWrites;
            const asked = shop.bambuddy.requestCount;
            assert.deepEqual(await give(print, part), { uploaded: true, reason: 'uploaded' });
            assert.deepEqual(await give(print, { ...part, created: false }), { uploaded: false, reason: 'known' });
            assert.deepEqual([shop.inventreeWrites, shop.bambuddy.requestCount], [writes, asked]);
        });

        it('is asked for after the Part is made where Bambuddy did not give it then', async () => {
            const print = await shop.printed();
            shop.bambuddy.interfere = once('GET', /thumbnail/, { at: 'before', kind: 503 });
            const part = await shop.part(print);
            assert.equal(shown(part), undefined);
            assert.equal((await give(print, part)).reason, 'uploaded');
            assert.deepEqual(shown(part), picture(print.archiveId!));
        });

        it('does not come where no image node waits for the print', async () => {
            const print = await shop.printed();
            await shop.ledger.changePrint(print.batch, { want: ['part', 'stock', 'link'] });
            const asked = shop.bambuddy.requestCount;
            assert.equal((await shop.part(print)).image, null);
            assert.equal(shop.bambuddy.requestCount, asked);
        });

        it('is ours where the answer to the Part’s POST was lost', async () => {
            const print = await shop.printed();
            shop.inventree.interfere = once('POST', /^\/api\/part\/$/, { at: 'after', kind: 'reset' });
            const part = await shop.part(print);
            assert.equal(shop.inventree.state.parts.size, 1);
            assert.equal((await give(print, part)).reason, 'known');
            assert.equal(shop.ledger.print(print.batch)?.image, 'done');
            assert.equal(shop.inventree.count('PATCH', /part/), 0);
        });

        it('of a person stays', async () => {
            const print = await shop.printed();
            const mine = shop.inventree.addPart({ name: 'Mine', IPN: shop.ipn(print) });
            shop.inventree.person.setImage(mine.pk);
            const part = await shop.part(print);
            assert.deepEqual(await give(print, part), { uploaded: false, reason: 'kept' });
            assert.deepEqual(await give(print, part, false, FORCE), { uploaded: false, reason: 'kept' });
            assert.equal(uploads(), 0);
            assert.equal(shop.ledger.print(print.batch)?.image, 'kept');
        });

        it('that a person set between two nodes stays too: the message is of before', async () => {
            const print = await shop.printed();
            const mine = shop.inventree.addPart({ name: 'Mine', IPN: shop.ipn(print) });
            const part = await shop.part(print);
            assert.equal(part.image, null);
            shop.inventree.person.setImage(mine.pk);
            assert.equal((await give(print, part)).reason, 'kept');
        });

        it('that a person put in place of ours stays, also when forced', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            await give(print, part);
            shop.inventree.person.setImage(part.pk);
            const forced = await shop.part(print, {}, FORCE);
            assert.equal((await give(print, forced, false, FORCE)).reason, 'kept');
            assert.equal(uploads(), 1);
        });

        it('is replaced where overwriting is on', async () => {
            const print = await shop.printed();
            shop.inventree.addPart({ name: 'Mine', IPN: shop.ipn(print) });
            const part = await shop.part(print);
            await give(print, part);
            const next = await shop.printed({ filename: shop.bambuddy.state.archives.get(print.archiveId!)!.filename });
            const known = await shop.part(next);
            assert.equal((await give(next, known, true)).reason, 'uploaded');
            assert.deepEqual(shown(part), picture(next.archiveId!));
        });

        it('is uploaded once for all prints of a Part', async () => {
            const prints = [await shop.printed({ filename: 'B.3mf' }), await shop.printed({ filename: 'B.3mf' })];
            const parts = [await shop.part(prints[0]!), await shop.part(prints[1]!)];
            const reasons = await Promise.all([give(prints[0]!, parts[0]!), give(prints[1]!, parts[1]!)]);
            assert.deepEqual(reasons.map(({ reason }) => reason).sort(), ['known', 'uploaded']);
            assert.equal((await give(prints[1]!, parts[1]!)).reason, 'known');
            assert.equal(uploads(), 1);
        });

        it('is none where the print has none: no error, and the Part stays without', async () => {
            const print = await shop.printed({ thumbnail: false });
            const part = await shop.part(print);
            assert.deepEqual(await give(print, part), { uploaded: false, reason: 'none' });
            assert.deepEqual(await give({ ...print, archive: null }, part), { uploaded: false, reason: 'none' });
            assert.equal(uploads(), 0);
            assert.equal(shop.ledger.print(print.batch)?.image, 'none');
        });

        it('is none for a print that Bambuddy knows nothing of', async () => {
            const print = printOf({ source: 'octoprint', archiveId: 1, batch: 'octo-1', identity: 'name:x' });
            assert.equal((await give(print, await shop.part(print))).reason, 'none');
        });

        it('that is no picture for InvenTree is refused in words about the picture', async () => {
            const print = await shop.printed({ thumbnail: Buffer.from('no picture') });
            const part = await shop.part(print);
            await assert.rejects(
                give(print, part),
                (error) => error instanceof RejectedError && /picture of the print was refused/.test(error.message),
            );
        });

        it('is there once although the answer to the upload was lost', async () => {
            const print = await shop.printed();
            const part = await shop.part(print);
            shop.inventree.interfere = once('PATCH', /part/, { at: 'after', kind: 'reset' });
            assert.equal((await give(print, part)).reason, 'uploaded');
            assert.deepEqual(shown(part), picture(print.archiveId!));
        });
    });
}
