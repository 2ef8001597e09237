import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceError } from '../http-api/service-error';
import { SETUP_KINDS, type FlowNode, type SetupKind } from './wire';

/** The shipped example that each set-up is made from, by its file. */
const EXAMPLES: Readonly<Record<SetupKind, string>> = {
    bambuddy: 'Bambuddy to InvenTree',
    octoprint: 'OctoPrint to InvenTree',
    shop: 'Evotor to VK Market',
};

/**
 * The nodes of the example that a set-up begins with, as they are shipped: without addresses, and with the ids of the file.
 * @param folder where the examples lie
 * @param kind as a browser sent it
 * @throws ServiceError 404 for another kind
 */
export async function exampleFlow(folder: string, kind: unknown): Promise<FlowNode[]> {
    const known = SETUP_KINDS.find((each) => each === kind);
    if (known === undefined) throw new ServiceError(404, 'There is no such set-up');
    return JSON.parse(await readFile(join(folder, `${EXAMPLES[known]}.json`), 'utf8')) as FlowNode[];
}
