import type { Call, Endpoint } from './endpoint';
import { noSuch } from './errors';
import { filterOf, paged, searchMatches } from './lists';
import type { State } from './state';

interface Owner {
    pk: number;
    owner_id: number;
    owner_model: 'group' | 'user';
    name: string;
    label: 'group' | 'user';
}

/** Groups and users by the numbers that they have as owners: each new one gets the next. */
export function ownersOf({ accounts }: State): Map<number, Owner> {
    const groups = accounts.all().flatMap(({ group }) => (group ? [{ ...group, model: 'group' as const }] : []));
    const users = accounts.all().map(({ pk, username }) => ({ pk, name: username, model: 'user' as const }));
    const all = [...groups, ...users].map(({ pk: owner_id, name, model }, index): [number, Owner] => [
        index + 1,
        { pk: index + 1, owner_id, owner_model: model, name, label: model },
    ]);
    return new Map(all);
}

function list(call: Call): unknown {
    const search = filterOf(call, 'search');
    const found = [...ownersOf(call.state).values()].filter(
        ({ name }) => search === null || searchMatches(search, [name]),
    );
    return paged(call, found, (owner) => owner);
}

function retrieve({ state, pk }: Call): unknown {
    const owner = ownersOf(state).get(pk);
    if (!owner) throw noSuch('Owner');
    return owner;
}

export const ownerEndpoints: Endpoint[] = [
    { path: '/api/user/owner/', access: 'user', handlers: { GET: list } },
    { path: '/api/user/owner/:pk/', access: 'user', handlers: { GET: retrieve } },
];
