import type { Picture } from '../../bambuddy/client';
import type { PrintRecord } from '../../store/records';
import type { Sync } from '../../sync/sync';

/** Where prints of a kind come from: what can be shown of them and done with them beside their record. */
interface PrintSource {
    /** page of the print in the source's web interface */
    page: (sync: Sync, record: Readonly<PrintRecord>) => string | null;
    hasPicture: (sync: Sync, record: Readonly<PrintRecord>) => boolean;
    /** @returns null where there is none */
    picture: (sync: Sync, record: Readonly<PrintRecord>, signal: AbortSignal) => Promise<Picture | null>;
    /** whether our sources can offer it once more */
    canAgain: boolean;
}

const NOTHING: PrintSource = {
    page: () => null,
    hasPicture: () => false,
    picture: () => Promise.resolve(null),
    canAgain: false,
};

/** By `PrintRecord.source`; one that is not here has neither page nor picture. */
const SOURCES: Readonly<Record<string, PrintSource>> = {
    bambuddy: {
        page: ({ bambuddy }, { archiveId }) =>
            bambuddy === null || archiveId === null ? null : bambuddy.archivePage(archiveId),
        hasPicture: ({ bambuddy }, { archiveId }) => bambuddy !== null && archiveId !== null,
        picture: async ({ bambuddy }, { archiveId, identity }, signal) =>
            bambuddy === null || archiveId === null ? null : bambuddy.thumbnail(archiveId, plateOf(identity), signal),
        canAgain: true,
    },
};

export function sourceOf(record: Readonly<PrintRecord>): PrintSource {
    return Object.hasOwn(SOURCES, record.source) ? SOURCES[record.source]! : NOTHING;
}

/** The plate that stands in an identity where plates are kept apart. */
function plateOf(identity: string): number | null {
    const plate = /:plate:(\d{1,4})$/.exec(identity)?.[1];
    return plate === undefined ? null : Number(plate);
}
