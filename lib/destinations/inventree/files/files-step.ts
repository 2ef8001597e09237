import { join } from 'node:path';
import {
    attachFile,
    attachLink,
    attachmentsOf,
    type AttachedTo,
} from '../../../clients/inventree/attachments/attachments';
import { imageField } from '../../../clients/inventree/images';
import type { PrintFiles } from '../../../delivery/print-source';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { Resend } from '../../../delivery/retry/unknown-outcome';
import { ClosedError } from '../../../http/errors';
import type { Print } from '../../../print/print';
import { sanitize, sanitizeLink } from '../../../text/inventree-text';
import type { InvenTreeDestination } from '../destination';

/** What is attached beside the picture. */
export interface FileSettings {
    /** the 3MF, to the Part */
    model: boolean;
    /** a larger 3MF is left out; bytes */
    most: number;
    /** the photo of the finished print, to the StockItem */
    photo: boolean;
    /** to the StockItem, as a link to the page that shows it */
    timelapse: boolean;
    /** page of the model, to the Part, as a link */
    page: boolean;
}

/** What may be attached. */
export const ATTACHED = ['model', 'photo', 'timelapse', 'page'] as const;
export type Attached = (typeof ATTACHED)[number];

/** Of each that is wanted: `attached` now, `known` from before, `none` (the print has none), or why it failed. */
export type FilesResult = Partial<Record<Attached, string>>;

const FINE: ReadonlySet<string> = new Set(['attached', 'known', 'none']);
const MODEL_TYPE = 'model/3mf';
const MOST_COMMENT = 250;
const MOST_NAME = 100;

export function wantsFiles({ model, photo, timelapse, page }: FileSettings): boolean {
    return model || photo || timelapse || page;
}

/** Whether nothing that was wanted failed. */
export function haveSucceeded(result: FilesResult): boolean {
    return Object.values(result).every((each) => FINE.has(each));
}

/**
 * Attaches files and links of a print to its Part and StockItem, each once: the comment of an attachment tells which it is,
 * and is looked for before anything is sent, whatever the ledger knows. What is refused is told and leaves the rest as it is.
 * @param stock pk of the StockItem; undefined: there is none
 * @throws ClosedError when `signal` ends it
 */
export async function filesStep(
    destination: InvenTreeDestination,
    print: Print,
    part: number,
    stock: number | undefined,
    settings: FileSettings,
    signal: AbortSignal,
): Promise<FilesResult> {
    const files = destination.delivery.printSource(print.source)?.files;
    const result: FilesResult = {};
    if (files === undefined) return result;
    const work = new Files(destination, print, files, settings, signal);
    for (const what of ATTACHED) {
        if (!settings[what]) continue;
        const onPart = what === 'model' || what === 'page';
        if (!onPart && stock === undefined) continue;
        const to: AttachedTo = onPart ? { model: 'part', pk: part } : { model: 'stockitem', pk: stock! };
        try {
            result[what] = await destination.mutex.run(`files:${to.model}:${to.pk}`, () => work[what](to));
        } catch (error) {
            if (error instanceof ClosedError || !(error instanceof Error)) throw error;
            // a full disk, too: stock, picture and link do not wait for a file
            result[what] = error.message;
            destination.delivery.warnOnce(`${print.batch}: ${error.message}`, `${what} of ${print.batch}`);
        }
    }
    return result;
}

class Files {
    constructor(
        private readonly destination: InvenTreeDestination,
        private readonly print: Print,
        private readonly files: PrintFiles,
        private readonly settings: FileSettings,
        private readonly signal: AbortSignal,
    ) {}

    /** Prints of one file are one file: it is known by the hash that its source gives it. */
    async model(to: AttachedTo): Promise<string> {
        const { contentHash, filename, batch } = this.print;
        if (contentHash === null) return 'none';
        const comment = `3MF ${contentHash}`;
        if (await this.isThere(to, comment)) return 'known';
        const folders = this.destination.temporaryFolders;
        const folder = await folders.make();
        try {
            const path = join(folder, 'model.3mf');
            const size = await this.files.model(this.print, path, this.settings.most, this.signal);
            if (size === null) return 'none';
            const name = sanitize(filename?.split(/[\\/]/).at(-1) ?? `${batch}.3mf`, MOST_NAME);
            const file = { content: { path, size }, file: { name, type: MODEL_TYPE } };
            return await this.once(to, comment, () => attachFile(this.client, to, file, comment, this.signal));
        } finally {
            await folders.remove(folder);
        }
    }

    async photo(to: AttachedTo): Promise<string> {
        const name = this.files.photoName(this.print);
        if (name === null) return 'none';
        const comment = sanitize(`Photo ${name}`, MOST_COMMENT);
        if (await this.isThere(to, comment)) return 'known';
        const picture = await this.files.photo(this.print, name, this.signal);
        if (picture === null) return 'none';
        const { content, file } = imageField(picture, `photo-${to.pk}`);
        const field = { content, file: file! };
        return this.once(to, comment, () => attachFile(this.client, to, field, comment, this.signal));
    }

    timelapse(to: AttachedTo): Promise<string> {
        return this.link(to, this.files.timelapse(this.print), 'Timelapse');
    }

    page(to: AttachedTo): Promise<string> {
        return this.link(to, this.print.makerworldUrl, 'Model');
    }

    private get client(): InvenTreeDestination['client'] {
        return this.destination.client;
    }

    private async link(to: AttachedTo, address: string | null, comment: string): Promise<string> {
        const link = sanitizeLink(address);
        if (link === null) return 'none';
        const isIt = async (): Promise<boolean> =>
            (await attachmentsOf(this.client, to, this.signal)).some((each) => each.link === link);
        if (await retryWhileUnavailable(this.destination.breaker, isIt, this.signal)) return 'known';
        return this.once(to, comment, () => attachLink(this.client, to, link, comment, this.signal), isIt);
    }

    private isThere(to: AttachedTo, comment: string): Promise<boolean> {
        return retryWhileUnavailable(this.destination.breaker, () => this.has(to, comment), this.signal);
    }

    private async has(to: AttachedTo, comment: string): Promise<boolean> {
        return (await attachmentsOf(this.client, to, this.signal)).some((each) => each.comment === comment);
    }

    /** What was sent without an answer is looked for before it is sent again. */
    private async once(
        to: AttachedTo,
        comment: string,
        send: () => Promise<void>,
        isIt: () => Promise<boolean> = () => this.has(to, comment),
    ): Promise<string> {
        const resend = new Resend(undefined, this.destination.delivery.now);
        await retryWhileUnavailable(
            this.destination.breaker,
            async (attempt) => {
                if (attempt > 0 && (await isIt())) return;
                resend.maySend();
                await resend.send(send);
            },
            this.signal,
        );
        return 'attached';
    }
}
