// The process that is killed or stopped: opens the store when told to, and writes as fast as it can; a line for each
// acknowledgement. Told once more, it writes more into the store that it has.
import type { LockTimes } from '../../../lib/store/engine/lock/store-lock';
import { StoreReloaded } from '../../../lib/store/engine/not-writable';
import { Ledger } from '../../../lib/store/ledger/ledger';
import { PLANTS, type Plant } from './plants';
import { Random } from './random';
import { writeOne } from './records';
import { WRITERS } from './writers';

const [file, plant, times] = process.argv.slice(2) as [string, Plant | '', string];
const lock = JSON.parse(times) as Partial<LockTimes>;
if (plant !== '') PLANTS[plant]();

const LATER = 10_000_000;

/** Into a pipe, so at once: what stands there was acknowledged before the process ended. */
function say(text: string): void {
    process.stdout.write(`${text}\n`);
}

let ledger: Ledger | null = null;

async function open(): Promise<Ledger> {
    const opened = await Ledger.open(file, { onWarning: (text) => say(`warning ${text}`), compactAfter: 60, lock });
    say('open');
    return opened;
}

async function run(begin: number, mode: string | undefined): Promise<void> {
    const random = new Random(begin);
    const mine = (ledger ??= await open());
    let n = begin;
    // what another process wrote meanwhile is read again, and has numbers of its own: from here on later ones
    const reloaded = (error: unknown): null => {
        if (!(error instanceof StoreReloaded)) throw error;
        n = Math.max(n, begin + LATER);
        return null;
    };
    const writer = async (number: number): Promise<void> => {
        do {
            let key: string | null = null;
            let next = n;
            while (key === null) {
                next = n++;
                key = await writeOne(mine, number, next, random).catch(reloaded);
            }
            say(`ack ${next} ${key}`);
            // a writer that is told too early must not keep the disk from its turn
            await new Promise((resolve) => setImmediate(resolve));
        } while (mode === 'write');
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
    // one that the last writes began would still move files while others look at them
    await mine.compact();
    if (mode === 'close') await mine.close();
    say('idle');
}

process.stdin.on('data', (line) => {
    const [begin, mode] = String(line).trim().split(' ');
    run(Number(begin), mode).catch((error: unknown) => {
        say(`error ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`);
        process.exit(1);
    });
});
process.stdin.on('end', () => process.exit(0));
say('ready');
