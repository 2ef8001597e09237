import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { DEFAULT_KEY_FIELDS, identityOf, ipnOf, possibleIpns, type IdentityRule } from '../../../lib/sync/identity';

const FILE: IdentityRule = { samePart: 'file', keyFields: DEFAULT_KEY_FIELDS, platesApart: true };
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
        'Metadata/plate_12.gcode',
        'cache/Metadata/plate_3.gcode',
    ]) {
        it(`does not take ${filename} for a name`, () => {
            assert.equal(identityOf({ filename, print_name: 'Clip' }, FILE), 'print_name:Clip');
            assert.equal(identityOf({ filename }, FILE), null);
        });
    }

    for (const filename of [
        'plate_1.gcode',
        'sub/folder/bin.3mf',
        'MyMetadata/plate_1.gcode',
        'Metadata/plate_x.gcode',
    ])
        it(`takes ${filename} for a name`, () => assert.equal(identityOf({ filename }, FILE), `filename:${filename}`));

    it('keeps two prints without a 3MF apart, by their names', () => {
        const filename = '/data/Metadata/plate_1.gcode';
        const one = identityOf({ content_hash: null, filename, print_name: 'Cable clip' }, FILE);
        assert.notEqual(one, identityOf({ content_hash: null, filename, print_name: 'Spool holder' }, FILE));
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
