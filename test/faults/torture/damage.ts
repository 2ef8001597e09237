import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Ledger } from '../../../lib/store/ledger/ledger';
import type { ProofResult } from '../result';
import { Findings } from './findings';
import { Random } from './random';
import { numbersOf, writeOne, type Reading } from './records';

type Damage = (bytes: Buffer, random: Random) => Buffer;

/** What disks, copies and people do to files. Cut off exactly between two lines, a file is a healthy older one. */
const DAMAGES: Record<string, Damage> = {
    'a bit flipped': (bytes, random) => flip(bytes, random, 1),
    'many bits flipped': (bytes, random) => flip(bytes, random, 2 + random.below(20)),
    'cut short': (bytes, random) => {
        const at = random.below(bytes.length);
        return bytes.subarray(0, at > 0 && bytes[at - 1] === 10 ? at - 1 - random.below(2) : at);
    },
    'a block of zeros': (bytes, random) => {
        const damaged = Buffer.from(bytes);
        const at = random.below(bytes.length);
        return damaged.fill(0, at, Math.min(bytes.length, at + 1 + random.below(600)));
    },
    'a piece missing': (bytes, random) => {
        const at = random.below(bytes.length - 3);
        // within a line: whole lines that are missing leave no trace
        const end = bytes.indexOf(10, at);
        const length = 1 + random.below(Math.max(1, (end < 0 ? bytes.length : end) - at - 1));
        return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    },
    'another file in its place': () => Buffer.from('{"flows":[]}\n'),
    'nothing in it': () => Buffer.alloc(0),
};

/** A healthy store of two snapshots and their journals, again and again with damaged files, opened and looked at. */
export async function damageFiles(folder: string, cases: number, seed: number, result: ProofResult): Promise<void> {
    const random = new Random(seed);
    const healthy = join(folder, 'healthy');
    const known = await build(join(healthy, 'store.json'), random);
    const outcomes: Record<string, number> = {};
    for (let number = 1; number <= cases; number++) {
        const copy = join(folder, `damaged-${number}`);
        await cp(healthy, copy, { recursive: true });
        const names = await readdir(copy);
        // the snapshot mostly alone, sometimes with its backup: then all is lost, and must be said to be
        const hit = random.below(6) === 0 ? ['store.json', 'store.json.bak'] : [random.pick(names)];
        const how: string[] = [];
        for (const name of hit) {
            const journal = name.includes('.journal.');
            const kinds = Object.keys(DAMAGES).filter((kind) => !journal || kind !== 'nothing in it');
            const kind = random.pick(kinds);
            const path = join(copy, name);
            await writeFile(path, DAMAGES[kind]!(await readFile(path), random));
            how.push(`${name}: ${kind}`);
        }
        const findings = new Findings(result, `damage ${number} of seed ${seed}, ${how.join(', ')}`);
        const outcome = await judge(join(copy, 'store.json'), known, findings);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        result.cases++;
        await rm(copy, { recursive: true });
    }
    result.notes.push(
        `${cases} damaged stores: ${Object.entries(outcomes)
            .map(([outcome, count]) => `${count} ${outcome}`)
            .join(', ')}`,
    );
}

async function build(file: string, random: Random): Promise<Reading> {
    await mkdir(dirname(file), { recursive: true });
    const ledger = await Ledger.open(file, { onWarning: () => undefined });
    let n = 0;
    const keys = new Set<string>();
    for (const part of [1, 2, 3]) {
        for (let i = 0; i < 60; i++) keys.add(await writeOne(ledger, n % 8, n++, random));
        if (part < 3) await ledger.compact();
    }
    const reading = numbersOf(ledger, keys);
    await ledger.close();
    return reading;
}

async function judge(file: string, reading: Reading, findings: Findings): Promise<string> {
    const warnings: string[] = [];
    let ledger: Ledger;
    try {
        ledger = await Ledger.open(file, { onWarning: (text) => void warnings.push(text) });
    } catch (error) {
        if (!(error instanceof Error) || error.name !== 'NewerFormat')
            findings.find('wrong', `not opened, without a word of use: ${String(error)}`);
        return 'refused with a word';
    }
    const now = numbersOf(ledger, reading.numbers.keys());
    const { lost } = ledger;
    await ledger.close();
    for (const fault of now.faults) if (!fault.includes('two codes')) findings.find('wrong', fault);
    const missing = [...reading.numbers].filter(([key, n]) => now.numbers.get(key) !== n);
    if (missing.length === 0) return warnings.length === 0 ? 'intact' : 'mended with a word';
    if (warnings.length === 0) findings.find('wrong', `${missing.length} records gone without a word`);
    if (now.numbers.size === 0 && !lost) findings.find('wrong', 'empty, and not said to be lost');
    return lost ? 'lost, loudly' : 'partly lost, with a word';
}

function flip(bytes: Buffer, random: Random, count: number): Buffer {
    const damaged = Buffer.from(bytes);
    for (let i = 0; i < count; i++) damaged[random.below(damaged.length)]! ^= 1 << random.below(8);
    return damaged;
}
