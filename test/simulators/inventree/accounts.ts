import type { Call, Endpoint } from './endpoint';
import { has, serverVersion } from './dialect';
import { day, minute } from './clock';
import type { User } from './types';

function root({ state, user }: Call): unknown {
    const forAdmin = <T>(value: T): T | null => (user.admin ? value : null);
    return {
        server: 'InvenTree',
        id: null,
        version: serverVersion(state.apiVersion),
        instance: 'InvenTree',
        apiVersion: state.apiVersion,
        worker_running: false,
        worker_count: 1,
        worker_pending_tasks: 0,
        plugins_enabled: false,
        plugins_install_disabled: true,
        email_configured: false,
        debug_mode: false,
        docker_mode: false,
        default_locale: 'en-us',
        customize: {
            logo: '/static/img/inventree.png',
            splash: '/static/img/inventree_splash.jpg',
            login_message: null,
            navbar_message: null,
            ...(has(state.apiVersion, 'themeStorage') ? { disable_theme_storage: false } : {}),
        },
        active_plugins: false,
        system_health: forAdmin(false),
        database: forAdmin('django.db.backends.sqlite3'),
        platform: forAdmin('Linux'),
        installer: null,
        target: null,
        django_admin: forAdmin('admin'),
        settings: { sso_registration: false, registration_enabled: false, password_forgotten_enabled: true },
    };
}

function me({ user }: Call): unknown {
    return {
        pk: user.pk,
        username: user.username,
        first_name: '',
        last_name: '',
        email: user.email,
        groups: user.group ? [user.group] : [],
        is_staff: user.admin,
        is_superuser: user.admin,
        is_active: user.active,
        profile: {
            language: null,
            theme: null,
            widgets: null,
            displayname: null,
            position: null,
            status: null,
            location: null,
            active: true,
            contact: null,
            type: 'internal',
            organisation: null,
            primary_group: null,
        },
    };
}

function roles({ user }: Call): unknown {
    const others = user.admin ? ['view', 'add', 'change', 'delete'] : null;
    const of = (role: keyof User['roles']): string[] => [...user.roles[role]].sort();
    return {
        user: user.pk,
        username: user.username,
        roles: {
            admin: others,
            ...user.roles,
            build: user.roles.build.length > 0 ? user.roles.build : others,
            purchase_order: others,
            sales_order: others,
            return_order: others,
        },
        permissions: {
            part: of('part'),
            partcategory: of('part_category'),
            stockitem: of('stock'),
            stocklocation: of('stock_location'),
        },
        is_staff: user.admin,
        is_superuser: user.admin,
    };
}

/** The same token again for the same name. */
function token({ user, query }: Call): unknown {
    user.token.name = query.get('name') ?? user.token.name;
    return { token: user.token.key, name: user.token.name, expiry: user.token.expiry };
}

function tokens({ user, now }: Call): unknown {
    return [
        {
            created: minute(now),
            expiry: user.token.expiry,
            id: user.pk,
            last_seen: day(now),
            name: user.token.name,
            token: `${user.token.key.slice(0, 8)}${'*'.repeat(33)}${user.token.key.slice(-12)}`,
            active: true,
            revoked: user.token.revoked,
            user: user.pk,
            user_detail: briefly(user),
            in_use: true,
        },
    ];
}

/** a user as other answers show them */
export function briefly({ pk, username, email }: User): unknown {
    return { pk, username, first_name: '', last_name: '', email };
}

function version({ state }: Call): unknown {
    return { dev: true, up_to_date: true, version: { server: serverVersion(state.apiVersion), api: state.apiVersion } };
}

export const accountEndpoints: Endpoint[] = [
    { path: '/api/', access: 'open', handlers: { GET: root } },
    { path: '/api/version/', access: 'staff', handlers: { GET: version } },
    { path: '/api/user/me/', access: 'user', handlers: { GET: me } },
    { path: '/api/user/tokens/', access: 'user', handlers: { GET: tokens } },
    { path: '/api/user/token/', until: 'accountBelowMe', access: 'user', handlers: { GET: token } },
    { path: '/api/user/roles/', until: 'accountBelowMe', access: 'user', handlers: { GET: roles } },
    { path: '/api/user/me/token/', since: 'accountBelowMe', access: 'user', handlers: { GET: token } },
    { path: '/api/user/me/roles/', since: 'accountBelowMe', access: 'user', handlers: { GET: roles } },
];
