import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { offer } from '../rpc';
import { ShopLife, type LifeOptions, type ShopAddresses } from './life';
import { SimulatedClock } from './simulated-clock';

const MB = 1024 * 1024;

const methods = {
    /**
     * Heap and external memory of a shop that was opened from its file and has looked at all once, less those of the process
     * before; MB.
     */
    async memory(addresses: ShopAddresses, time: number, options: LifeOptions): Promise<number> {
        const clock = new SimulatedClock(time);
        const empty = collected();
        const life = await ShopLife.open(addresses, clock, options);
        life.lookAtAll();
        await clock.through(life.read('full'));
        await clock.until(() => life.isInStep);
        const open = collected();
        await life.close();
        clock.close();
        return (open - empty) / MB;
    },
};
export type MemoryMethods = typeof methods;
offer(methods);

/** After a collection of garbage. @returns bytes */
function collected(): number {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let n = 0; n < 3; n++) collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
}
