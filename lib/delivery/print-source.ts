import type { Picture } from '../http/picture-type';
import type { FilamentUse } from '../print/filament';
import type { PictureOf } from '../print/picture';
import type { Print } from '../print/print';
import type { PrintRecord } from '../store/ledger/records';

/** Files of prints, as their source has them. Each waits while the source is away. */
export interface PrintFiles {
    /**
     * Writes the file that was printed to the disk; what breaks off goes on where it was.
     * @param most bytes
     * @returns its size in bytes; null where there is none. @throws RejectedError where it is larger
     */
    model(print: Print, path: string, most: number, signal: AbortSignal): Promise<number | null>;
    /** The name of the photo of the finished print; null: there is none, or it is of another run. */
    photoName(print: Print): string | null;
    photo(print: Print, name: string, signal: AbortSignal): Promise<Picture | null>;
    /** The page that shows the timelapse; null: there is none. */
    timelapse(print: Print): string | null;
}

/**
 * A source of prints, as everything that is not the source sees it: what its prints are called, where their pictures come
 * from, what can be done with them. A source registers itself with the delivery of each store it works with
 * (`Delivery.registerSource`); what needs no server it registers as its `PrintKind`. Nothing else decides by the name of a
 * source.
 */
export interface PrintSource {
    /** `source` of its prints and records, as its `PrintKind` has it */
    readonly kind: string;
    /** what its node is called in the palette */
    readonly node: string;
    /** whether its node can offer a print once more that is in stock */
    readonly canAgain: boolean;
    /** The next code of a print whose code is another item's. @returns null: there is no other */
    nextBatch(print: Print): string | null;
    /** The picture of a print; missing: what was kept of it at its end. */
    picture?: PictureOf;
    /** What can be had at once, in one try; null where the source is away; throws nothing. */
    quickPicture?: PictureOf;
    /**
     * The picture of a print by the values that its message was sent with, for a webhook.
     * Missing: its pictures come with the messages.
     */
    pictureOfValues?(values: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<Picture | null>;
    /** Files of a print; missing: it has none. */
    files?: PrintFiles;
    /**
     * What a print used of each filament, as the source's server lists it; missing: the print's own figures tell.
     * @param isTaken whether another run has a row of that list, by its id. @returns null: it lists nothing of this print
     */
    filamentOf?(print: Print, isTaken: (usageId: number) => boolean, signal: AbortSignal): Promise<FilamentUse | null>;
    /** Page of the print in the source's web interface. */
    page(record: Readonly<PrintRecord>): string | null;
    hasPicture(record: Readonly<PrintRecord>): boolean;
    /** A picture for lists. @returns null where there is none */
    thumbnail(record: Readonly<PrintRecord>, signal: AbortSignal): Promise<Picture | null>;
    /** Its server does not answer: it is not asked for pictures. */
    isOff(): boolean;
}
