import { createHash } from 'node:crypto';
import { Router, type Request, type Response } from 'express';
import multer from 'multer';
import type { Access } from './access';
import { archiveAnswer } from './archive-answer';
import { answer, invalid, notFound, Refusal } from './answers';
import { idOf, Query } from './parameters';
import { picture } from './png';
import { archiveFile, hashOf, platesOfArchive } from './prints';
import type { ArchiveRow, Plate } from './rows';
import type { BambuddyState } from './state';
import { read3mf, write3mf, type ThreeMf } from './three-mf';

/** Files of archives: the 3MF up and down, photos up. */
export function fileRoutes(state: BambuddyState, access: Access): Router {
    const routes = Router({ caseSensitive: true, strict: true });
    const reading = access.allows('canReadStatus');
    const managing = access.allows('canManageArchives');
    const oneFile = multer({ storage: multer.memoryStorage() }).single('file');
    const visible = (req: Request): ArchiveRow => {
        const row = state.visibleArchive(idOf(req, 'archive_id'));
        if (!row) throw notFound('Archive');
        return row;
    };

    routes.post('/archives/upload', managing, oneFile, (req, res) => {
        const { name, content } = uploaded(req);
        if (!name.endsWith('.3mf')) throw new Refusal(400, 'File must be a .3mf file');
        const file = read3mf(content);
        if (file === undefined) throw new Refusal(400, notZip);
        const row = archiveUpload(state, name, content, file, new Query(req).integer('printer_id'));
        answer(res, archiveAnswer(state, row));
    });

    routes.get(['/archives/:archive_id/download', '/archives/:archive_id/file/:filename'], reading, (req, res) => {
        const row = visible(req);
        if (row.file_path === '') throw notFound('File');
        sendFile(req, res, row, state.files.get(row.id) ?? generated(state, row));
    });

    routes.get(
        ['/archives/:archive_id/timelapse', '/archives/:archive_id/timelapse/info'],
        (req, res, next) => (req.path.endsWith('/info') ? reading : access.withImageToken)(req, res, next),
        (req) => {
            visible(req);
            throw notFound('Timelapse');
        },
    );

    routes.get('/archives/:archive_id/source', reading, (req) => {
        visible(req);
        throw new Refusal(404, 'No source 3MF attached to this archive');
    });

    routes.post('/archives/:archive_id/photos', managing, oneFile, (req, res) => {
        const row = visible(req);
        const { name, content } = uploaded(req);
        const filename = `${hashOf(content).slice(0, 8)}${/\.\w+$/.exec(name)?.[0] ?? ''}`;
        addPhoto(state, row, filename, content);
        answer(res, { status: 'uploaded', filename, photos: row.photos });
    });

    return routes;
}

/** Photos are kept by the archive in a folder of their own; the row knows their names. */
export function addPhoto(state: BambuddyState, row: ArchiveRow, filename: string, content: Buffer): void {
    row.photos = [...(row.photos ?? []), filename];
    state.photos.set(row.id, (state.photos.get(row.id) ?? new Map<string, Buffer>()).set(filename, content));
}

/** An uploaded file becomes an archive that was never printed, and yet has an end time (recording 08). */
function archiveUpload(
    state: BambuddyState,
    filename: string,
    content: Buffer,
    file: ThreeMf,
    printer: number | undefined,
): ArchiveRow {
    const [first] = file.plates;
    const filaments = file.plates.flatMap((plate) => plate.filaments);
    const sum = (values: (number | null)[]): number | null =>
        values.length === 0 ? null : Math.round(values.reduce((a: number, b) => a + (b ?? 0), 0) * 100) / 100;
    const plates = file.plates.map((plate): Plate => ({
        ...plate,
        name: plate.objects[0] ?? '',
        thumbnail: plate.picture !== undefined,
    }));
    const row = archiveFile(
        state,
        {
            name: file.title ?? filename.replace(/(\.gcode)?\.3mf$/, ''),
            filename,
            contentHash: hashOf(content),
            printer,
            plates: plates.length > 1 ? plates : undefined,
            quantity: plates.length === 1 ? Math.max(1, first!.objects.length) : 1,
            thumbnail: first?.picture ?? false,
            estimate: {
                seconds: sum(file.plates.map((plate) => plate.seconds)),
                grams: sum(file.plates.map((plate) => plate.grams)),
            },
            filamentType: [...new Set(filaments.map(({ type }) => type))].join(', '),
            filamentColor: [...new Set(filaments.map(({ color }) => color))].join(','),
            fields: { ...file.settings, file_size: content.length, ...(plates.length === 0 ? unsliced : {}) },
        },
        { completed_at: state.moment() },
    );
    if (row.extra_data && filaments.length > 0) row.extra_data.filament_slots = filaments;
    if (file.title === undefined) delete row.extra_data?.print_name;
    state.files.set(row.id, content);
    return row;
}

/** A 3MF that no slicer has worked on has nothing to tell but its name. */
const unsliced = {
    extra_data: {},
    cost: null,
    filament_used_grams: null,
    filament_type: null,
    filament_color: null,
    print_time_seconds: null,
    total_layers: null,
} satisfies Partial<ArchiveRow>;

const notZip =
    "This .3mf file isn't a valid ZIP container. 3MF files are ZIP archives — either the file is corrupted or it's raw " +
    "gcode renamed to .3mf. Re-export from your slicer using its 'Export Plate Sliced File' action.";

function uploaded(req: Request): { name: string; content: Buffer } {
    if (!req.file) throw invalid({ type: 'missing', loc: ['body', 'file'], msg: 'Field required', input: null });
    // multer reads names as Latin-1, browsers and Python send UTF-8
    return { name: Buffer.from(req.file.originalname, 'latin1').toString('utf8'), content: req.file.buffer };
}

function generated(state: BambuddyState, row: ArchiveRow): Buffer {
    return write3mf({
        title: row.print_name ?? undefined,
        plates: platesOfArchive(state, row).map((plate) => ({
            ...plate,
            picture: plate.thumbnail ? picture(row.id * 7 + plate.index) : undefined,
        })),
        settings: row,
    });
}

function sendFile(req: Request, res: Response, row: ArchiveRow, content: Buffer): void {
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    const range = /^bytes=(\d+)-(\d*)$/.exec(req.get('range') ?? '');
    // as Starlette: plain where the name is ASCII, RFC 5987 where not (recordings 113, 114)
    const name = encodeURIComponent(row.filename);
    res.setHeader('content-type', 'application/vnd.ms-package.3dmanufacturing-3dmodel+xml');
    res.setHeader('accept-ranges', 'bytes');
    res.setHeader('etag', etag);
    res.setHeader('last-modified', new Date(`${row.created_at}Z`).toUTCString());
    res.setHeader(
        'content-disposition',
        `attachment; ${name === row.filename ? `filename="${name}"` : `filename*=utf-8''${name}`}`,
    );
    if (!range) return void res.end(content);
    const [start, end] = [Number(range[1]), Math.min(Number(range[2] || content.length - 1), content.length - 1)];
    if (start >= content.length) {
        // as Starlette, in plain text
        res.setHeader('content-range', `*/${content.length}`);
        res.setHeader('content-type', 'text/plain; charset=utf-8');
        res.statusCode = 416;
        return void res.end('Range Not Satisfiable');
    }
    res.statusCode = 206;
    res.setHeader('content-range', `bytes ${start}-${end}/${content.length}`);
    res.end(content.subarray(start, end + 1));
}
