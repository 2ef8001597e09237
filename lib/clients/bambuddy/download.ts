import { open } from 'node:fs/promises';
import { RejectedError } from '../../http/errors';
import type { Answer } from '../../http/http';
import { isGoneAnswer, type Connection } from './connection';

/** So much is asked for at a time, and is in memory: bytes. */
const CHUNK = 4 * 1024 * 1024;
const NO_FILE = /^(Archive|File) not found$/;

/** The 3MF of an archive on its way to the disk; what broke off goes on where it was. */
export class Download {
    private offset = 0;
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
                const { status, headers } = answer;
                const bytes = answer.body as Buffer;
                const total = status === 206 ? totalOf(headers['content-range'], this.offset) : bytes.length;
                const version = headers['etag'] ?? headers['last-modified'] ?? '';
                // another file by now, or a server that knows no ranges: from the beginning
                if (total === null || (this.offset > 0 && (status !== 206 || version !== this.version))) {
                    this.offset = 0;
                    if (status === 206) continue;
                }
                if ((total ?? bytes.length) > this.most) throw this.tooLarge(total ?? bytes.length);
                this.version = version;
                await file.write(bytes, 0, bytes.length, this.offset);
                this.offset += bytes.length;
                if (this.offset < (total ?? bytes.length)) continue;
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
            accept: [404],
            beside: true,
            signal,
        });
        if (answer.status === 404 && !isGoneAnswer(answer, NO_FILE))
            await this.connection.verifyServer('/archives/N/download', signal);
        return answer;
    }

    private tooLarge(bytes: number): RejectedError {
        const [size, limit] = [bytes, this.most].map((each) => (each / 1024 / 1024).toFixed(1));
        return new RejectedError(
            `The file of archive ${this.archiveId} has ${size} MB, and the limit is ${limit} MB. Raise it in "part image".`,
            { server: 'Bambuddy' },
        );
    }
}

/** The size of the whole in `bytes 0-99/14313`. @returns null where another part was sent than that from `offset` on */
function totalOf(range: string | undefined, offset: number): number | null {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(range ?? '') ?? [];
    return from === undefined || Number(from) !== offset ? null : Number(total);
}
