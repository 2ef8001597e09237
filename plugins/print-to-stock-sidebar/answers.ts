import { once } from 'node:events';
import type { Request, Response } from 'express';
import { failureAnswer, send, type Answer } from '../../lib/admin/http-api/answer';
import type { Thumbnail } from '../../lib/admin/sidebar/picture-cache';

const PICTURE_S = 3600;

export async function answer(response: Response, work: () => Answer | Promise<Answer>): Promise<void> {
    try {
        send(response, await work());
    } catch (error) {
        send(response, failureAnswer(error));
    }
}

/** A row without a picture is no error, and neither is a server that is off: the row then shows none. */
export async function sendPicture(
    request: Request,
    response: Response,
    read: () => Promise<Thumbnail | null>,
): Promise<void> {
    const thumbnail = await Promise.resolve()
        .then(read)
        .catch(() => null);
    if (response.destroyed) return;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', thumbnail === null ? 'no-store' : `private, max-age=${PICTURE_S}`);
    if (thumbnail === null) return void response.status(204).end();
    response.setHeader('ETag', thumbnail.etag);
    if (request.headers['if-none-match'] === thumbnail.etag) return void response.status(304).end();
    response.setHeader('Content-Type', thumbnail.type);
    response.end(thumbnail.bytes);
}

/**
 * Sends a table as a file, as fast as the browser takes it.
 * @param table makes its pieces. Where it fails before the first, that is the answer; later the connection ends, so that
 * nobody takes half a table for a whole one
 */
export async function sendCsv(response: Response, file: string, table: () => AsyncIterable<string>): Promise<void> {
    try {
        for await (const piece of table()) {
            if (response.destroyed) return;
            if (!response.headersSent)
                response.writeHead(200, {
                    'Content-Type': 'text/csv; charset=utf-8',
                    'Content-Disposition': `attachment; filename="${file}"`,
                    'Cache-Control': 'no-store',
                    'X-Content-Type-Options': 'nosniff',
                });
            if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
        }
        response.end();
    } catch (error) {
        if (response.headersSent) response.destroy();
        else send(response, failureAnswer(error));
    }
}

/** Ends when the browser does not wait any more, as when a newer search has come. */
export function whileWaited(response: Response): AbortSignal {
    const waited = new AbortController();
    response.on('close', () => waited.abort());
    return waited.signal;
}
