// A process that leads a store and writes one record after another; ends with 3 when another one leads.
import type { ConnectionOptions } from '../../../../lib/store/postgres/connection';
import { LeadershipLost } from '../../../../lib/store/postgres/leadership';
import { Branch } from './shared-store';

async function main(): Promise<void> {
    const [options, schema] = process.argv.slice(2) as [string, string];
    const branch = await new Branch(JSON.parse(options) as ConnectionOptions, schema).open();
    for (let n = 1; ; n++) {
        void branch.set('count', { title: String(n) }).catch(() => undefined);
        await branch.set(`b${n}`, { title: String(n) });
        process.stdout.write(`b${n}\n`);
    }
}

main().catch((error: unknown) => {
    const isLoss = error instanceof LeadershipLost;
    process.stdout.write(`${isLoss ? 'lost' : 'failed'}: ${String(error)}\n`, () => process.exit(isLoss ? 3 : 1));
});
