import { open } from 'node:fs/promises';
import { RejectedError, UnavailableError } from '../../http/errors';
import type { Answer } from '../../http/http';
import { isGoneAnswer, type Connection } from './connection';

/** So much is asked for at a time, and is in memory: bytes. */
const CHUNK = 4 * 1024 * 1024;
const NO_FILE = /^(Archive|File) not found$/;
/** A file that is another one so many times while it is read is left to a later attempt. */
const MOST_BEGINNINGS = 3;

/** The 3MF of an archive on its way to the disk; what broke off goes on where it was. */
export class Download {
    private offset = 0;
    private beginnings = 0;
    /** tells the file from another one that takes its place meanwhile */
    private version: string | null = null;

    /**
     * @param to path of the file it is written to
     * @param most bytes; a larger file is not read
     */
    constructor(
        private readonly connection: Connection,
        private readonly archiveId: number,
        private readonly to: string,
        private readonly most: number,
    ) {}

    /**
     * Reads what is missing; called again after a failure it goes on.
     * @returns the file's size in bytes; null where the archive has no file
     * @throws RejectedError where it is larger than wanted; as `Connection.ask`
     */
    async run(signal?: AbortSignal): Promise<number | null> {
        const file = await open(this.to, this.offset === 0 ? 'w' : 'r+');
        try {
            for (;;) {
                const answer = await this.ask(signal);
                if (answer.status === 404) return null;
                const part = partOf(answer, this.offset);
                // another file by now, or a server that knows no ranges: from the beginning
                if (part === null || (this.offset > 0 && part.version !== this.version)) {
                    this.beginAnew();
                    continue;
                }
                if (part.total > this.most) throw this.tooLarge(part.total);
                this.version = part.version;
                await file.write(part.bytes, 0, part.bytes.length, this.offset);
                this.offset += part.bytes.length;
                if (this.offset < part.total) continue;
                await file.truncate(this.offset);
                return this.offset;
            }
        } finally {
            await file.close();
        }
    }

    private async ask(signal?: AbortSignal): Promise<Answer> {
        const path = `/archives/${this.archiveId}/download`;
        const answer = await this.connection.ask('GET', path, {
            as: 'bytes',
            headers: { Range: `bytes=${this.offset}-${this.offset + CHUNK - 1}` },
            accept: [404, 416],
            beside: true,
            signal,
        });
        if (answer.status === 404 && !isGoneAnswer(answer, NO_FILE))
            await this.connection.verifyServer('/archives/N/download', signal);
        return answer;
    }

    private beginAnew(): void {
        this.offset = 0;
        if (++this.beginnings < MOST_BEGINNINGS) return;
        this.beginnings = 0;
        throw new UnavailableError(
            `Bambuddy sent other parts of the file of archive ${this.archiveId} than were asked for, or the file changed while it was read. Check any proxy before it.`,
            { server: 'Bambuddy', beside: true },
        );
    }

    private tooLarge(bytes: number): RejectedError {
        const [size, limit] = [bytes, this.most].map((each) => (each / 1024 / 1024).toFixed(1));
        return new RejectedError(
            `The file of archive ${this.archiveId} has ${size} MB, and the limit is ${limit} MB. Raise it in "part image".`,
            { server: 'Bambuddy' },
        );
    }
}

/** A portion of a file. */
interface FilePart {
    bytes: Buffer;
    /** of the whole, in bytes */
    total: number;
    version: string;
}

/** @returns null where it is not the portion from `offset` on: of a file that is shorter by now, or of another server */
function partOf({ status, headers, body }: Answer, offset: number): FilePart | null {
    if (status === 416 || (status !== 206 && offset > 0)) return null;
    const bytes = body as Buffer;
    const total = status === 206 ? totalOf(headers['content-range'], offset) : bytes.length;
    if (total === null || (bytes.length === 0 && total > offset)) return null;
    return { bytes, total, version: headers['etag'] ?? headers['last-modified'] ?? '' };
}

/** The size of the whole in `bytes 0-99/14313`. @returns null where another part was sent than that from `offset` on */
function totalOf(range: string | undefined, offset: number): number | null {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(range ?? '') ?? [];
    return from === undefined || Number(from) !== offset ? null : Number(total);
}
