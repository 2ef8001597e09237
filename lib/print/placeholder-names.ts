/**
 * Names that are no names: what slicers and Bambuddy fill in where nobody gave one. Many different models share them, so
 * they are neither a key nor the name of a Part.
 */
const UNSAVED_PROJECT: readonly string[] = [
    // Bambu Studio and OrcaSlicer call a project that was never saved "Untitled", in the language of the slicer
    // (`bbl/i18n/<language>`, msgid "Untitled"); for some languages both the word of today and the one before
    'Untitled',
    'Unbenannt', // de
    'Ohne Titel', // de
    'Sans titre', // fr
    'Sin título', // es
    'Senza titolo', // it
    'Sem título', // pt-BR
    'Sense títol', // ca
    'Naamloos', // nl
    'Namnlös', // sv
    'Bez názvu', // cs
    'Bez nazwy', // pl
    'Nienazwany', // pl
    'Névtelen', // hu
    'Adsız', // tr
    'İsimsiz', // tr
    'Başlıksız', // tr
    'Без названия', // ru
    'Без имени', // ru
    'Без назви', // uk
    'Be pavadinimo', // lt
    'Không có tiêu đề', // vi
    '未命名', // zh-CN, zh-TW
    '无标题', // zh-CN
    '無標題', // zh-TW
    '名称未設定', // ja
    '無題', // ja
    '제목없음', // ko
    '제목 없음', // ko
];
const FROM_PROGRAMS: readonly string[] = [
    // Bambuddy, where the printer told no name (bambuddy#1489)
    'Unknown Print',
    // the title that MakerWorld and CAD programs write into a 3MF that was exported afresh (bambuddy#1170)
    'Exported 3D Model',
];
/** `plate_1`, `Plate 2`: the job of a printer that was sent one plate without a name (bambuddy#1820). */
const PLATE = /^plate[\s_-]*\d+$/;

const NAMES: ReadonlySet<string> = new Set([...UNSAVED_PROJECT, ...FROM_PROGRAMS].map(comparable));

/**
 * Whether a name says nothing about what was printed.
 * @param name a title, or a file's name with or without folders and ending
 */
export function isPlaceholder(name: string): boolean {
    const bare = comparable(bareName(name));
    return PLATE.test(bare) || NAMES.has(bare) || NAMES.has(bare.replace(COUNTED, '')) || NAMES.has(withoutPlate(bare));
}

/** The file's name without its folders and the endings of slicers. */
export function bareName(filename: string): string {
    return filename
        .split(/[\\/]/)
        .at(-1)!
        .replace(/(\.gcode\.3mf|\.3mf|\.gcode)$/i, '')
        .trim();
}

/** ` (2)`, `_2`, ` - 2`: what a system appends to a second file of one name. */
const COUNTED = /\s*(?:\(\d{1,3}\)|[\s_-]+\d{1,3})$/;

function withoutPlate(bare: string): string {
    return bare.replace(/\s*[-_]?\s*plate[\s_-]*\d+$/, '');
}

function comparable(name: string): string {
    return name.normalize('NFC').trim().toLowerCase();
}
