import assert from 'node:assert/strict';
import { RejectedError } from '../../../../lib/http/errors';
import { imageStep, type ImageResult } from '../../../../lib/destinations/inventree/image-step';
import type { PartResult } from '../../../../lib/destinations/inventree/part/part-step';
import { printOf, type Pass, type Print } from '../../../../lib/print/print';
import { picture } from '../../../simulators/bambuddy';
import { FORCE, once, PASS, Fixture } from '../../fixture';

for (const apiVersion of [388, 479]) {
    describe(`the image of a Part (API ${apiVersion})`, () => {
        let fixture: Fixture;
        beforeEach(async () => void (fixture = await Fixture.open({ apiVersion })));
        afterEach(async () => {
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });

        const give = (print: Print, part: PartResult, overwrite = false, pass: Pass = PASS): Promise<ImageResult> =>
            imageStep(fixture.sync.destination, print, part, { overwrite }, pass, fixture.signal);
        /** with the Part's own POST, or after it; fields of forms are texts */
        const uploads = (): number =>
            fixture.inventree.requests.filter(
                ({ method, url, body }) =>
                    url.startsWith('/api/part/') &&
                    (method === 'PATCH' ||
                        (method === 'POST' && (body as Record<string, unknown> | null)?.['purchaseable'] === 'false')),
            ).length;
        const shown = (part: { pk: number }): Buffer | undefined => {
            const { image } = fixture.inventree.state.parts.get(part.pk)!;
            return image === null ? undefined : fixture.inventree.state.media.get(image);
        };

        it('is the print’s thumbnail', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            assert.deepEqual(await give(print, part), { uploaded: true, reason: 'uploaded' });
            assert.deepEqual(shown(part), picture(print.archiveId!));
            assert.equal(fixture.ledger.print(print.batch)?.image, 'done');
        });

        it('is the plate’s own picture where a plate is known', async () => {
            const print = await fixture.printed({ plates: 2, plate: 2 });
            const part = await fixture.part(print);
            await give(print, part);
            assert.deepEqual(shown(part), picture(print.archiveId! * 7 + 2));
        });

        it('is the archive’s where the plate has none of its own', async () => {
            const print = await fixture.printed({ plate: 1 });
            const odd = { ...print, plate: 5 };
            await give(odd, await fixture.part(odd));
            const part = await fixture.part(print);
            assert.deepEqual(shown(part), picture(print.archiveId!));
        });

        it('goes with the Part’s own POST: nothing is left to do for the image node', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            assert.deepEqual(shown(part), picture(print.archiveId!));
            const writes = fixture.inventreeWrites;
            const asked = fixture.bambuddy.requestCount;
            assert.deepEqual(await give(print, part), { uploaded: true, reason: 'uploaded' });
            assert.deepEqual(await give(print, { ...part, created: false }), { uploaded: false, reason: 'known' });
            assert.deepEqual([fixture.inventreeWrites, fixture.bambuddy.requestCount], [writes, asked]);
        });

        it('is asked for after the Part is made where Bambuddy did not give it then', async () => {
            const print = await fixture.printed();
            fixture.bambuddy.interfere = once('GET', /thumbnail/, { at: 'before', kind: 503 });
            const part = await fixture.part(print);
            assert.equal(shown(part), undefined);
            assert.equal((await give(print, part)).reason, 'uploaded');
            assert.deepEqual(shown(part), picture(print.archiveId!));
        });

        it('does not come where no image node waits for the print', async () => {
            const print = await fixture.printed();
            await fixture.ledger.changePrint(print.batch, { want: ['part', 'stock', 'link'] });
            const asked = fixture.bambuddy.requestCount;
            assert.equal((await fixture.part(print)).image, null);
            assert.equal(fixture.bambuddy.requestCount, asked);
        });

        it('is ours where the answer to the Part’s POST was lost', async () => {
            const print = await fixture.printed();
            fixture.inventree.interfere = once('POST', /^\/api\/part\/$/, { at: 'after', kind: 'reset' });
            const part = await fixture.part(print);
            assert.equal(fixture.inventree.state.parts.size, 1);
            assert.equal((await give(print, part)).reason, 'known');
            assert.equal(fixture.ledger.print(print.batch)?.image, 'done');
            assert.equal(fixture.inventree.count('PATCH', /part/), 0);
        });

        it('of a person stays', async () => {
            const print = await fixture.printed();
            const mine = fixture.inventree.addPart({ name: 'Mine', IPN: fixture.ipn(print) });
            fixture.inventree.person.setImage(mine.pk);
            const part = await fixture.part(print);
            assert.deepEqual(await give(print, part), { uploaded: false, reason: 'kept' });
            assert.deepEqual(await give(print, part, false, FORCE), { uploaded: false, reason: 'kept' });
            assert.equal(uploads(), 0);
            assert.equal(fixture.ledger.print(print.batch)?.image, 'kept');
        });

        it('that a person set between two nodes stays too: the message is of before', async () => {
            const print = await fixture.printed();
            const mine = fixture.inventree.addPart({ name: 'Mine', IPN: fixture.ipn(print) });
            const part = await fixture.part(print);
            assert.equal(part.image, null);
            fixture.inventree.person.setImage(mine.pk);
            assert.equal((await give(print, part)).reason, 'kept');
        });

        it('that a person put in place of ours stays, also when forced', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            await give(print, part);
            fixture.inventree.person.setImage(part.pk);
            const forced = await fixture.part(print, {}, FORCE);
            assert.equal((await give(print, forced, false, FORCE)).reason, 'kept');
            assert.equal(uploads(), 1);
        });

        it('is replaced where overwriting is on', async () => {
            const print = await fixture.printed();
            fixture.inventree.addPart({ name: 'Mine', IPN: fixture.ipn(print) });
            const part = await fixture.part(print);
            await give(print, part);
            const next = await fixture.printed({
                filename: fixture.bambuddy.state.archives.get(print.archiveId!)!.filename,
            });
            const known = await fixture.part(next);
            assert.equal((await give(next, known, true)).reason, 'uploaded');
            assert.deepEqual(shown(part), picture(next.archiveId!));
        });

        it('is uploaded once for all prints of a Part', async () => {
            const prints = [await fixture.printed({ filename: 'B.3mf' }), await fixture.printed({ filename: 'B.3mf' })];
            const parts = [await fixture.part(prints[0]!), await fixture.part(prints[1]!)];
            const reasons = await Promise.all([give(prints[0]!, parts[0]!), give(prints[1]!, parts[1]!)]);
            assert.deepEqual(reasons.map(({ reason }) => reason).sort(), ['known', 'uploaded']);
            assert.equal((await give(prints[1]!, parts[1]!)).reason, 'known');
            assert.equal(uploads(), 1);
        });

        it('is none where the print has none: no error, and the Part stays without', async () => {
            const print = await fixture.printed({ thumbnail: false });
            const part = await fixture.part(print);
            assert.deepEqual(await give(print, part), { uploaded: false, reason: 'none' });
            assert.deepEqual(await give({ ...print, archive: null }, part), { uploaded: false, reason: 'none' });
            assert.equal(uploads(), 0);
            assert.equal(fixture.ledger.print(print.batch)?.image, 'none');
        });

        it('is none for a print that Bambuddy knows nothing of', async () => {
            const print = printOf({ source: 'octoprint', archiveId: 1, batch: 'octo-1', identity: 'name:x' });
            assert.equal((await give(print, await fixture.part(print))).reason, 'none');
        });

        it('that is no picture for InvenTree is refused in words about the picture', async () => {
            const print = await fixture.printed({ thumbnail: Buffer.from('no picture') });
            const part = await fixture.part(print);
            await assert.rejects(
                give(print, part),
                (error) => error instanceof RejectedError && /picture of the print was refused/.test(error.message),
            );
        });

        it('is there once although the answer to the upload was lost', async () => {
            const print = await fixture.printed();
            const part = await fixture.part(print);
            fixture.inventree.interfere = once('PATCH', /part/, { at: 'after', kind: 'reset' });
            assert.equal((await give(print, part)).reason, 'uploaded');
            assert.deepEqual(shown(part), picture(print.archiveId!));
        });
    });
}
