import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatOf } from '../../../lib/store/ledger/format';
import { Ledger } from '../../../lib/store/ledger/ledger';
import { LEDGER } from '../../../lib/store/ledger/schema';
import { lookInto } from '../../../lib/store/maintenance/inspect';
import { readSnapshot } from '../../../lib/store/engine/snapshot';
import type { ProofResult } from '../result';
import { acknowledge, Findings } from './findings';
import { standBetween } from './handles';
import { copyAsCut } from './power';
import { Random } from './random';
import { printOf, readNumbers, writeOne } from './records';

export interface FormatOptions {
    file: string;
    seed: number;
    /** planted: records of format 2 go into a store of format 1 */
    withoutUpgrade?: boolean;
}

/**
 * The power fails at any moment in which a store becomes format 2, while others write to it and it compacts. At each flush
 * the disk as it would then be is copied and read: what was acknowledged is there, no record of format 2 stands behind a
 * head of format 1, and before the first of them the copy of the store as it was is whole.
 */
export async function cutPowerAtUpgrade(
    { file, seed, withoutUpgrade }: FormatOptions,
    result: ProofResult,
): Promise<void> {
    const random = new Random(seed);
    const flushed = new Map<number, number>();
    const acknowledged = new Map<string, number>();
    /** acknowledged before the first record of format 2 was asked for */
    let before = new Map<string, number>();
    const cuts: { path: string; known: Map<string, number> }[] = [];
    let armed = false;
    await mkdir(dirname(file), { recursive: true });
    const cut = (): void => {
        const path = join(dirname(file), `cut-${cuts.length}`, basename(file));
        copyAsCut(file, path, flushed, random);
        cuts.push({ path, known: new Map(acknowledged) });
    };
    const flush = async (
        handle: { stat: () => Promise<{ size: number; ino: number }> },
        real: () => Promise<void>,
    ): Promise<void> => {
        const { size, ino } = await handle.stat();
        if (armed) cut();
        await real();
        flushed.set(ino, size);
        if (armed) cut();
    };
    const restore = await standBetween({ datasync: flush, sync: flush });
    const ledger = await Ledger.open(file, {
        onWarning: () => undefined,
        compactAfter: 20 + random.below(40),
    });
    if (withoutUpgrade === true) Object.assign(adapterOf(ledger), { needsUpgrade: () => false });
    let n = 0;
    const write = async (writer: number): Promise<void> => {
        const mine = n++;
        acknowledge(acknowledged, await writeOne(ledger, writer, mine, random), mine);
    };
    const hold = async (key: string): Promise<void> => {
        const mine = n++;
        await ledger.setPrintDurable({ ...printOf(key, mine), state: 'accepted', hold: 'verdict' });
        acknowledge(acknowledged, `print ${key}`, mine);
    };
    for (let i = 0; i < 10 + random.below(30); i++) await write(i % 4);
    before = new Map(acknowledged);
    armed = true;
    try {
        const work = [0, 1, 2].map((writer) => write(writer));
        work.push(hold('held-1'), write(3), hold('held-2'));
        if (random.below(2) === 0) work.push(ledger.compact());
        await Promise.all(work);
        for (let i = 0; i < 4; i++) await write(i);
    } finally {
        restore();
        await ledger.close();
    }
    for (const [i, { path, known }] of cuts.entries()) {
        const findings = new Findings(result, `upgrade, cut ${i} of seed ${seed}`);
        await inspect(path, known, before, findings);
        await rm(dirname(path), { recursive: true });
        result.cases++;
    }
    const left = (await readdir(dirname(file))).filter((name) => name.endsWith('.tmp'));
    for (const name of left) new Findings(result, `upgrade, seed ${seed}`).find('wrong', `${name} was left behind`);
}

async function inspect(
    path: string,
    known: Map<string, number>,
    before: Map<string, number>,
    findings: Findings,
): Promise<void> {
    const look = await lookInto(path);
    findings.compare(known, readNumbers(look?.data ?? { prints: {}, parts: {} }));
    if (look === null || formatOf(look.data) === 1) return;
    const head = await readSnapshot(path, LEDGER);
    const isBetweenRenames = head.kind === 'missing' && look.backup.kind === 'read';
    if (head.kind !== 'read' ? !isBetweenRenames : head.format !== 2)
        findings.find('wrong', 'a record of format 2 is there that an earlier version would read');
    const copy = await lookInto(`${path}.format-1`);
    if (copy === null || formatOf(copy.data) === 2 || copy.missing !== null)
        findings.find('wrong', 'there is no whole copy of the store as it was');
    else findings.compare(before, readNumbers(copy.data));
}

function adapterOf(ledger: Ledger): object {
    return (ledger as unknown as { store: { adapter: object } }).store.adapter;
}
