import zlib from 'node:zlib';
import { crc32 } from './png';

/** A ZIP of stored entries, which is all a 3MF needs. */
export function zip(entries: Record<string, Buffer | string>): Buffer {
    const local: Buffer[] = [];
    const central: Buffer[] = [];
    let offset = 0;
    for (const [name, content] of Object.entries(entries)) {
        const data = Buffer.from(content);
        const path = Buffer.from(name);
        const common = Buffer.alloc(26);
        // version 2.0, names in UTF-8, stored, 1 January 2026
        common.writeUInt16LE(20, 0);
        common.writeUInt16LE(0x0800, 2);
        common.writeUInt16LE(((2026 - 1980) << 9) | (1 << 5) | 1, 8);
        common.writeUInt32LE(crc32(data), 10);
        common.writeUInt32LE(data.length, 14);
        common.writeUInt32LE(data.length, 18);
        common.writeUInt16LE(path.length, 22);
        const directory = Buffer.alloc(46);
        directory.write('PK\x01\x02\x14\x00', 'latin1');
        common.copy(directory, 6);
        directory.writeUInt32LE(offset, 42);
        central.push(directory, path);
        local.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, data);
        offset += 4 + common.length + path.length + data.length;
    }
    const directory = Buffer.concat(central);
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt16LE(Object.keys(entries).length, 8);
    end.writeUInt16LE(Object.keys(entries).length, 10);
    end.writeUInt32LE(directory.length, 12);
    end.writeUInt32LE(offset, 16);
    return Buffer.concat([...local, directory, end]);
}

/** The entries of a ZIP, stored or deflated; undefined for anything else. */
export function unzip(content: Buffer): Map<string, Buffer> | undefined {
    const end = content.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    if (content.subarray(0, 4).toString('latin1') !== 'PK\x03\x04' || end < 0) return undefined;
    const entries = new Map<string, Buffer>();
    let at = content.readUInt32LE(end + 16);
    for (let n = content.readUInt16LE(end + 10); n > 0; n--) {
        const method = content.readUInt16LE(at + 10);
        const size = content.readUInt32LE(at + 20);
        const nameLength = content.readUInt16LE(at + 28);
        const local = content.readUInt32LE(at + 42);
        const name = content.toString('utf8', at + 46, at + 46 + nameLength);
        const start = local + 30 + content.readUInt16LE(local + 26) + content.readUInt16LE(local + 28);
        const data = content.subarray(start, start + size);
        entries.set(name, method === 0 ? data : zlib.inflateRawSync(data));
        at += 46 + nameLength + content.readUInt16LE(at + 30) + content.readUInt16LE(at + 32);
    }
    return entries;
}

export interface ThreeMf {
    title?: string;
    plates: {
        index: number;
        seconds: number | null;
        grams: number | null;
        objects: string[];
        filaments: { slot_id: number; used_g: number; type: string; color: string }[];
        picture?: Buffer;
    }[];
    settings?: Partial<SliceSettings>;
}

/** What the slicer was set to, named as the archive's columns. */
export interface SliceSettings {
    layer_height: number | null;
    nozzle_diameter: number | null;
    bed_temperature: number | null;
    nozzle_temperature: number | null;
    bed_type: string | null;
    sliced_for_model: string | null;
}

/** Where a 3MF has them; numbers may stand in a list, one per filament. */
const settingNames: Record<keyof SliceSettings, string> = {
    layer_height: 'layer_height',
    nozzle_diameter: 'nozzle_diameter',
    bed_temperature: 'bed_temperature_initial_layer',
    nozzle_temperature: 'nozzle_temperature_initial_layer',
    bed_type: 'curr_bed_type',
    sliced_for_model: 'printer_model',
};

/** A small 3MF as a slicer writes it, with as much in it as the server reads. */
export function write3mf(file: ThreeMf): Buffer {
    const title = file.title === undefined ? '' : `<metadata name="Title">${escape(file.title)}</metadata>`;
    const pictures = file.plates.flatMap(({ index, picture }) =>
        picture ? [[`Metadata/plate_${index}.png`, picture] as const] : [],
    );
    return zip({
        '[Content_Types].xml': '<?xml version="1.0" encoding="UTF-8"?><Types/>',
        '3D/3dmodel.model': `<?xml version="1.0" encoding="UTF-8"?><model unit="millimeter">${title}<resources/><build/></model>`,
        ...Object.fromEntries(pictures),
        'Metadata/slice_info.config': `<?xml version="1.0" encoding="UTF-8"?>\n<config>\n${file.plates.map(plateXml).join('')}</config>\n`,
        'Metadata/project_settings.config': JSON.stringify(writeSettings(file.settings ?? {})),
    });
}

