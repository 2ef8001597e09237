import type { Request, Response } from 'express';
import { failureAnswer, send, type Answer } from '../../lib/admin/http-api/answer';
import { sendCsv } from '../../lib/admin/prints/send-csv';
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

/** Sends a table as a file. @param pieces makes its pieces; where that fails, why is the answer */
export async function answerCsv(response: Response, file: string, pieces: () => AsyncIterable<string>): Promise<void> {
    try {
        await sendCsv(response, file, pieces());
    } catch (error) {
        send(response, failureAnswer(error));
    }
}
