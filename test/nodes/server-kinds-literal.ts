import { SERVER_KINDS as KINDS } from '../../lib/clients/server-kinds';

// what the build writes into the editor's code as a literal; to be imported before that code
Object.assign(globalThis, {
    SERVER_KINDS: Object.fromEntries(
        KINDS.map(({ id, label, node: { type, secret, connection } }) => [type, { id, label, secret, connection }]),
    ),
});
