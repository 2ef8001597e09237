import type { Ledger } from '../../../lib/store/ledger/ledger';
import type { LedgerData, PrintRecord } from '../../../lib/store/ledger/records';
import { printRecord } from '../../fixtures/print-record';
import type { Random } from './random';

/**
 * What the torture writes: every record carries a number that only grows, and everything else in it follows from key and
 * number. So a record that is older than one acknowledged, or made of two, is seen at once.
 */
const TEXTS = ['Gridfinity Bin', 'Büchse · 龍🐉', 'a\u2028b\u2029c', 'line\nbreak', '"quoted\\"', '__proto__'];

export function nameOf(key: string, n: number): string {
    return `${key} ${n} ${TEXTS[n % TEXTS.length]!.repeat(1 + (n % 7))}`;
}

export function printOf(batch: string, n: number): Omit<PrintRecord, 'at'> {
    return printRecord(batch, {
        name: nameOf(batch, n),
        state: n % 3 === 0 ? 'done' : 'stock',
        quantity: n,
    });
}

/** A print whose code moves on with every number: `m-<mover>-<n>`. One of them is there at a time. */
export function moverOf(mover: number, n: number): Omit<PrintRecord, 'at'> {
    return { ...printOf(`m-${mover}-${n}`, n), archiveId: mover, startedAt: '2026-11-22T04:33:35Z' };
}

/** Writes one record, of the given number. @returns its key, when it is on the disk */
export async function writeOne(ledger: Ledger, writer: number, n: number, random: Random): Promise<string> {
    const key = `${writer}-${random.below(6)}`;
    switch (random.below(4)) {
        case 0:
            await ledger.setPartDurable({ identity: key, pk: n, IPN: `BMB-${n}`, name: nameOf(key, n) });
            return `part ${key}`;
        case 1: {
            const old = ledger.printOfRun('bambuddy', writer, '2026-11-22T04:33:35Z');
            if (old === undefined) await ledger.setPrintDurable(moverOf(writer, n));
            else await ledger.rebind(old.batch, moverOf(writer, n));
            return `mover ${writer}`;
        }
        default:
            if (n % 2 === 0 && ledger.print(key) !== undefined) await ledger.changePrint(key, printOf(key, n));
            else await ledger.setPrintDurable(printOf(key, n));
            return `print ${key}`;
    }
}

export interface Reading {
    /** number by key, as `writeOne` names it */
    numbers: Map<string, number>;
    /** records that cannot be of the torture's making */
    faults: string[];
}

/** The numbers that stand in a store. */
export function readNumbers(data: Pick<LedgerData, 'prints' | 'parts'>): Reading {
    const numbers = new Map<string, number>();
    const faults: string[] = [];
    for (const [key, part] of Object.entries(data.parts)) {
        numbers.set(`part ${key}`, part.pk ?? -1);
        if (part.identity !== key || part.name !== nameOf(key, part.pk ?? -1)) faults.push(`Part ${key} is garbled`);
    }
    for (const [batch, print] of Object.entries(data.prints)) {
        const n = print.quantity ?? -1;
        if (print.batch !== batch || print.name !== nameOf(batch, n)) faults.push(`print ${batch} is garbled`);
        const name = print.archiveId === null ? `print ${batch}` : `mover ${print.archiveId}`;
        if (numbers.has(name)) faults.push(`the run of ${name} is there under two codes`);
        numbers.set(name, n);
    }
    return { numbers, faults };
}

/** The same of an open ledger; its Parts by the keys that are expected. */
export function numbersOf(ledger: Ledger, keys: Iterable<string>): Reading {
    const parts: LedgerData['parts'] = {};
    for (const key of keys) {
        if (!key.startsWith('part ')) continue;
        const part = ledger.part(key.slice(5));
        if (part !== undefined) parts[key.slice(5)] = part;
    }
    const prints: LedgerData['prints'] = {};
    for (const print of ledger.prints()) prints[print.batch] = print;
    return readNumbers({ prints, parts });
}
