import type express from 'express';
import multer from 'multer';
import type { ParsedBody, UploadedFile } from './endpoint';
import { Refusal } from './errors';

const upload = multer({
    storage: multer.memoryStorage(),
    defParamCharset: 'utf8',
    limits: { fieldSize: 32 * 1024 * 1024 },
}).any();

/** Reads the whole request. What is wrong with it is said later, after the permissions are checked. */
export async function readBody(req: express.Request, res: express.Response): Promise<ParsedBody> {
    const type = (req.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
    const nothing = { body: {}, multipart: false, files: new Map<string, UploadedFile>() };
    if (type === 'multipart/form-data') return readMultipart(req, res);
    const content = await readAll(req);
    if (content.length === 0) return nothing;
    const text = content.toString('utf8');
    if (type === 'application/json') {
        const body = parseJson(text);
        req.body = body;
        return body instanceof Refusal ? body : { ...nothing, body };
    }
    if (type === 'application/x-www-form-urlencoded') {
        return { ...nothing, body: Object.fromEntries(new URLSearchParams(text)) };
    }
    return new Refusal(415, { detail: `Unsupported media type "${type}" in request.` });
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return new Refusal(400, { detail: 'JSON parse error - Expecting value: line 1 column 1 (char 0)' });
    }
}

function readMultipart(req: express.Request, res: express.Response): Promise<ParsedBody> {
    return new Promise((resolve) => {
        upload(req, res, (error?: unknown) => {
            if (error) return resolve(new Refusal(400, { detail: 'Multipart form parse error' }));
            const files = new Map<string, UploadedFile>();
            for (const file of (req.files ?? []) as Express.Multer.File[]) {
                files.set(file.fieldname, { filename: file.originalname, content: file.buffer });
            }
            resolve({ body: { ...(req.body as Record<string, unknown>) }, multipart: true, files });
        });
    });
}

async function readAll(req: express.Request): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
}
