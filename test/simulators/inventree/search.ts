import { fieldsOf, type Call, type Endpoint, type Handler } from './endpoint';
import { listParts } from './part-list';
import { listStock } from './stock-list';

const lists: Record<string, Handler> = { part: listParts, stockitem: listStock };

/** One search in the lists of several models: `{search, limit, part: {}, stockitem: {}}`. */
function search(call: Call): unknown {
    const fields = fieldsOf(call);
    const query = new URLSearchParams();
    for (const name of ['search', 'limit', 'offset']) if (name in fields) query.set(name, String(fields[name]));
    const wanted = Object.entries(lists).filter(([model]) => model in fields);
    return Object.fromEntries(wanted.map(([model, list]) => [model, list({ ...call, method: 'GET', query })]));
}

export const searchEndpoints: Endpoint[] = [
    { path: '/api/search/', access: 'user', readOnly: true, handlers: { POST: search } },
];
