import { createHash, randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { explainDiskError } from '../engine/not-writable';
import { syncFolder } from '../engine/snapshot';

const KEY_BYTES = 32;
/** The environment variable that holds the key, where no file is to hold it. */
export const KEY_VARIABLE = 'PRINT_TO_STOCK_KEY';

/** What encrypts tokens. */
export interface TokenKey {
    /** tells one key from another; says nothing of it */
    id: string;
    bytes: Buffer;
    /** where it comes from, for texts: a file or the variable's name */
    from: string;
}

/** The key is there and is none, or cannot be read. */
export class UnusableKey extends Error {
    readonly code = 'TOKEN_KEY';
    constructor(from: string, why: string) {
        super(`The key for tokens, ${from}, ${why}`);
        this.name = 'UnusableKey';
    }
}

/**
 * The key of a catalog's tokens: from the environment, else from the file beside the store, which is made where it is
 * missing: 32 random bytes as base64, readable by its owner alone.
 * @param store the catalog's file
 * @throws UnusableKey; NotWritable
 */
export async function tokenKey(store: string, environment: NodeJS.ProcessEnv = process.env): Promise<TokenKey> {
    const given = environment[KEY_VARIABLE]?.trim() ?? '';
    if (given !== '') return keyOf(given, KEY_VARIABLE);
    const file = keyFileOf(store);
    return keyOf((await textOf(file)) ?? (await make(file)), file);
}

/** The file of a catalog's key. */
export function keyFileOf(store: string): string {
    return `${store}.key`;
}

/** @param text 32 bytes as base64 or as 64 hexadecimal digits */
function keyOf(text: string, from: string): TokenKey {
    const isHex = /^[0-9a-f]{64}$/i.test(text);
    const isBase64 = /^[0-9a-z+/_-]{43}=?$/i.test(text);
    if (!isHex && !isBase64)
        throw new UnusableKey(from, 'is not 32 bytes as base64 or hexadecimal (`openssl rand -base64 32` makes one).');
    const bytes = Buffer.from(text, isHex ? 'hex' : 'base64');
    const id = createHash('sha256').update('print-to-stock key\0').update(bytes).digest('hex').slice(0, 16);
    return { id, bytes, from };
}

async function textOf(file: string): Promise<string | null> {
    try {
        return (await readFile(file, 'utf8')).trim();
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw new UnusableKey(file, `cannot be read (${(error as Error).message}).`);
    }
}

/** Another process may make it at the same time: the first one's holds. It is whole on the disk, or not there. */
async function make(file: string): Promise<string> {
    const text = randomBytes(KEY_BYTES).toString('base64');
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
        const handle = await open(draft, 'wx', 0o600);
        try {
            await handle.writeFile(`${text}\n`);
            await handle.sync();
        } finally {
            await handle.close();
        }
        await link(draft, file).catch((error: unknown) => {
            if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        });
        await syncFolder(dirname(file));
    } catch (error) {
        throw explainDiskError(file, error);
    } finally {
        await rm(draft, { force: true }).catch(() => undefined);
    }
    return (await textOf(file)) ?? text;
}
