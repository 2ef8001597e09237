import { join } from 'node:path';
import { Remote } from './rpc';
import type { ServerMethods } from './servers/child';

/** The answer times that contenders are compared under, in milliseconds. */
export const USUAL = { bambuddyMs: 10, inventreeMs: 20, oneWriteAtATime: true };

/** The simulated servers, in a process of their own. */
export class Simulators extends Remote<ServerMethods> {
    constructor() {
        super(join(__dirname, 'servers', 'child.ts'));
    }
}
