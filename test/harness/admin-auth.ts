import type { FlowNode } from './node-red';

/** Passwords as bcrypt keeps them, of the lowest cost: `reader` and `boss` are these users' own. */
const HASHES = require('bcryptjs') as { hashSync(text: string, rounds: number): string };

/** Settings for a Node-RED where everybody may look and only `boss` may act. */
export function adminAuth(): Record<string, unknown> {
    return {
        adminAuth: {
            type: 'credentials',
            users: [{ username: 'boss', password: HASHES.hashSync('boss', 4), permissions: '*' }],
            default: { permissions: 'read' },
        },
    };
}
