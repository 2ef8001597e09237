import { clientsOf } from '../contenders/client';
import type { Archive } from '../contenders/prints';
import type { Connection } from '../../test/harness/project';

/** Takes the links away that an earlier run wrote, so that each finds the archives as they were. @returns how many archives there are */
export async function freeArchives(connection: Connection): Promise<number> {
    const { bambuddy, inventree } = clientsOf(connection);
    const archives = await bambuddy.get<Archive[]>('/archives/?limit=1000');
    for (const { id, external_url: link } of archives)
        if (link !== null) await bambuddy.patch(`/archives/${id}`, { external_url: null });
    bambuddy.close();
    inventree.close();
    return archives.length;
}
