import { createHash, randomBytes } from 'node:crypto';
import express from 'express';
import multer from 'multer';
import type { Community, Photo } from './state';

interface Upload {
    community: Community;
    pictures: Omit<Photo, 'id' | 'item'>[];
}

const LEAST = 400;
const MOST_SUM = 14_000;
const MOST_BYTES = 50 * 1024 * 1024;

/** Upload servers: addresses that anybody may send pictures to who has them, and what they answered. */
export class Uploads {
    /** by the token in the address */
    private readonly addresses = new Map<string, { community: Community; bulk: boolean }>();
    /** by the text of the answer: it comes back word for word */
    private readonly waiting = new Map<string, Upload>();
    /** pictures of one bulk upload at the most (not documented) */
    mostInBulk = 10;
    uploaded = 0;

    address(root: string, community: Community, bulk: boolean): string {
        const token = randomBytes(12).toString('hex');
        this.addresses.set(token, { community, bulk });
        return `${root}/upload/product?act=do_add&token=${token}`;
    }

    /** What an answer stands for; it can be used once. */
    take(answer: string): Upload | null {
        const upload = this.waiting.get(answer) ?? null;
        this.waiting.delete(answer);
        return upload;
    }

    routes(): express.Router {
        const router = express.Router();
        router.post('/upload/product', multer({ storage: multer.memoryStorage() }).any(), (req, res) => {
            const target = this.addresses.get(String(req.query['token']));
            const files = (req.files ?? []) as Express.Multer.File[];
            const refusal = target === undefined ? 'invalid upload token' : this.wrong(files, target.bulk);
            // upload servers call their JSON a page
            res.type('text/html');
            if (target === undefined || refusal !== null) {
                res.send(JSON.stringify({ error_msg: refusal }));
                return;
            }
            const pictures = files.map(({ buffer }) => ({ ...sizeOf(buffer)!, bytes: buffer }));
            this.uploaded += pictures.length;
            const answer = JSON.stringify(answerOf(pictures, target.community, target.bulk), null, 1);
            this.waiting.set(answer, { community: target.community, pictures });
            res.send(answer);
        });
        return router;
    }

    private wrong(files: readonly Express.Multer.File[], bulk: boolean): string | null {
        if (files.length === 0) return 'no files';
        if (files.length > (bulk ? this.mostInBulk : 1)) return 'too many files';
        const names = files.map(({ fieldname }) => fieldname);
        const expected = files.length === 1 && names[0] === 'file' ? ['file'] : files.map((_, at) => `file${at + 1}`);
        if (names.join() !== expected.join()) return 'unknown field';
        for (const { buffer } of files) {
            const size = sizeOf(buffer);
            if (size === null) return 'file is not an image';
            if (size.width < LEAST || size.height < LEAST) return 'image is too small';
            if (size.width + size.height > MOST_SUM || buffer.length > MOST_BYTES) return 'image is too big';
        }
        return null;
    }
}

function answerOf(pictures: Upload['pictures'], community: Community, bulk: boolean): unknown {
    const one = ({ bytes, width, height }: Upload['pictures'][number]): Record<string, unknown> => ({
        sha: createHash('sha1').update(bytes).digest('hex'),
        secret: randomBytes(8).toString('hex'),
        meta: { height: String(height), width: String(width) },
        hash: randomBytes(16).toString('hex'),
        server: '1',
        user_id: 1,
        group_id: community.id,
    });
    return bulk ? pictures.map(one) : one(pictures[0]!);
}

/** Of a PNG, JPEG or GIF; null: it is none. */
export function sizeOf(bytes: Buffer): { width: number; height: number } | null {
    if (bytes.length > 24 && bytes.subarray(1, 4).toString('latin1') === 'PNG')
        return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
    if (bytes.length > 10 && bytes.subarray(0, 4).toString('latin1') === 'GIF8')
        return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
    return bytes[0] === 0xff && bytes[1] === 0xd8 ? jpegSize(bytes) : null;
}

function jpegSize(bytes: Buffer): { width: number; height: number } | null {
    for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff;) {
        const marker = bytes[at + 1]!;
        const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
        if (isFrame) return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
        at += 2 + bytes.readUInt16BE(at + 2);
    }
    return null;
}