function plateXml({ index, seconds, grams, objects, filaments }: ThreeMf['plates'][number]): string {
    const metadata = { index, prediction: seconds, weight: grams };
    return [
        ' <plate>',
        ...Object.entries(metadata).flatMap(([key, value]) =>
            value === null ? [] : [`  <metadata key="${key}" value="${value}"/>`],
        ),
        ...objects.map((name, i) => `  <object identify_id="${101 + 22 * i}" name="${escape(name)}" skipped="false"/>`),
        ...filaments.map(
            ({ slot_id, type, color, used_g }) =>
                `  <filament id="${slot_id}" type="${type}" color="${color}" used_m="${used_g / 3}" used_g="${used_g}"/>`,
        ),
        ' </plate>\n',
    ].join('\n');
}

/** Reads what the server reads from an uploaded file; undefined where it is no ZIP. */
export function read3mf(content: Buffer): ThreeMf | undefined {
    const entries = unzip(content);
    if (entries === undefined) return undefined;
    const text = (name: string): string => entries.get(name)?.toString('utf8') ?? '';
    const settings = JSON.parse(text('Metadata/project_settings.config') || '{}') as Record<string, unknown>;
    const title = /<metadata name="Title">([^<]*)<\/metadata>/.exec(text('3D/3dmodel.model'))?.[1];
    const plates = [...text('Metadata/slice_info.config').matchAll(/<plate>(.*?)<\/plate>/gs)].map(([, xml], i) => {
        const plate = readPlate(xml!, i + 1);
        return { ...plate, picture: entries.get(`Metadata/plate_${plate.index}.png`) };
    });
    return { title: title === undefined ? undefined : unescape(title), plates, settings: readSettings(settings) };
}

function writeSettings(settings: Partial<SliceSettings>): Record<string, string> {
    const written: Record<string, string> = {};
    for (const [name, key] of Object.entries(settingNames)) {
        const value = settings[name as keyof SliceSettings];
        if (value != null) written[key] = name === 'sliced_for_model' ? `Bambu Lab ${value}` : String(value);
    }
    return written;
}

function readSettings(settings: Record<string, unknown>): SliceSettings {
    const text = (name: keyof SliceSettings): string | null => {
        const value: unknown = [settings[settingNames[name]]].flat()[0];
        return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    };
    const number = (name: keyof SliceSettings): number | null => {
        const value = Number.parseFloat(text(name) ?? '');
        return Number.isFinite(value) ? value : null;
    };
    return {
        layer_height: number('layer_height'),
        nozzle_diameter: number('nozzle_diameter'),
        bed_temperature: number('bed_temperature'),
        nozzle_temperature: number('nozzle_temperature'),
        bed_type: text('bed_type'),
        sliced_for_model: text('sliced_for_model')?.replace(/^Bambu Lab /, '') ?? null,
    };
}

function readPlate(xml: string, position: number): ThreeMf['plates'][number] {
    const metadata = Object.fromEntries(
        [...xml.matchAll(/<metadata key="([^"]*)" value="([^"]*)"/g)].map(([, key, value]) => [key!, value!]),
    );
    const elements = (tag: string): Record<string, string>[] =>
        [...xml.matchAll(new RegExp(`<${tag} ([^>]*?)/?>`, 'g'))].map(([, attributes]) =>
            Object.fromEntries(
                [...attributes!.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name!, unescape(value!)]),
            ),
        );
    const number = (text: string | undefined): number | null => (text === undefined ? null : Number(text));
    return {
        index: number(metadata.index) ?? position,
        seconds: number(metadata.prediction),
        grams: number(metadata.weight),
        objects: elements('object').map(({ name = '' }) => name),
        filaments: elements('filament').map(({ id, used_g, type = '', color = '' }) => ({
            slot_id: Number(id),
            used_g: Number(used_g),
            type,
            color,
        })),
    };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
    return text.replace(/[&<>"]/g, (character) => entities[character]!);
}

function unescape(text: string): string {
    return text.replace(/&(?:amp|lt|gt|quot);/g, (entity) =>
        Object.keys(entities).find((c) => entities[c] === entity)!,
    );
}
