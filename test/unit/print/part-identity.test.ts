import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
    DEFAULT_KEY_FIELDS,
    formerIdentityOf,
    identitiesWithoutFile,
    identityOf,
    ipnOf,
    possibleIpns,
    type IdentityRule,
} from '../../../lib/print/part-identity';

const FILE: IdentityRule = { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: true };
const NAME: IdentityRule = { ...FILE, samePart: 'name' };
const full = { content_hash: 'abc', filename: 'Bin.gcode.3mf', print_name: 'Bin', name: 'other', plate_id: null };

function sha12(text: string): string {
    return createHash('sha1').update(text).digest('hex').slice(0, 12);
}

describe('identity: which Part', () => {
    it('is the first key field that is not empty, with its name', () => {
        assert.equal(identityOf(full, FILE), 'content_hash:abc');
        assert.equal(identityOf({ ...full, content_hash: null }, FILE), 'filename:Bin.gcode.3mf');
        assert.equal(identityOf({ ...full, content_hash: '  ', filename: '' }, FILE), 'print_name:Bin');
        assert.equal(identityOf({ name: 'other' }, FILE), 'name:other');
    });

    for (const filename of [
        '/data/Metadata/plate_1.gcode',
        '/anything/absolute.3mf',
        'C:\\prints\\bin.3mf',
        'd:/prints/bin.3mf',
        'Metadata/plate_1.gcode',
        'cache/Metadata/plate_1.gcode',
        'plate_1.gcode',
        'MyMetadata/plate_1.gcode',
        'Untitled.gcode.3mf',
        'folder/Unbenannt (2).3mf',
        'Unknown Print.3mf',
    ]) {
        it(`does not take ${filename} for a name`, () => {
            assert.equal(identityOf({ filename, print_name: 'Clip' }, FILE), 'print_name:Clip');
            assert.equal(identityOf({ filename }, FILE), null);
        });
    }

    for (const filename of ['sub/folder/bin.3mf', 'Metadata/plate_x.gcode', 'Untitled tower.3mf', 'plate_1 of 3.gcode'])
        it(`takes ${filename} for a name`, () => assert.equal(identityOf({ filename }, FILE), `filename:${filename}`));

    it('keeps two prints without a 3MF apart, by their names', () => {
        const filename = '/data/Metadata/plate_1.gcode';
        const one = identityOf({ content_hash: null, filename, print_name: 'Cable clip' }, FILE);
        assert.notEqual(one, identityOf({ content_hash: null, filename, print_name: 'Spool holder' }, FILE));
    });

    for (const name of [
        'Untitled',
        'untitled 2',
        'Untitled (3)',
        'Untitled - Plate 2',
        'Unbenannt',
        'Sans titre',
        'Sin título',
        'Без названия',
        '未命名',
        '名称未設定',
        'plate_1',
        'Plate 12',
        'Unknown Print',
        'Exported 3D Model',
        'Exported 3D Model'.toUpperCase(),
    ])
        it(`"${name}" is the name of nothing: no key, alone or as the name of a file`, () => {
            assert.equal(identityOf({ print_name: name }, FILE), null);
            assert.equal(identityOf({ filename: `${name}.gcode.3mf`, print_name: name }, FILE), null);
            assert.equal(identityOf({ print_name: name, filename: 'hook.3mf' }, NAME), 'filename:hook.3mf');
        });

    it('a field of a person’s own choice is taken as it is', () => {
        const rule: IdentityRule = { ...FILE, samePart: 'fields', keyFields: ['designer'] };
        assert.equal(identityOf({ designer: 'Untitled' }, rule), 'designer:Untitled');
    });

    it('is the same whichever Unicode form a name has, and however often it was escaped', () => {
        for (const [one, other] of [
            ['Gehäuse'.normalize('NFC'), 'Gehäuse'.normalize('NFD')],
            ['Vise & Stand', 'Vise &amp;amp; Stand'],
            ['Bob’s', 'Bob&#x2019;s'],
        ])
            for (const field of ['print_name', 'filename'])
                assert.equal(identityOf({ [field]: one }, NAME), identityOf({ [field]: other }, NAME), one);
    });

    it('of plates of one project without a 3MF: the plate stands in the printer’s file name', () => {
        const of = (plate: number, rule = FILE): string | null =>
            identityOf({ filename: `/data/Metadata/plate_${plate}.gcode`, print_name: 'Drawer set' }, rule);
        assert.equal(of(1), 'print_name:Drawer set');
        assert.equal(of(2), 'print_name:Drawer set:plate:2');
        assert.equal(of(2, { ...FILE, platesApart: false }), of(1, FILE));
        // what the server knows comes first
        const known = { filename: '/data/Metadata/plate_2.gcode', print_name: 'Drawer set', plate_id: 3 };
        assert.equal(identityOf(known, FILE), 'print_name:Drawer set:plate:3');
    });

    it('knows the identity that the version before gave, where that was another', () => {
        const former = (archive: Record<string, unknown>, rule = FILE): string | null =>
            formerIdentityOf(archive, rule);
        assert.equal(former(full), null);
        assert.equal(
            former({ filename: 'Untitled.3mf', print_name: 'Clip', plate_id: 2 }),
            'filename:Untitled.3mf:plate:2',
        );
        assert.equal(former({ print_name: 'Vise &amp; Stand' }), 'print_name:Vise &amp; Stand');
        assert.equal(
            former({ print_name: 'Exported 3D Model', filename: 'a.3mf' }, NAME),
            'print_name:Exported 3D Model',
        );
        // no key now: nothing is made of it
        assert.equal(former({ print_name: 'Untitled' }), null);
        // the Part of before is that of another plate
        assert.equal(former({ filename: '/data/Metadata/plate_2.gcode', print_name: 'Drawer set' }), null);
    });

    it('knows what a print of the same thing without its 3MF was called', () => {
        assert.deepEqual(identitiesWithoutFile('content_hash:abc:plate:2', { ...full, plate_id: 2 }), [
            'print_name:Bin:plate:2',
            'name:other:plate:2',
        ]);
        assert.deepEqual(identitiesWithoutFile('print_name:Bin', full), []);
        assert.deepEqual(identitiesWithoutFile('content_hash:abc', { print_name: 'Untitled' }), []);
    });

    it('tells the plates of a file apart, unless that is switched off', () => {
        assert.equal(identityOf({ ...full, plate_id: 2 }, FILE), 'content_hash:abc:plate:2');
        assert.equal(identityOf({ ...full, plate_id: 2 }, { ...FILE, platesApart: false }), 'content_hash:abc');
        assert.equal(identityOf(full, FILE), 'content_hash:abc');
    });

    it('by name brings re-slices and colours together', () => {
        const rule: IdentityRule = { ...FILE, samePart: 'name' };
        const again = { ...full, content_hash: 'def', filename: 'Bin_PETG.gcode.3mf' };
        assert.equal(identityOf(full, rule), 'print_name:Bin');
        assert.equal(identityOf(again, rule), identityOf(full, rule));
        assert.equal(identityOf({ content_hash: 'abc', filename: 'Bin.3mf' }, rule), 'filename:Bin.3mf');
    });

    it('by own fields takes the first of them that is not empty, numbers too', () => {
        const rule: IdentityRule = { ...FILE, samePart: 'fields', keyFields: ['designer', 'project_id', 'name'] };
        assert.equal(identityOf({ ...full, designer: '', project_id: 7 }, rule), 'project_id:7');
        assert.equal(identityOf({ content_hash: 'abc' }, rule), null);
        assert.equal(identityOf(full, { ...rule, keyFields: [] }), 'content_hash:abc');
    });

    it('is none where no key field has a value', () => {
        assert.equal(identityOf({ filename: '/data/Metadata/plate_1.gcode', plate_id: 1 }, FILE), null);
        assert.equal(identityOf({}, FILE), null);
    });

    it('makes the IPN of the first 12 characters of the SHA-1 of the key, lower-case hex', () => {
        assert.equal(ipnOf('content_hash:abc', 'BMB'), `BMB-${sha12('content_hash:abc')}`);
        assert.match(ipnOf('name:Ü 龍', 'BMB'), /^BMB-[0-9a-f]{12}$/);
        assert.equal(ipnOf('name:x', ''), sha12('name:x'));
        assert.notEqual(ipnOf('content_hash:abc', 'BMB'), ipnOf('content_hash:abc:plate:1', 'BMB'));
    });

    it('knows every IPN a print could have: each field, with its name and without, with the plate and without', () => {
        const ipns = possibleIpns({ ...full, plate_id: 1, sku: 'S1' }, ['sku'], 'BMB');
        for (const key of [
            'content_hash:abc',
            'abc',
            'content_hash:abc:plate:1',
            'abc:plate:1',
            'filename:Bin.gcode.3mf',
            'Bin.gcode.3mf',
            'print_name:Bin:plate:1',
            'name:other',
            'sku:S1',
        ])
            assert.ok(ipns.has(`bmb-${sha12(key)}`), key);
        assert.ok(!ipns.has(`bmb-${sha12('abc:plate:2')}`));
        assert.ok(ipns.has(ipnOf(identityOf({ ...full, plate_id: 1 }, FILE)!, 'BMB').toLowerCase()));
    });

    it('does not count the printer’s own file name among them: it would claim everybody’s Part', () => {
        const ipns = possibleIpns({ filename: '/data/Metadata/plate_1.gcode', print_name: 'Clip' }, [], 'BMB');
        assert.ok(!ipns.has(`bmb-${sha12('filename:/data/Metadata/plate_1.gcode')}`));
        assert.ok(!ipns.has(`bmb-${sha12('/data/Metadata/plate_1.gcode')}`));
    });
});
