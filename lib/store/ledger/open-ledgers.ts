import { HeldStores } from '../engine/held-stores';
import { Ledger, type LedgerOptions } from './ledger';

const held = new HeldStores<Ledger, LedgerOptions>((file, options) => Ledger.open(file, options));

export interface HeldLedger {
    ledger: Ledger;
    /** Lets go; the last one closes the file. */
    release: () => Promise<void>;
}

/** The ledger of a file: one instance per file in the process. @throws as `Ledger.open` */
export async function holdLedger(file: string, options: LedgerOptions): Promise<HeldLedger> {
    const { store, release } = await held.hold(file, options);
    return { ledger: store, release };
}
