import type { IncomingMessage } from 'node:http';
import { pictureType, type Picture } from '../../http/picture-type';
import { valueOfText } from '../../sources/octoprint/inbound/inbound-event';
import { bytesOf, parse, parsedBefore } from './json-body';
import { ServiceError } from './service-error';

/** Texts whatever they look like: a secret of digits, too. */
const TEXTS: ReadonlySet<string> = new Set(['apiSecret', 'deviceIdentifier', 'topic', 'message']);

export interface WebhookBody {
    fields: Record<string, unknown>;
    /** the first file of a multipart body that is a picture */
    picture: Picture | null;
}

/**
 * What a webhook brings as JSON, as a form, or as a form with a picture. Whether it is too much is seen before it is read.
 * @throws ServiceError 415, 413, 400
 */
export async function webhookBody(request: IncomingMessage): Promise<WebhookBody> {
    const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
    if (encoding !== 'identity') throw new ServiceError(415, 'Send an uncompressed body');
    const type = request.headers['content-type'] ?? '';
    const before = parsedBefore(request);
    // middleware of the user's own may have read it
    if (before !== undefined) return { fields: objectOf(before), picture: null };
    const bytes = await bytesOf(request);
    // some write `application/json charset=utf8;` (recording octoprint-webhooks/30)
    const media = type.trim().split(/[;\s]/)[0]!.toLowerCase();
    if (/^application\/([\w.-]+\+)?json$/.test(media)) return { fields: objectOf(parse(bytes)), picture: null };
    if (media === 'application/x-www-form-urlencoded')
        return { fields: fieldsOf(new URLSearchParams(bytes.toString('utf8'))), picture: null };
    if (media === 'multipart/form-data') return multipart(type, bytes);
    throw new ServiceError(415, 'Send JSON, a form, or multipart/form-data, and say so in Content-Type');
}

async function multipart(type: string, bytes: Buffer): Promise<WebhookBody> {
    let form: FormData;
    try {
        form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
    } catch {
        throw new ServiceError(400, 'The body is not multipart/form-data');
    }
    const texts: [string, string][] = [];
    const files: File[] = [];
    form.forEach((value, name) => {
        if (typeof value === 'string') texts.push([name, value]);
        else files.push(value);
    });
    return { fields: fieldsOf(texts), picture: await firstPicture(files) };
}

/** By the bytes: what a sender calls its file is another matter. */
async function firstPicture(files: readonly File[]): Promise<Picture | null> {
    for (const file of files) {
        const bytes = Buffer.from(await file.arrayBuffer());
        const kind = pictureType(bytes);
        if (kind !== null) return { bytes, type: kind };
    }
    return null;
}

function fieldsOf(entries: Iterable<[string, string]>): Record<string, unknown> {
    const fields = Object.create(null) as Record<string, unknown>;
    for (const [name, text] of entries) fields[name] = TEXTS.has(name) ? text : valueOfText(text);
    return fields;
}

function objectOf(value: unknown): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw new ServiceError(400, 'The body must be an object with a "topic"');
    return value as Record<string, unknown>;
}
