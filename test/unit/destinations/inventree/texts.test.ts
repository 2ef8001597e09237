import assert from 'node:assert/strict';
import { markOf, readMark } from '../../../../lib/print/stock-marker';
import { printOf, type Print } from '../../../../lib/print/print';
import { partDescription, partName, stockNotes } from '../../../../lib/destinations/inventree/texts';

function print(fields: Partial<Print> = {}): Print {
    return {
        ...printOf({ source: 'bambuddy', archiveId: 11, batch: 'bambuddy-11', identity: 'name:x' }),
        startedAt: '2026-11-22T04:33:35Z',
        ...fields,
    };
}

describe('texts of Parts and stock', () => {
    it('a Part is called after the print, else after its file, else after its batch', () => {
        assert.equal(partName(print({ name: 'Bin', filename: 'x.3mf' })), 'Bin');
        for (const [filename, name] of [
            ['Gridfinity_Bin.gcode.3mf', 'Gridfinity_Bin'],
            ['folder/Bin.3mf', 'Bin'],
            ['C:\\folder\\Bin.GCODE', 'Bin'],
            ['Bin.v2.stl', 'Bin.v2.stl'],
            ['.3mf', 'bambuddy-11'],
        ] as const)
            assert.equal(partName(print({ filename })), name);
        assert.equal(partName(print()), 'bambuddy-11');
    });

    it('a placeholder is no name: the file’s comes next, then the batch', () => {
        assert.equal(partName(print({ name: 'Exported 3D Model', filename: 'hook.gcode.3mf' })), 'hook');
        assert.equal(partName(print({ name: 'Untitled', filename: 'Untitled.3mf' })), 'bambuddy-11');
        assert.equal(partName(print({ name: 'Ohne &amp; Titel' })), 'Ohne & Titel');
    });

    it('the plate of a print without a 3MF is in its name, from the second on', () => {
        const of = (plate: number): string =>
            partName(print({ name: 'Drawer set', filename: `/data/Metadata/plate_${plate}.gcode` }));
        assert.equal(of(1), 'Drawer set');
        assert.equal(of(2), 'Drawer set - Plate 2');
    });

    it('a length of 0 s is not told: Bambuddy does not know it', () => {
        assert.doesNotMatch(stockNotes(print({ printSeconds: 0 }), null), /Print time/);
        assert.match(stockNotes(print({ printSeconds: 59 }), null), /Print time/);
    });

    it('names the plate where one is known and not in the name', () => {
        assert.equal(partName(print({ name: 'Box', plate: 2 })), 'Box - Plate 2');
        assert.equal(partName(print({ name: 'Box - Plate 2', plate: 2 })), 'Box - Plate 2');
        assert.equal(partName(print({ name: 'Box plate_2', plate: 2 })), 'Box plate_2');
        assert.equal(partName(print({ name: 'Box - Plate 1', plate: 2 })), 'Box - Plate 1 - Plate 2');
        assert.equal(partName(print({ name: 'Box plate 20', plate: 2 })), 'Box plate 20 - Plate 2');
    });

    it('shortens a long name to 100 code points, never through a character', () => {
        const name = partName(print({ name: '🐉'.repeat(200) }));
        assert.equal(Array.from(name).length, 100);
        assert.ok(name.endsWith('🐉…'));
        assert.ok(name.isWellFormed());
    });

    it('of a long name with a plate, the plate stays: it tells two Parts apart', () => {
        const name = partName(print({ name: '龍'.repeat(150), plate: 12 }));
        assert.equal(Array.from(name).length, 100);
        assert.ok(name.endsWith('… - Plate 12'), name);
    });

    it('a name that is nothing but what the server refuses becomes the batch', () => {
        assert.equal(partName(print({ name: '\n\t' })), 'bambuddy-11');
    });

    it('describes what is known and leaves out what is not', () => {
        const known: Partial<Print> = {
            filamentType: 'PLA',
            layerHeight: 0.2,
            printer: { id: 1, name: 'Workshop', model: 'P1S' },
            filename: 'Gridfinity_Bin.gcode.3mf',
        };
        assert.equal(partDescription(print(known)), 'PLA · 0.2 mm · P1S · Gridfinity_Bin.gcode.3mf');
        assert.equal(partDescription(print({ filamentType: 'PLA' })), 'PLA');
        assert.equal(partDescription(print({ filename: '/data/Metadata/plate_1.gcode' })), '');
        assert.ok(Array.from(partDescription(print({ filename: 'x'.repeat(400) }))).length <= 250);
    });

    it('notes begin with the mark, then the actual figures', () => {
        const notes = stockNotes(
            print({ printSeconds: 14820, weightGrams: 148.234, printer: { id: 1, name: 'P1S Workshop', model: null } }),
            null,
        );
        assert.deepEqual(notes.split('\n'), [
            'Bambuddy archive 11, printed 2026-11-22 04:33:35 UTC',
            '',
            'Printer: P1S Workshop',
            'Print time: 4h 07m',
            'Filament: 148.23 g',
        ]);
    });

    it('notes with nothing known are the mark alone', () => {
        assert.equal(stockNotes(print(), null), markOf(print()));
    });

    it('a person’s own notes stand under the mark, however long, and the mark is still read', () => {
        const notes = stockNotes(print(), `<b>Sold</b>\r\n${'x'.repeat(60_000)}`);
        assert.ok(notes.startsWith(`${markOf(print())}\n\n‹b>Sold`));
        assert.equal(Array.from(notes).length, 50_000);
        assert.equal(readMark(notes)?.archiveId, 11);
    });
});
