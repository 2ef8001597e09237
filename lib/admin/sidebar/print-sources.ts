import type { Picture } from '../../clients/bambuddy/client';
import type { PrintRecord } from '../../store/ledger/records';
import type { Print } from '../../print/print';
import type { Sync } from '../../sources/sync';

/** Where prints of a kind come from: what can be shown of them and done with them beside their record. */
interface PrintSource {
    /** page of the print in the source's web interface */
    page: (sync: Sync, record: Readonly<PrintRecord>) => string | null;
    hasPicture: (sync: Sync, record: Readonly<PrintRecord>) => boolean;
    /** @returns null where there is none */
    picture: (sync: Sync, record: Readonly<PrintRecord>, signal: AbortSignal) => Promise<Picture | null>;
    /** its server does not answer: nobody asks it for pictures */
    isOff: (sync: Sync) => boolean;
    /** whether our sources can offer it once more */
    canAgain: boolean;
}

const NOTHING: PrintSource = {
    page: () => null,
    hasPicture: () => false,
    picture: () => Promise.resolve(null),
    isOff: () => false,
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
        isOff: ({ bambuddyBreaker }) => bambuddyBreaker?.state.downSince != null,
        canAgain: true,
    },
    octoprint: {
        page: (_sync, record) => {
            const url = keptPrint(record)?.url ?? '';
            return /^https?:/i.test(url) ? url : null;
        },
        // it lies beside the store until it is uploaded: as long as the print itself is kept
        hasPicture: (_sync, record) => keptPrint(record) !== null,
        picture: async ({ delivery }, record) => {
            const print = keptPrint(record);
            return print === null ? null : delivery.keptPictures.read(print);
        },
        isOff: () => false,
        canAgain: false,
    },
};

export function sourceOf(record: Readonly<PrintRecord>): PrintSource {
    return Object.hasOwn(SOURCES, record.source) ? SOURCES[record.source]! : NOTHING;
}

function keptPrint({ print }: Readonly<PrintRecord>): Print | null {
    return (print ?? null) as Print | null;
}

/** The plate that stands in an identity where plates are kept apart. */
function plateOf(identity: string): number | null {
    const plate = /:plate:(\d{1,4})$/.exec(identity)?.[1];
    return plate === undefined ? null : Number(plate);
}
