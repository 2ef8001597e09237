import { Router, type Response } from 'express';
import type { Access } from './access';
import { notFound, Refusal } from './answers';
import { idOf } from './parameters';
import { picture } from './png';
import { platesOfArchive } from './prints';
import type { ArchiveRow } from './rows';
import type { BambuddyState } from './state';
import { dateOf } from './time';

/** Images of archives: all take `?token=`, and `plate-preview` the key as well (recordings 93 to 110, 162 to 169). */
export function imageRoutes(state: BambuddyState, access: Access): Router {
    const routes = Router({ caseSensitive: true, strict: true });
    const { withImageToken } = access;

    routes.get('/archives/:archive_id/thumbnail', withImageToken, (req, res) => {
        const row = state.visibleArchive(idOf(req, 'archive_id'));
        if (!row?.thumbnail_path) throw notFound('Thumbnail');
        const time = dateOf(row.created_at);
        res.setHeader('cache-control', 'no-cache, must-revalidate');
        res.setHeader('etag', `"${Math.floor(time.getTime() / 1000)}"`);
        res.setHeader('last-modified', time.toUTCString());
        res.setHeader('accept-ranges', 'bytes');
        send(res, thumbnailOf(state, row));
    });

    routes.get('/archives/:archive_id/plate-thumbnail/:plate_index', withImageToken, (req, res) => {
        const row = state.visibleArchive(idOf(req, 'archive_id'));
        const index = idOf(req, 'plate_index');
        if (!row) throw notFound('Archive');
        const plate = platesOfArchive(state, row).find((each) => each.index === index);
        if (!plate?.thumbnail) throw notFound(`Thumbnail for plate ${index}`);
        send(res, picture(row.id * 7 + index));
    });

    routes.get('/archives/:archive_id/plate-preview', access.allows('canReadStatus'), withImageToken, (req, res) => {
        const row = state.visibleArchive(idOf(req, 'archive_id'));
        if (!row) throw notFound('Archive');
        if (row.file_path === '') throw notFound('File');
        if (!row.thumbnail_path) throw new Refusal(404, 'No plate preview found in 3MF file');
        send(res, thumbnailOf(state, row));
    });

    routes.get('/archives/:archive_id/photos/:filename', withImageToken, (req, res) => {
        const row = state.visibleArchive(idOf(req, 'archive_id'));
        if (!row) throw notFound('Archive');
        const filename = req.params.filename!;
        if (!row.photos?.includes(filename)) throw notFound('Photo');
        res.setHeader('accept-ranges', 'bytes');
        send(
            res,
            state.photos.get(row.id)?.get(filename) ?? smallPhoto,
            `image/${filename.endsWith('.png') ? 'png' : 'jpeg'}`,
        );
    });

    // the job that a printer has, or had last (run on 1.2.5.2: with the key alone 401, with the camera token 200)
    routes.get('/printers/:printer_id/cover', access.withCameraToken, (req, res) => {
        const printer = state.printers.get(idOf(req, 'printer_id'));
        if (!printer) throw notFound('Printer');
        const { job } = printer;
        if (job === null) throw new Refusal(404, `No subtask_name in printer state (state=${printer.state})`);
        const row = state.archives.get(job.archiveId);
        if (!row?.thumbnail_path) throw new Refusal(404, `Could not download 3MF file for '${job.name}'`);
        send(res, thumbnailOf(state, row));
    });

    return routes;
}

function thumbnailOf(state: BambuddyState, row: ArchiveRow): Buffer {
    return state.thumbnails.get(row.id) ?? picture(row.id);
}

function send(res: Response, image: Buffer, type = 'image/png'): void {
    res.setHeader('content-type', type);
    res.end(image);
}

/** One grey point, as JPEG. */
const smallPhoto = Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////' +
        '////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
    'base64',
);
