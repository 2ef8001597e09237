import { isId } from '../../../lib/print/fields';
import type { PartResult } from '../../../lib/destinations/inventree/part/part-step';
import type { Message } from '../node-red';

/** The message carries no Part. */
export class NoPartError extends Error {
    readonly code = 'NO_PART';
    constructor() {
        super('No Part in msg.part. Wire "find/create part" before this node, or set msg.part to { pk }.');
        this.name = 'NoPartError';
    }
}

/** `msg.part`, whoever set it: at least its pk. @throws NoPartError */
export function partOf(msg: Message): PartResult {
    const part = msg['part'];
    if (typeof part !== 'object' || part === null) throw new NoPartError();
    const { pk, IPN, name, url, image, created } = part as Record<string, unknown>;
    if (!isId(pk)) throw new NoPartError();
    return {
        pk,
        IPN: typeof IPN === 'string' ? IPN : '',
        name: typeof name === 'string' ? name : '',
        url: typeof url === 'string' ? url : '',
        image: typeof image === 'string' && image !== '' ? image : null,
        created: created === true,
    };
}
