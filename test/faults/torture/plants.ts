import { Journal } from '../../../lib/store/engine/journal';
import { StoreFiles } from '../../../lib/store/engine/store-files';
import type { LedgerData } from '../../../lib/store/ledger/records';
import { LEDGER } from '../../../lib/store/ledger/schema';
import { writeSnapshot } from '../../../lib/store/engine/snapshot';

/** Bugs planted on purpose: a proof that does not find them proves nothing. */
export const PLANTS = {
    /** acknowledges what is not written yet */
    earlyAcknowledgement: () => {
        const append = Object.getOwnPropertyDescriptor(Journal.prototype, 'append')!.value as Journal['append'];
        Journal.prototype.append = function (text) {
            void append.call(this, text).catch(() => undefined);
            return Promise.resolve();
        };
        return () => (Journal.prototype.append = append);
    },
    /** goes on in the old journal, though the snapshot says that all of that is in it */
    compactionInOldJournal: () => {
        const files = StoreFiles.prototype as unknown as { rewrite: Rewrite };
        const { rewrite } = files;
        files.rewrite = async function (data, journal) {
            this.lines = 0;
            this.records = await writeSnapshot(this.file, LEDGER, data, journal.number + 1, 1);
        };
        return () => (files.rewrite = rewrite);
    },
} satisfies Record<string, () => () => void>;

export type Plant = keyof typeof PLANTS;

interface Inside {
    file: string;
    lines: number;
    records: number;
}
type Rewrite = (this: Inside, data: LedgerData, journal: Journal) => Promise<void>;
