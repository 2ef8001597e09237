import type { Findings } from '../findings';
import { isReadable } from '../../http/checked';
import { closedBy, type ServerKind, type ServerTarget } from '../server-kind';
import { EvotorClient } from './client';
import { EVOTOR } from './server-traits';

const RIGHTS =
    'In the Evotor developer cabinet, let the application read stores, goods, stock and images, and install it on every till.';
/** Names that a line has room for. */
const MOST_NAMES = 5;

/** A connection of a dialog's own; to be closed. @throws ConfigError for an address that cannot be one */
function evotorAt({ address, secret, timeoutMs, texts }: ServerTarget): EvotorClient {
    const authorization = (['bearer', 'x-authorization'] as const).find((way) => way === texts['authorization']);
    return new EvotorClient({
        url: address,
        token: secret,
        timeout: timeoutMs / 1000,
        authorization: authorization ?? 'auto',
    });
}

/** Evotor: there, and which stores the token reads. Whose cloud it is nobody tells without a token. */
export async function checkEvotor(evotor: EvotorClient, findings: Findings, signal: AbortSignal): Promise<void> {
    const list = await findings.check('evotor-stores', () => evotor.stores(signal), RIGHTS);
    if (list === undefined) return;
    const names = list.rows.filter(isReadable).map(({ id, name }) => name ?? id);
    const told = [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? ['…'] : [])].join(', ');
    const values = { total: names.length, names: told };
    findings.ok('evotor-stores', `The token reads ${names.length} stores: ${told}`, 'evotorStores', values);
}

export const evotorServer: ServerKind = {
    ...EVOTOR,
    id: 'evotor',
    node: { type: 'evotor-account', secret: 'token', connection: ['url', 'authorization', 'timeout'] },
    needsSecret: true,
    usualAddress: 'https://api.evotor.ru',
    rightsOf: 'secret',
    isLinkedTo: false,
    test: (target, findings, signal) => checkEvotor(closedBy(signal, evotorAt(target)), findings, signal),
};
