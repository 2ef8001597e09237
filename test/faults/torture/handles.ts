import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Method = 'write' | 'datasync' | 'sync' | 'truncate';
type Call = (this: FileHandle, ...args: never[]) => Promise<unknown>;

/** Stands between every open file of this process and the disk. */
export interface Between {
    write?: (handle: FileHandle, bytes: Buffer, real: (bytes: Buffer) => Promise<number>) => Promise<number>;
    datasync?: (handle: FileHandle, real: () => Promise<void>) => Promise<void>;
    sync?: (handle: FileHandle, real: () => Promise<void>) => Promise<void>;
    truncate?: (handle: FileHandle, real: () => Promise<void>) => Promise<void>;
}

/** @returns what takes it away again */
export async function standBetween(between: Between): Promise<() => void> {
    const path = join(tmpdir(), `handle-${process.pid}`);
    const handle = await open(path, 'w');
    const prototype = Object.getPrototypeOf(handle) as Record<Method, Call>;
    await handle.close();
    await rm(path);
    const real = { ...methodsOf(prototype) };
    const { write, ...rest } = between;
    if (write !== undefined)
        prototype.write = async function (this: FileHandle, buffer: Buffer, offset = 0) {
            const call = real.write as (this: FileHandle, bytes: Buffer) => Promise<{ bytesWritten: number }>;
            const bytesWritten = await write(
                this,
                buffer.subarray(offset),
                async (bytes) => (await call.call(this, bytes)).bytesWritten,
            );
            return { bytesWritten, buffer };
        };
    for (const name of ['datasync', 'sync', 'truncate'] as const) {
        const replacement = rest[name];
        if (replacement === undefined) continue;
        prototype[name] = async function (this: FileHandle, ...args: never[]) {
            await replacement(this, async () => void (await real[name].apply(this, args)));
        };
    }
    return () => Object.assign(prototype, real);
}

function methodsOf({ write, datasync, sync, truncate }: Record<Method, Call>): Record<Method, Call> {
    return { write, datasync, sync, truncate };
}
