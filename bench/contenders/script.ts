import type { Connection } from '../../test/harness/project';
import { clientsOf } from './client';
import {
    batchOf,
    ipnOf,
    parameterValues,
    partOf,
    stockOf,
    templatesByName,
    type Archive,
    type Page,
    type Template,
} from './prints';

/**
 * A straightforward script, one thing after the other, 12 requests for a new print: look for the Part, create it, look for
 * and write each of two parameters, look for the stock item, create it, read it back, picture, link.
 */
export async function runScript(connection: Connection): Promise<void> {
    const { bambuddy, inventree } = clientsOf(connection);
    const templates = templatesByName(await inventree.get<Page<Template>>('/api/parameter/template/?limit=500'));
    const { token } = await bambuddy.post<{ token: string }>('/printers/camera/stream-token', {});
    const archives = await bambuddy.get<Archive[]>('/archives/?limit=1000');
    for (const archive of archives.reverse()) {
        const there = await inventree.get<Page<{ pk: number }>>(`/api/part/?IPN=${ipnOf(archive, connection)}&limit=1`);
        const part =
            there.results[0]?.pk ??
            (await inventree.post<{ pk: number }>('/api/part/', partOf(archive, connection))).pk;

        for (const [name, data] of Object.entries(parameterValues(archive))) {
            const template = templates.get(name)!;
            const of = `model_type=part.part&model_id=${part}&template=${template}`;
            const { results } = await inventree.get<Page<{ pk: number }>>(`/api/parameter/?${of}&limit=1`);
            if (results[0] !== undefined) await inventree.patch(`/api/parameter/${results[0].pk}/`, { data });
            else await inventree.post('/api/parameter/', { model_type: 'part.part', model_id: part, template, data });
        }

        const batch = batchOf(archive, connection);
        const items = await inventree.get<Page<{ pk: number }>>(`/api/stock/?batch=${batch}&limit=1`);
        if (items.results.length === 0) {
            const made = await inventree.post<{ pk: number }[]>('/api/stock/', stockOf(archive, part, connection));
            await inventree.get(`/api/stock/${made[0]!.pk}/`);
        }

        const image = await bambuddy.bytes(`/archives/${archive.id}/thumbnail?token=${token}`);
        await inventree.form('PATCH', `/api/part/${part}/`, {}, image);
        await bambuddy.patch(`/archives/${archive.id}`, {
            external_url: `${connection.inventreeUrl}/web/part/${part}/`,
        });
    }
    bambuddy.close();
    inventree.close();
}
