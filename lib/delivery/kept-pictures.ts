import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pictureType } from '../http/picture-type';
import type { Picture } from '../http/picture-type';
import type { Print } from '../print/print';

/** Beyond these the oldest go: pictures wait for an upload, they are no album. */
const MOST = 200;

const EXTENSIONS: readonly (readonly [string, string])[] = [
    ['image/jpeg', '.jpg'],
    ['image/png', '.png'],
    ['image/webp', '.webp'],
];

type Pictured = Pick<Print, 'source' | 'filename' | 'startedAt' | 'completedAt'>;

/**
 * Pictures that can be taken only once, at the end of a print: an hour later the bed is empty, and InvenTree may be away
 * for longer. They lie beside the store until they are uploaded; what a crash leaves over goes with the oldest.
 */
export class KeptPictures {
    constructor(private readonly folder: string) {}

    /** Resolves when the picture is on the disk. One of a kind that InvenTree does not take, by its bytes, is not kept. */
    async keep(print: Pictured, picture: Picture): Promise<void> {
        const kind = pictureType(picture.bytes);
        const extension = EXTENSIONS.find(([type]) => type === kind)?.[1];
        if (extension === undefined) return;
        await mkdir(this.folder, { recursive: true });
        await this.makeRoom();
        const file = join(this.folder, `${nameOf(print)}${extension}`);
        await writeFile(`${file}.tmp`, picture.bytes);
        await rename(`${file}.tmp`, file);
    }

    /** @returns null where none was kept */
    async read(print: Pictured): Promise<Picture | null> {
        for (const [type, extension] of EXTENSIONS) {
            const bytes = await readFile(join(this.folder, `${nameOf(print)}${extension}`)).catch(() => null);
            if (bytes !== null && bytes.length > 0) return { bytes, type };
        }
        return null;
    }

    /** It is uploaded, or not wanted. */
    async drop(print: Pictured): Promise<void> {
        for (const [, extension] of EXTENSIONS)
            await rm(join(this.folder, `${nameOf(print)}${extension}`), { force: true }).catch(() => undefined);
    }

    private async makeRoom(): Promise<void> {
        const names = await readdir(this.folder);
        if (names.length < MOST) return;
        const ages = await Promise.all(
            names.map(async (name) => ({
                name,
                at: (await stat(join(this.folder, name)).catch(() => null))?.mtimeMs ?? 0,
            })),
        );
        ages.sort((a, b) => a.at - b.at);
        for (const { name } of ages.slice(0, names.length - MOST + 1))
            await rm(join(this.folder, name), { force: true });
    }
}

/** By what never changes of a print: its code may. */
function nameOf({ source, filename, startedAt, completedAt }: Pictured): string {
    return createHash('sha1').update([source, filename, startedAt, completedAt].join('\n')).digest('hex');
}
