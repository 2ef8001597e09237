import assert from 'node:assert/strict';
import { NodeFixture } from './fixture';
import { ALL, line, manualPrint } from './flow';

describe('bambuddy-link-back', () => {
    const fixture = new NodeFixture();
    beforeEach(async () => {
        await fixture.open();
        fixture.inventree.addPart({ name: 'Vase', category: fixture.category });
    });
    afterEach(() => fixture.close());

    const page = (): string => `${fixture.inventree.url}/web/part/1/`;
    const deploy = (link: Record<string, unknown> = {}): Promise<void> =>
        fixture.deploy(line(fixture, ['link'], { link }));
    const through = async (archiveId: number, changes: Record<string, unknown> = {}): Promise<unknown> => {
        const payload = manualPrint({ source: 'bambuddy', archiveId, batch: `bambuddy-${archiveId}` });
        return (await fixture.through('link', { payload, part: { pk: 1, url: page() }, ...changes }))['link'];
    };
    const linkOf = (archiveId: number): string | null => fixture.bambuddy.state.archives.get(archiveId)!.external_url;

    it("writes the Part's page into the archive, and leaves it the second time", async () => {
        await deploy();
        const { archiveId } = fixture.bambuddy.print();
        assert.deepEqual(await through(archiveId), { written: true, url: page(), reason: 'written' });
        assert.equal(fixture.status('link'), 'green dot linked');
        assert.equal(linkOf(archiveId), page());
        assert.deepEqual(await through(archiveId), { written: false, url: page(), reason: 'known' });
        assert.equal(fixture.bambuddy.count('PATCH', new RegExp(`/archives/${archiveId}$`)), 1);
    });

    it('a Part without a page in the message has the page of this InvenTree', async () => {
        await deploy();
        const { archiveId } = fixture.bambuddy.print();
        await through(archiveId, { part: { pk: 1 } });
        assert.equal(linkOf(archiveId), page());
    });

    for (const overwrite of [undefined, false, true]) {
        it(`another link ${overwrite === true ? 'is replaced' : 'stays'}, overwrite ${String(overwrite)}`, async () => {
            const { archiveId } = fixture.bambuddy.print({ externalUrl: 'https://www.printables.com/model/1' });
            await deploy(overwrite === undefined ? {} : { overwrite });
            const link = await through(archiveId);
            if (overwrite === true) {
                assert.deepEqual(link, { written: true, url: page(), reason: 'written' });
                assert.equal(linkOf(archiveId), page());
                fixture.bambuddy.violations.splice(0);
            } else {
                assert.deepEqual(link, { written: false, url: page(), reason: 'kept' });
                assert.equal(fixture.status('link'), 'grey dot existing link kept');
                assert.equal(linkOf(archiveId), 'https://www.printables.com/model/1');
            }
        });
    }

    it('an own link of before is renewed, under either address of this InvenTree', async () => {
        const web = 'https://stock.example.org';
        await fixture.deploy(line(fixture, ['link'], { inventree: { webUrl: web } }));
        for (const before of [`${fixture.inventree.url}/web/part/7/`, `${web}/platform/part/8`]) {
            const { archiveId } = fixture.bambuddy.print();
            fixture.bambuddy.state.archives.get(archiveId)!.external_url = before;
            await through(archiveId, { part: { pk: 1, url: `${web}/web/part/1/` } });
            assert.equal(linkOf(archiveId), `${web}/web/part/1/`);
        }
    });

    it('a key that may not write: yellow, one warning however many prints, and the rest of the sync stands', async () => {
        await fixture.deploy(line(fixture, ALL), { bambuddy: { apiKey: fixture.bambuddy.readOnlyKey } });
        fixture.secrets.push(fixture.bambuddy.readOnlyKey);
        for (let n = 1; n <= 3; n++) fixture.bambuddy.print({ startedAt: `2026-11-0${n}T10:00:00Z` });
        await fixture.ask({ action: 'backfill' });
        const out = await fixture.messages('out', 3);
        for (const msg of out) assert.equal((msg['link'] as { reason: string }).reason, 'refused');
        assert.equal(fixture.status('link'), 'yellow dot API key is read-only');
        const warnings = fixture.warnings('store');
        assert.equal(new Set(warnings).size, warnings.length);
        assert.ok(warnings.length >= 1);
        for (const warning of warnings) assert.match(warning, /403.*Manage Archives/);
        assert.equal(warnings.length, 1, 'one warning, not one for each archive');
        assert.equal(fixture.inventree.state.stock.size, 3);
        assert.equal(fixture.at('caught').length, 0);
    });

    it('what is no web address, too long, or of no archive is left alone, and is no error', async () => {
        await deploy();
        const { archiveId } = fixture.bambuddy.print();
        for (const url of ['ftp://host/part/1', 'javascript:alert(1)', `http://host/${'x'.repeat(500)}`]) {
            assert.deepEqual(await through(archiveId, { part: { pk: 1, url } }), {
                written: false,
                url,
                reason: 'unfit',
            });
            assert.equal(fixture.status('link'), 'yellow dot invalid link');
        }
        assert.deepEqual(await through(999), { written: false, url: page(), reason: 'gone' });
        assert.equal(fixture.status('link'), 'grey dot archive not found');
        const other = await fixture.through('link', { payload: manualPrint(), part: { pk: 1, url: page() } });
        assert.deepEqual(other['link'], { written: false, url: page(), reason: 'none' });
        assert.equal(linkOf(archiveId), null);
        assert.equal(fixture.at('caught').length, 0);
    });
});
