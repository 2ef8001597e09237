import { resolve } from 'node:path';
import { Ledger, type LedgerOptions } from './ledger';

interface Held {
    users: number;
    ledger: Promise<Ledger>;
    closing: Promise<void> | null;
}

/** One instance per file in the process, however many config nodes name it and however often they are loaded anew. */
const held = new Map<string, Held>();

export interface HeldLedger {
    ledger: Ledger;
    /** Lets go; the last one closes the file. */
    release: () => Promise<void>;
}

export async function holdLedger(file: string, options: LedgerOptions): Promise<HeldLedger> {
    const path = resolve(file);
    // no await between the look and the taking: who lets go in the same turn would close what was just taken
    for (let last = held.get(path); last?.closing; last = held.get(path)) await last.closing;
    let entry = held.get(path);
    if (entry === undefined) {
        entry = { users: 0, ledger: Ledger.open(path, options), closing: null };
        held.set(path, entry);
    }
    const mine = entry;
    mine.users++;
    let released = false;
    const release = async (): Promise<void> => {
        if (released) return mine.closing ?? undefined;
        released = true;
        if (--mine.users > 0) return;
        mine.closing = mine.ledger
            .then((ledger) => ledger.close())
            .catch(() => undefined)
            .finally(() => {
                if (held.get(path) === mine) held.delete(path);
            });
        await mine.closing;
    };
    try {
        return { ledger: await mine.ledger, release };
    } catch (error) {
        await release();
        throw error;
    }
}
