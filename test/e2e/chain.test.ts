import { BambuddySimulator } from '../simulators/bambuddy';
import { InvenTreeSimulator } from '../simulators/inventree';
import { connectionOf } from '../harness/project';
import { describeChain } from './chain';

for (const apiVersion of [479, 388]) {
    describeChain(`the shipped example, InvenTree API ${apiVersion}`, async () => {
        const bambuddy = new BambuddySimulator();
        const inventree = new InvenTreeSimulator({ apiVersion });
        await Promise.all([bambuddy.listen(), inventree.listen()]);
        const connection = connectionOf(bambuddy, inventree);
        inventree.addTemplate({ name: 'Weight', units: 'g' });
        inventree.addTemplate({ name: 'PrintTime', units: apiVersion === 479 ? 'h' : '' });
        // a history that was there before: runs, a reprint, a failure
        const bracket = bambuddy.print({ name: 'Shelf bracket', startedAt: '2026-11-01T08:00:00Z' });
        bambuddy.print({ archive: bracket.archiveId, startedAt: '2026-11-02T08:00:00Z' });
        bambuddy.print({ name: 'Came off', status: 'failed', startedAt: '2026-11-03T08:00:00Z' });
        // a farm at work: more prints in the last quarter of an hour than an import of the newest takes
        for (let n = 0; n < 8; n++)
            bambuddy.print({
                name: `Of the farm ${n}`,
                startedAt: new Date(Date.now() - 900_000 + n * 60_000),
                seconds: 300,
            });
        return {
            connection,
            close: async () => {
                await Promise.all([bambuddy.close(), inventree.close()]);
            },
        };
    });
}
