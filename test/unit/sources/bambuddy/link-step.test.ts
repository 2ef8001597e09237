import assert from 'node:assert/strict';
import { linkStep, type LinkResult } from '../../../../lib/sources/bambuddy/link-step';
import { printOf, type Pass, type Print } from '../../../../lib/print/print';
import { FORCE, once, PASS, Fixture, type FixtureOptions } from '../../fixture';

describe('the link back', () => {
    let fixture: Fixture;
    const open = async (options: FixtureOptions = {}): Promise<void> => void (fixture = await Fixture.open(options));
    const page = (pk = 7): string => `${fixture.inventree.url}/web/part/${pk}/`;
    const link = (print: Print, url = page(), overwrite = false, pass: Pass = PASS): Promise<LinkResult> =>
        linkStep(fixture.sync, print, url, { overwrite }, pass, fixture.signal);
    const shown = (print: Print): string | null => fixture.bambuddy.state.archives.get(print.archiveId!)!.external_url;
    const patches = (): number => fixture.bambuddy.count('PATCH', /archives/);

    /** A print whose archive carries a link that no person wrote. */
    async function linkedTo(url: string): Promise<Print> {
        const { archiveId } = fixture.bambuddy.print({ fields: { external_url: url } });
        fixture.bambuddy.state.personalLinks.delete(archiveId);
        return fixture.accepted(archiveId);
    }

    beforeEach(() => open());
    afterEach(async () => {
        assert.deepEqual(fixture.bambuddy.violations, []);
        await fixture.close();
    });

    it('is written where there is none', async () => {
        const print = await fixture.printed();
        assert.deepEqual(await link(print), { written: true, url: page(), reason: 'written' });
        assert.equal(shown(print), page());
        assert.equal(fixture.ledger.print(print.batch)?.link, 'done');
    });

    it('is written where an empty one stands', async () => {
        assert.equal((await link(await linkedTo(' '))).reason, 'written');
    });

    it('of a person stays', async () => {
        const print = await fixture.printed({ externalUrl: 'https://www.printables.com/model/1' });
        assert.equal((await link(print)).reason, 'kept');
        assert.equal((await link(print, page(), false, FORCE)).reason, 'kept');
        assert.equal(shown(print), 'https://www.printables.com/model/1');
        assert.equal(fixture.ledger.print(print.batch)?.link, 'kept');
        assert.equal(patches(), 0);
    });

    it('that a person wrote since the print was read stays, where the archive is read again', async () => {
        const print = await fixture.printed();
        fixture.bambuddy.setExternalUrl(print.archiveId!, 'https://www.printables.com/model/1');
        assert.equal((await link({ ...print, archive: null })).reason, 'kept');
        assert.equal((await link(print, page(), false, FORCE)).reason, 'kept');
    });

    it('of ours to another Part is renewed', async () => {
        const print = await linkedTo(page(3));
        assert.equal((await link(print, page(7))).reason, 'written');
        assert.equal(shown(print), page(7));
    });

    it('that stands there already is not written again', async () => {
        assert.equal((await link(await linkedTo(page()))).reason, 'known');
        assert.equal(patches(), 0);
    });

    it('written once is not looked at again, unless forced', async () => {
        const print = await fixture.printed();
        await link(print);
        const before = fixture.bambuddy.requestCount;
        assert.equal((await link(print)).reason, 'known');
        assert.equal(fixture.bambuddy.requestCount, before);
        assert.equal((await link(print, page(9), false, FORCE)).reason, 'written');
        assert.equal(shown(print), page(9));
    });

    it('replaces another one where overwriting is on', async () => {
        const print = await linkedTo('https://www.printables.com/model/1');
        assert.equal((await link(print, page(), true)).reason, 'written');
        assert.equal(shown(print), page());
    });

    it('of 500 characters is written, of 501 not, nor what is no web address', async () => {
        const print = await fixture.printed();
        const long = (length: number): string => `https://x.example/${'a'.repeat(length - 18)}`;
        assert.equal(long(501).length, 501);
        for (const url of [long(501), 'javascript:alert(1)', 'ftp://x.example/', ''])
            assert.equal((await link(print, url)).reason, 'unfit', url.slice(0, 20));
        assert.equal(patches(), 0);
        assert.equal((await link(print, long(500))).reason, 'written');
    });

    it('with a key that may not write: one warning, and the print goes on', async () => {
        await fixture.close();
        await open({ readOnly: true });
        for (const filename of ['a.3mf', 'b.3mf']) {
            const print = await fixture.printed({ filename });
            const { reason, written } = await link(print);
            assert.equal(reason, 'refused');
            assert.equal(written, false);
            assert.equal(fixture.ledger.print(print.batch)?.link, 'failed');
            assert.equal((await fixture.stored(print)).stock.created, true);
        }
        assert.equal(fixture.warnings.length, 1);
        assert.match(fixture.warnings[0]!, /Manage Archives/);
    });

    it('of an archive whose times deny the print, since the database has another zone, is written: its runs tell', async () => {
        const print = await fixture.printed({ startedAt: '2026-11-20T08:00:00Z', seconds: 60 });
        fixture.bambuddy.print({ archive: print.archiveId!, startedAt: '2026-11-21T08:00:00Z', seconds: 60 });
        fixture.bambuddy.state.archives.get(print.archiveId!)!.created_at = '2026-11-20T17:00:00';
        assert.equal((await link({ ...print, archive: null })).reason, 'written');
        assert.equal(shown(print), page());
    });

    it('of another archive that has got the id is none', async () => {
        const print = await fixture.printed({ startedAt: '2026-11-20T08:00:00Z', seconds: 60 });
        fixture.bambuddy.purge(print.archiveId!);
        const { archiveId } = fixture.bambuddy.print({ startedAt: '2026-11-21T08:00:00Z', seconds: 60 });
        assert.equal(archiveId, print.archiveId);
        assert.equal((await link({ ...print, archive: null })).reason, 'gone');
        assert.equal(patches(), 0);
    });

    it('of an archive that is gone is none', async () => {
        const print = await fixture.printed();
        fixture.bambuddy.purge(print.archiveId!);
        assert.equal((await link(print)).reason, 'gone');
    });

    it('of a print that is not Bambuddy’s is none', async () => {
        const print = printOf({ source: 'octoprint', archiveId: 1, batch: 'octo-1', identity: 'name:x' });
        assert.equal((await link(print)).reason, 'none');
    });

    for (const kind of ['reset', 500] as const) {
        it(`is there once although the answer was lost (${kind}), and a person’s of that moment stays`, async () => {
            const print = await fixture.printed();
            fixture.bambuddy.interfere = once('PATCH', /archives/, { at: 'after', kind });
            assert.equal((await link(print)).reason, 'known');
            assert.equal(shown(print), page());
            assert.equal(patches(), 1);
            const other = await fixture.printed({ filename: 'b.3mf' });
            fixture.bambuddy.interfere = (request) => {
                if (request.method !== 'PATCH') return undefined;
                fixture.bambuddy.setExternalUrl(other.archiveId!, 'https://a.person/');
                return { at: 'before', kind };
            };
            assert.equal((await link(other)).reason, 'kept');
            assert.equal(shown(other), 'https://a.person/');
        });
    }
});
