// The process that is killed: opens the store when told to, and writes as fast as it can; a line for each acknowledgement.
import { Ledger } from '../../../lib/store/ledger/ledger';
import { PLANTS, type Plant } from './plants';
import { Random } from './random';
import { writeOne } from './records';

const [file, plant] = process.argv.slice(2) as [string, Plant | ''];
if (plant !== '') PLANTS[plant]();

const WRITERS = 12;

/** Into a pipe, so at once: what stands there was acknowledged before the process ended. */
function say(text: string): void {
    process.stdout.write(`${text}\n`);
}

async function run(begin: number, writing: boolean): Promise<void> {
    const random = new Random(begin);
    const ledger = await Ledger.open(file, { onWarning: (text) => say(`warning ${text}`), compactAfter: 60 });
    say('open');
    let n = begin;
    const writer = async (number: number): Promise<void> => {
        do {
            const mine = n++;
            const key = await writeOne(ledger, number, mine, random);
            say(`ack ${mine} ${key}`);
            // a writer that is told too early must not keep the disk from its turn
            await new Promise((resolve) => setImmediate(resolve));
        } while (writing);
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
    // one that the last writes began would still move files while others look at them
    await ledger.compact();
    say('idle');
}

process.stdin.once('data', (line) => {
    const [begin, mode] = String(line).trim().split(' ');
    run(Number(begin), mode === 'write').catch((error: unknown) => {
        say(`error ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`);
        process.exit(1);
    });
});
process.stdin.on('end', () => process.exit(0));
say('ready');
