import type { Endpoint, Method } from './endpoint';
import { unauthenticated } from './errors';
import { day } from './clock';
import type { Action, Role, Token, User } from './types';

const everything: Action[] = ['view', 'add', 'change', 'delete'];

/** What the recordings' users may do: the writer has the least that our nodes need. */
const rights: Record<'admin' | 'reader' | 'writer', Record<Role, Action[]>> = {
    admin: {
        part_category: everything,
        part: everything,
        stock_location: everything,
        stock: everything,
        build: everything,
    },
    reader: { part_category: ['view'], part: ['view'], stock_location: ['view'], stock: ['view'], build: [] },
    writer: {
        part_category: ['view'],
        part: ['view', 'add', 'change'],
        stock_location: ['view'],
        stock: ['view', 'add', 'change'],
        build: [],
    },
};

export class Accounts {
    readonly admin = this.user(1, 'admin', null);
    readonly reader = this.user(2, 'reader', { pk: 1, name: 'readers' });
    readonly writer = this.user(3, 'writer', { pk: 2, name: 'writers' });
    /** who asks without credentials where that is allowed */
    readonly nobody: User = { ...this.user(4, 'reader', null), pk: 0, username: '' };

    all(): User[] {
        return [this.admin, this.reader, this.writer];
    }

    private user(pk: number, username: keyof typeof rights, group: User['group']): User {
        return {
            pk,
            username,
            password: username,
            email: `${username[0]}@example.com`,
            group,
            admin: username === 'admin',
            active: true,
            roles: rights[username],
            token: createToken(pk),
        };
    }
}

function createToken(pk: number): Token {
    const inAYear = new Date(Date.now() + 365 * 24 * 3600 * 1000);
    const key = `inv-${String(pk).repeat(40)}-${day().replaceAll('-', '')}`;
    return { key, name: 'nodered', expiry: day(inAYear), revoked: false };
}

/** The user that the header tells, undefined where it tells none; Bearer counts as none. */
export function authenticate(accounts: Accounts, header: string | undefined): User | undefined {
    const [scheme, credentials = ''] = (header ?? '').split(' ');
    if (/^token$/i.test(scheme!)) return byToken(accounts, credentials);
    if (/^basic$/i.test(scheme!)) return byPassword(accounts, credentials);
    return undefined;
}

function byToken(accounts: Accounts, key: string): User {
    const user = accounts.all().find(({ token }) => token.key === key);
    if (!user) throw unauthenticated('Invalid token.');
    if (!user.active) throw unauthenticated('User inactive or deleted.');
    if (user.token.revoked) throw unauthenticated('Token has been revoked');
    if (user.token.expiry < day()) throw unauthenticated('Token has expired');
    return user;
}

function byPassword(accounts: Accounts, credentials: string): User {
    const [username, password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    const user = accounts.all().find((one) => one.username === username && one.password === password);
    if (!user?.active) throw unauthenticated('Invalid username/password.');
    return user;
}

const actions: Record<Method, Action> = {
    GET: 'view',
    POST: 'add',
    PUT: 'change',
    PATCH: 'change',
    DELETE: 'delete',
};

export function isAllowed(user: User, access: Endpoint['access'], method: Method): boolean {
    if (access === 'open' || access === 'user') return true;
    if (access === 'staff') return user.admin;
    if (access === 'staffWrites') return user.admin || method === 'GET';
    return user.roles[access].includes(actions[method] ?? 'view');
}
