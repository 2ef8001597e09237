import assert from 'node:assert/strict';
import { RejectedError } from '../../../../../lib/http/errors';
import { ipnOf } from '../../../../../lib/print/part-identity';
import { FORCE, once, Fixture } from '../../../fixture';

for (const apiVersion of [388, 479]) {
    describe(`the Part of a print (API ${apiVersion})`, () => {
        let fixture: Fixture;
        beforeEach(async () => void (fixture = await Fixture.open({ apiVersion })));
        afterEach(async () => {
            assert.deepEqual(fixture.inventree.state.violations, []);
            await fixture.close();
        });

        const parts = (): number => fixture.inventree.state.parts.size;

        it('is created with what is known of the print', async () => {
            const print = await fixture.printed({
                name: 'Bin',
                filename: 'Bin.gcode.3mf',
                makerworldUrl: 'https://makerworld.com/en/models/1',
            });
            const part = await fixture.part(print);
            assert.equal(part.created, true);
            assert.equal(part.url, `${fixture.inventree.url}/web/part/${part.pk}/`);
            const row = fixture.inventree.state.parts.get(part.pk)!;
            assert.equal(row.name, 'Bin');
            assert.equal(row.IPN, fixture.ipn(print));
            assert.equal(row.category, fixture.category);
            assert.equal(row.description, 'PLA · 0.2 mm · P1S · Bin.gcode.3mf');
            assert.equal(row.keywords, 'bambuddy');
            assert.equal(row.link, 'https://makerworld.com/en/models/1');
            assert.equal(row.purchaseable, false);
        });

        it('does not copy the parameters of its category', async () => {
            await fixture.part(await fixture.printed());
            const [post] = fixture.inventree.requests.filter(
                ({ method, url }) => method === 'POST' && url === '/api/part/',
            );
            // a form's fields are texts
            assert.equal(String((post!.body as Record<string, unknown>)['copy_category_parameters']), 'false');
        });

        it('of a second print of the same file is known: InvenTree is asked for it, and for its stock beside', async () => {
            const first = await fixture.part(await fixture.printed({ filename: 'Bin.3mf' }));
            const before = fixture.inventree.requestCount;
            const again = await fixture.part(await fixture.printed({ filename: 'Bin.3mf' }));
            assert.equal(again.pk, first.pk);
            assert.equal(again.created, false);
            const asked = fixture.inventree.requests
                .slice(before)
                .map(({ method, url }) => `${method} ${url.split('?')[0]}`);
            assert.deepEqual(asked.sort(), ['GET /api/stock/', `GET /api/part/${first.pk}/`].sort());
        });

        it('of several with its IPN is the active one, and of those the newest revision', async () => {
            const print = await fixture.printed({ name: 'Clip' });
            const IPN = fixture.ipn(print);
            fixture.inventree.addPart({ name: 'Clip', IPN, revision: 'A', active: false });
            fixture.inventree.addPart({ name: 'Clip', IPN, revision: 'B' });
            const now = fixture.inventree.addPart({ name: 'Clip', IPN, revision: 'C' });
            fixture.inventree.addPart({ name: 'Clip', IPN, revision: 'D', active: false });
            assert.equal((await fixture.part(print)).pk, now.pk);
            assert.deepEqual(fixture.warnings, []);
        });

        it('that a person revises between two prints is looked for anew', async () => {
            const first = await fixture.part(await fixture.printed({ filename: 'Clip.3mf' }));
            fixture.inventree.person.editPart(first.pk, { active: false });
            const alone = await fixture.part(await fixture.printed({ filename: 'Clip.3mf' }));
            assert.equal(alone.pk, first.pk, 'an inactive one without another stays');
            const next = fixture.inventree.addPart({ name: 'Clip', IPN: first.IPN, revision: 'B' });
            assert.equal((await fixture.part(await fixture.printed({ filename: 'Clip.3mf' }))).pk, next.pk);
            assert.equal((await fixture.part(await fixture.printed({ filename: 'Clip.3mf' }))).pk, next.pk);
        });

        it('that an earlier version made under another key goes on being the print’s, for one request', async () => {
            const print = await fixture.printed({ no3mf: true, name: 'Vise &amp; Stand' });
            assert.equal(print.identity, 'print_name:Vise & Stand');
            const before = fixture.inventree.addPart({
                name: 'Vise',
                IPN: ipnOf('print_name:Vise &amp; Stand', 'BMB'),
            });
            const from = fixture.inventree.requestCount;
            const part = await fixture.part(print);
            assert.equal(part.pk, before.pk);
            assert.equal(part.IPN, before.IPN);
            const asked = fixture.inventree.requests.slice(from).filter(({ url }) => url.startsWith('/api/part/?'));
            assert.equal(asked.length, 1);
        });

        describe('where Bambuddy gets the 3MF later', () => {
            it('an archive that is known keeps its identity, whatever is filled in', async () => {
                const first = await fixture.printed({ no3mf: true, name: 'Goose', startedAt: '2026-10-20T08:00:00Z' });
                const part = await fixture.part(first);
                const filled = {
                    content_hash: 'c'.repeat(64),
                    filename: 'goose.gcode.3mf',
                    plate_id: 2,
                    print_name: 'Grey goose',
                };
                Object.assign(fixture.bambuddy.state.archives.get(first.archiveId!)!, filled);
                fixture.bambuddy.print({ archive: first.archiveId!, startedAt: '2026-10-20T10:00:00Z' });
                const again = await fixture.accepted(first.archiveId!);
                assert.notEqual(again.batch, first.batch);
                assert.equal(again.identity, first.identity);
                assert.equal((await fixture.part(again)).pk, part.pk);
            });

            it('another archive under a known id has an identity of its own', async () => {
                const first = await fixture.printed({ no3mf: true, name: 'Goose', startedAt: '2026-10-20T08:00:00Z' });
                await fixture.part(first);
                fixture.bambuddy.purge(first.archiveId!);
                const { archiveId } = fixture.bambuddy.print({
                    name: 'Duck',
                    no3mf: true,
                    startedAt: '2026-10-21T08:00:00Z',
                });
                assert.equal(archiveId, first.archiveId, 'ids come back');
                assert.equal((await fixture.accepted(archiveId)).identity, 'print_name:Duck');
            });

            it('a file takes the Part of a print without one; a second file of that name is another thing', async () => {
                const part = await fixture.part(await fixture.printed({ no3mf: true, name: 'Drawer' }));
                const first = await fixture.printed({ name: 'Drawer', filename: 'Drawer.gcode.3mf' });
                assert.match(first.identity, /^content_hash:/);
                assert.equal((await fixture.part(first)).pk, part.pk);
                const second = await fixture.part(
                    await fixture.printed({ name: 'Drawer', filename: 'Other drawer.gcode.3mf' }),
                );
                assert.notEqual(second.pk, part.pk);
                const third = await fixture.part(
                    await fixture.printed({ name: 'Drawer', filename: 'Drawer.gcode.3mf' }),
                );
                assert.equal(third.pk, part.pk);
            });

            it('a Part that a file made under its name is nobody else’s', async () => {
                const byName = await fixture.part(
                    await fixture.accepted(
                        fixture.bambuddy.print({ name: 'Drawer', filename: 'a.3mf' }).archiveId,
                        undefined,
                        {
                            samePart: 'name',
                        },
                    ),
                );
                const other = await fixture.part(await fixture.printed({ name: 'Drawer', filename: 'b.3mf' }));
                assert.notEqual(other.pk, byName.pk);
            });
        });

        it('is found by its IPN, in any case, also an inactive one, and left as it is', async () => {
            const print = await fixture.printed({ name: 'Vase' });
            const mine = fixture.inventree.addPart({
                name: 'Best seller',
                IPN: fixture.ipn(print).toUpperCase(),
                active: false,
            });
            const part = await fixture.part(print, {
                description: 'ours',
                keywords: 'ours',
                link: 'https://x.example',
            });
            assert.equal(part.pk, mine.pk);
            assert.equal(part.created, false);
            assert.equal(part.name, 'Best seller');
            assert.equal(fixture.inventreeWrites, 0);
        });

        it('stays the same after a person gave it another IPN and name', async () => {
            const print = await fixture.printed({ filename: 'Bin.3mf' });
            const part = await fixture.part(print);
            fixture.inventree.person.renumber(part.pk, 'SKU-1');
            fixture.inventree.person.rename(part.pk, 'Our bin');
            const next = await fixture.printed({ filename: 'Bin.3mf' });
            assert.equal((await fixture.part(next)).pk, part.pk);
            const forced = await fixture.part(next, {}, FORCE);
            assert.equal(forced.pk, part.pk);
            assert.equal(forced.IPN, 'SKU-1');
            assert.equal(parts(), 1);
        });

        it('with an IPN of a person’s is found by its stock when the store is lost', async () => {
            const print = await fixture.printed();
            const { part } = await fixture.stored(print);
            fixture.inventree.person.renumber(part.pk, 'SKU-1');
            await fixture.forget();
            const again = await fixture.accepted(print.archiveId!);
            assert.equal((await fixture.part(again)).pk, part.pk);
            assert.equal(parts(), 1);
        });

        it('comes from the ledger before the IPN: another Part with that IPN is not taken', async () => {
            const print = await fixture.printed({ filename: 'Bin.3mf' });
            const part = await fixture.part(print);
            fixture.inventree.person.renumber(part.pk, 'SKU-1');
            fixture.inventree.addPart({ name: 'Somebody else’s', IPN: fixture.ipn(print) });
            assert.equal((await fixture.part(await fixture.printed({ filename: 'Bin.3mf' }), {}, FORCE)).pk, part.pk);
        });

        it('comes from the IPN before the stock', async () => {
            const print = await fixture.printed();
            const { part } = await fixture.stored(print);
            fixture.inventree.person.renumber(part.pk, 'SKU-1');
            const other = fixture.inventree.addPart({ name: 'New home', IPN: fixture.ipn(print) });
            await fixture.forget();
            assert.equal((await fixture.part(await fixture.accepted(print.archiveId!))).pk, other.pk);
        });

        it('is made anew where it was deleted', async () => {
            const print = await fixture.printed({ filename: 'Bin.3mf' });
            const part = await fixture.part(print);
            fixture.inventree.person.deletePart(part.pk);
            const anew = await fixture.part(await fixture.printed({ filename: 'Bin.3mf' }), {}, FORCE);
            assert.notEqual(anew.pk, part.pk);
            assert.equal(anew.created, true);
            assert.equal(fixture.ledger.part(print.identity)?.pk, anew.pk);
        });

        it('where two have its IPN the older one is taken, with one warning', async () => {
            const print = await fixture.printed();
            const older = fixture.inventree.addPart({ name: 'A', IPN: fixture.ipn(print) });
            fixture.inventree.addPart({ name: 'B', IPN: fixture.ipn(print) });
            assert.equal((await fixture.part(print)).pk, older.pk);
            await fixture.part(print, {}, FORCE);
            assert.equal(fixture.warnings.length, 1);
            assert.match(fixture.warnings[0]!, /2 Parts with IPN/);
        });

        for (const kind of ['reset', 'cut', 500, 502, 503] as const) {
            it(`is made once although the answer to its POST was lost (${kind})`, async () => {
                const print = await fixture.printed();
                fixture.inventree.interfere = once('POST', /^\/api\/part\/$/, { at: 'after', kind });
                const part = await fixture.part(print);
                assert.equal(parts(), 1);
                assert.equal(fixture.ledger.part(print.identity)?.pk, part.pk);
                assert.equal(fixture.ledger.part(print.identity)?.intent, undefined);
            });

            it(`is made once although its POST never came through (${kind})`, async () => {
                fixture.inventree.interfere = once('POST', /^\/api\/part\/$/, { at: 'before', kind });
                await fixture.part(await fixture.printed());
                assert.equal(parts(), 1);
            });
        }

        it('is made once by two prints of one file at the same time', async () => {
            const prints = [
                await fixture.printed({ filename: 'Bin.3mf' }),
                await fixture.printed({ filename: 'Bin.3mf' }),
            ];
            const made = await Promise.all(prints.map((print) => fixture.part(print)));
            assert.equal(parts(), 1);
            assert.deepEqual(made.map(({ created }) => created).sort(), [false, true]);
        });

        it('of an unknown or structural category is refused with the setting’s name', async () => {
            const structural = fixture.inventree.addCategory({ name: 'Everything', structural: true });
            const print = await fixture.printed();
            for (const category of [999, structural.pk]) {
                await assert.rejects(
                    fixture.part(print, { category }),
                    (error) =>
                        error instanceof RejectedError &&
                        error.setting === 'category' &&
                        error.server === 'InvenTree' &&
                        error.message.includes('category'),
                );
            }
            assert.equal(parts(), 0);
            assert.equal((await fixture.part(print)).created, true);
        });

        it('is made with every text that Bambuddy may hold', async () => {
            for (const name of [
                'x<b y & <i>html</i>',
                '&lt;b&gt;',
                'a\nb\tc',
                '\ud800 half',
                '](javascript:alert(1))',
            ]) {
                const part = await fixture.part(await fixture.printed({ name, filename: `${name.length}.3mf` }));
                assert.equal(part.created, true, name);
            }
        });

        it('is made without a link that the server refuses, with one warning', async () => {
            for (const filename of ['a.3mf', 'b.3mf'])
                await fixture.part(await fixture.printed({ filename }), { link: 'http://bambuddy:8000/archives' });
            assert.equal(parts(), 2);
            assert.equal(fixture.warnings.length, 1);
        });
    });
}

describe('the Part of a print where IPNs are unique', () => {
    it('that somebody made in the same moment is taken', async () => {
        const fixture = await Fixture.open();
        fixture.inventree.set('PART_ALLOW_DUPLICATE_IPN', false);
        const print = await fixture.printed();
        fixture.inventree.interfere = (request) => {
            if (request.method === 'POST') fixture.inventree.addPart({ name: 'theirs', IPN: fixture.ipn(print) });
            return undefined;
        };
        const part = await fixture.part(print);
        assert.equal(part.name, 'theirs');
        assert.equal(fixture.inventree.state.parts.size, 1);
        await fixture.close();
    });
});
