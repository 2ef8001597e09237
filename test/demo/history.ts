import { createHash } from 'node:crypto';
import type { BambuddySimulator } from '../simulators/bambuddy';
import { png, type InvenTreeSimulator } from '../simulators/inventree';

export interface DemoHistory {
    category: number;
    location: number;
    /** the StockItem that the sidecar made before us */
    sidecarItem: number;
    /** the Part whose image a person set */
    ownImagePart: number;
    /** the archive with a link of a person's, and that link */
    foreignLink: { archive: number; url: string };
}

const day = (n: number, time = '09:00:00'): string => `2026-11-${String(n).padStart(2, '0')}T${time}Z`;

/** A shop's last weeks, with everything in it that goes wrong elsewhere. */
export function seedHistory(bambuddy: BambuddySimulator, inventree: InvenTreeSimulator): DemoHistory {
    const printer = bambuddy.addPrinter({ name: 'P1S Workshop', model: 'P1S' });
    const other = bambuddy.addPrinter({ name: 'X1C Attic', model: 'X1C' });
    const prints = inventree.addCategory({ name: '3D prints' });
    inventree.addCategory({ name: 'Everything', structural: true });
    const location = inventree.addLocation({ name: 'Shelf A' });
    inventree.addTemplate({ name: 'Weight', units: 'g' });
    inventree.addTemplate({ name: 'PrintTime', units: '' });

    // made by the sidecar before us: its Part and its item, without a mark
    const bin = bambuddy.print({
        name: 'Gridfinity bin 2x3x6',
        quantity: 4,
        estimate: { seconds: 14820, grams: 148.2 },
        startedAt: day(1),
        printer: printer.id,
    });
    const sidecarPart = inventree.addPart({
        name: 'Gridfinity bin 2x3x6',
        IPN: `BMB-${sha1(`content_hash:${bambuddy.state.archives.get(bin.archiveId)!.content_hash}`)}`,
        category: prints.pk,
    });
    const sidecarItem = inventree.addStock({
        part: sidecarPart.pk,
        quantity: 1,
        batch: `bambuddy-${bin.archiveId}`,
        location: location.pk,
    });

    // two runs of one archive
    const bracket = bambuddy.print({
        name: 'Shelf bracket v2',
        quantity: 2,
        estimate: { seconds: 6500, grams: 58.9 },
        startedAt: day(2),
        printer: printer.id,
    });
    bambuddy.print({ archive: bracket.archiveId, startedAt: day(3) });

    // two plates of one file
    for (const plate of [1, 2]) {
        bambuddy.print({
            name: 'Enclosure',
            filename: 'Enclosure.gcode.3mf',
            plates: 2,
            plate,
            startedAt: day(4, `1${plate}:00:00`),
            printer: printer.id,
        });
    }

    // two different prints without a 3MF: all they share is the printer's file name
    bambuddy.print({ name: 'Cable_clip_from_SD', no3mf: true, startedAt: day(5), printer: printer.id });
    bambuddy.print({ name: 'Spool_holder_from_SD', no3mf: true, startedAt: day(5, '15:00:00'), printer: other.id });

    bambuddy.print({
        name: 'Lüfterhalterung Ø40mm – größer 龍🐉',
        filamentType: 'PETG',
        startedAt: day(6),
        printer: other.id,
    });
    bambuddy.print({ name: `Very long name ${'of a part '.repeat(20)}`, startedAt: day(7), printer: printer.id });
    bambuddy.print({ name: 'x<b y & <i>html</i>', startedAt: day(7, '18:00:00'), printer: printer.id });
    bambuddy.print({ name: 'No picture of this', thumbnail: false, startedAt: day(8), printer: printer.id });

    bambuddy.print({ name: 'Came off the bed', status: 'failed', startedAt: day(9), printer: printer.id });
    bambuddy.print({
        name: 'Changed my mind',
        status: 'cancelled',
        startedAt: day(9, '12:00:00'),
        printer: printer.id,
    });

    const url = 'https://www.printables.com/model/12345';
    const linked = bambuddy.print({ name: 'Headphone hook', startedAt: day(10), printer: other.id });
    bambuddy.setExternalUrl(linked.archiveId, url);

    // a person made the Part and gave it a photo; its IPN is the one we would give
    const vase = bambuddy.print({ name: 'Vase', startedAt: day(11), printer: printer.id });
    const ownImagePart = inventree.addPart({
        name: 'Vase, our best seller',
        IPN: `BMB-${sha1(`content_hash:${bambuddy.state.archives.get(vase.archiveId)!.content_hash}`)}`,
        category: prints.pk,
    });
    inventree.person.setImage(ownImagePart.pk, png({ bytes: 900 }), 'photo.png');

    return {
        category: prints.pk,
        location: location.pk,
        sidecarItem: sidecarItem.pk,
        ownImagePart: ownImagePart.pk,
        foreignLink: { archive: linked.archiveId, url },
    };
}

function sha1(text: string): string {
    return createHash('sha1').update(text).digest('hex').slice(0, 12);
}
