import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { PrintRecord } from '../../lib/store/ledger/records';
import { NodeFixture, until, type Message } from './fixture';
import { ALL, line } from './flow';

const MB = 1024 * 1024;
const HOUR = 3_600_000;
const PAGE = 'https://makerworld.com/en/models/7';

describe('inventree-image-upload: files and links', () => {
    const fixture = new NodeFixture();
    beforeEach(() => fixture.open());
    afterEach(() => fixture.close());

    const deploy = (image: Record<string, unknown>): Promise<void> =>
        fixture.deploy(line(fixture, ALL, { source: { startWith: 'all', pollOnDeploy: true }, image }));
    /** A print with a 3MF of so many bytes. */
    function printed(bytes: number, more: Record<string, unknown> = {}): Buffer {
        const content = Buffer.concat([Buffer.from('PK'), Buffer.alloc(bytes - 2, 'a model ')]);
        const { archiveId } = fixture.bambuddy.print({
            name: 'Goose',
            filename: 'Goose.gcode.3mf',
            startedAt: new Date(Date.now() - 3 * HOUR),
            seconds: 600,
            contentHash: createHash('sha256').update(content).digest('hex'),
            fields: { makerworld_url: PAGE, timelapse_path: 'timelapses/1.mp4' },
            ...more,
        });
        fixture.bambuddy.state.files.set(archiveId, content);
        return content;
    }
    const attached = (): [string, string, string | null, number][] =>
        [...fixture.inventree.state.attachments.values()].map(({ model_type, comment, link, file_size }) => [
            model_type,
            comment.slice(0, 9),
            link,
            file_size,
        ]);
    const files = async (): Promise<unknown> => (await fixture.messages('out', 1)).at(-1)!['files'];
    const downloads = (): number => fixture.bambuddy.count('GET', /\/download/);

    it('attaches the 3MF once for all prints of a file, the photo to the item, and links', async () => {
        const content = printed(9 * MB);
        const archive = [...fixture.bambuddy.state.archives.values()][0]!;
        fixture.bambuddy.addPhoto(archive.id, 'finish.jpg', Buffer.from('ffd8ffe000104a464946', 'hex'));
        await deploy({ attachFile: true, attachPhoto: true, attachTimelapse: true, attachPage: true });
        assert.deepEqual(await files(), {
            model: 'attached',
            photo: 'attached',
            timelapse: 'attached',
            page: 'attached',
        });
        const photo = attached().find(([, comment]) => comment === 'Photo fin')!;
        assert.deepEqual(attached(), [
            ['part', `3MF ${archive.content_hash!.slice(0, 5)}`, null, content.length],
            photo,
            ['stockitem', 'Timelapse', `${fixture.bambuddy.url}/archives?highlight=1`, 0],
            ['part', 'Model', PAGE, 0],
        ]);
        assert.equal(photo[0], 'stockitem');
        // in portions, so that it is never in memory as a whole
        assert.equal(downloads(), 3);
        const stored = [...fixture.inventree.state.media.values()].find((each) => each.length === content.length);
        assert.ok(stored?.equals(content));
        fixture.bambuddy.print({ archive: archive.id, startedAt: new Date(Date.now() - HOUR), seconds: 600 });
        await fixture.ask('poll');
        const [, second] = (await fixture.messages('out', 2)) as [Message, Message];
        assert.equal((second['files'] as Record<string, string>)['model'], 'known');
        assert.equal(attached().filter(([, comment]) => comment.startsWith('3MF')).length, 1);
    });

    it('goes on with a download that broke off where it was', async () => {
        const content = printed(9 * MB);
        let asked = 0;
        fixture.bambuddy.interfere = ({ url }) => {
            if (!url.includes('/download')) return undefined;
            return ++asked === 2 ? { at: 'after', kind: 'reset' } : undefined;
        };
        await deploy({ attachFile: true });
        await files();
        assert.deepEqual(
            attached().map(([, , , size]) => size),
            [content.length],
        );
        assert.equal(downloads(), 4);
    });

    it('begins anew where the file is another one by now', async () => {
        printed(9 * MB);
        const longer = Buffer.concat([Buffer.from('PK'), Buffer.alloc(10 * MB, 'another ')]);
        let asked = 0;
        fixture.bambuddy.interfere = ({ url }) => {
            if (url.includes('/download') && ++asked === 2) fixture.bambuddy.state.files.set(1, longer);
            return undefined;
        };
        await deploy({ attachFile: true });
        await files();
        const stored = [...fixture.inventree.state.media.values()].find(({ length }) => length === longer.length);
        assert.ok(stored?.equals(longer));
    });

    it('begins anew where the file is shorter by now than what was read of it', async () => {
        printed(9 * MB);
        const shorter = Buffer.from('PK, and little more');
        let asked = 0;
        fixture.bambuddy.interfere = ({ url }) => {
            if (url.includes('/download') && ++asked === 2) fixture.bambuddy.state.files.set(1, shorter);
            return undefined;
        };
        await deploy({ attachFile: true });
        await files();
        assert.deepEqual(
            attached().map(([, , , size]) => size),
            [shorter.length],
        );
    });

    it('takes no page of a proxy for the file', async () => {
        const content = printed(1000);
        let answered = false;
        fixture.bambuddy.interfere = ({ url }) => {
            if (answered || !url.includes('/download')) return undefined;
            answered = true;
            return { at: 'before', kind: 200, headers: { 'content-type': 'application/json' }, body: '{"login": tr' };
        };
        await deploy({ attachFile: true });
        await files();
        assert.deepEqual(
            attached().map(([, , , size]) => size),
            [content.length],
        );
    });

    it('remembers what was refused; a re-sync attaches it', async () => {
        printed(1000);
        fixture.inventree.interfere = ({ method, url }) =>
            method === 'POST' && url.startsWith('/api/attachment/')
                ? { at: 'before', kind: 413, headers: { 'content-type': 'text/html' }, body: '<h1>Too large</h1>' }
                : undefined;
        await deploy({ attachFile: true });
        assert.match(((await files()) as Record<string, string>)['model']!, /answered 413 to POST \/api\/attachment/);
        const record = (): Readonly<PrintRecord> => fixture.ledger().print('bambuddy-1')!;
        await until('the link', () => record().state === 'done');
        assert.equal(record().files, 'failed');
        fixture.inventree.interfere = undefined;
        await fixture.ask({ action: 'archive', archiveId: 1, force: true });
        await until('the file', () => record().files === undefined);
        assert.equal(attached().length, 1);
    });

    for (const at of ['before', 'after'] as const)
        it(`attaches it once where the answer is lost ${at} the server has done it`, async () => {
            printed(1000);
            let lost = false;
            fixture.inventree.interfere = ({ method, url }) => {
                if (lost || method !== 'POST' || !url.startsWith('/api/attachment/')) return undefined;
                lost = true;
                return { at, kind: 503 };
            };
            await deploy({ attachFile: true });
            await files();
            assert.equal(attached().length, 1);
        });

    it('leaves out a file that is too large, and says so; picture and link are there all the same', async () => {
        printed(2 * MB);
        await deploy({ attachFile: true, attachMost: 1 });
        assert.match(((await files()) as Record<string, string>)['model']!, /has 2.0 MB, and the limit is 1.0 MB/);
        assert.deepEqual(attached(), []);
        await until('the link', () => fixture.ledger().print('bambuddy-1')?.state === 'done');
        assert.equal(fixture.ledger().print('bambuddy-1')!.image, 'done');
    });

    it('says what a print has not', async () => {
        fixture.bambuddy.print({ name: 'Cube', no3mf: true });
        await deploy({ attachFile: true, attachPhoto: true, attachTimelapse: true, attachPage: true });
        assert.deepEqual(await files(), { model: 'none', photo: 'none', timelapse: 'none', page: 'none' });
    });

    it('asks for nothing unless it is switched on', async () => {
        printed(1000);
        await deploy({});
        assert.equal(await files(), undefined);
        assert.equal(fixture.inventree.count('GET', /attachment/), 0);
    });
});
