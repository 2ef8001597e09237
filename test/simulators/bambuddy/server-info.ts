import { Router } from 'express';
import type { Access } from './access';
import { answer } from './answers';
import type { BambuddyState } from './state';
import { behaves } from './version';

export interface ServerFacts {
    version: string;
    /** 1.2.6 has `/auth/media-token` in the place of `/printers/camera/stream-token` */
    mediaToken: boolean;
    /** false: authentication was never set up */
    setUp: () => boolean;
}

/** What the server says of itself, and the tokens it hands out. */
export function serverRoutes(state: BambuddyState, access: Access, facts: ServerFacts): Router {
    const routes = Router({ caseSensitive: true, strict: true });
    const reading = access.allows('canReadStatus');

    routes.get('/auth/status', (_req, res) => answer(res, { auth_enabled: access.on, requires_setup: !facts.setUp() }));

    routes.get('/updates/version', (_req, res) => answer(res, { version: facts.version, repo: 'maziggy/bambuddy' }));

    routes.get('/auth/me', (req, res) => {
        const key = access.on ? access.keyOf(req) : access.namedKey(req);
        answer(res, whoAmI(key?.text ?? ''));
    });

    if (facts.mediaToken || behaves(facts.version, 'mediaByKey'))
        routes.post('/auth/media-token', reading, (_req, res) => answer(res, { token: access.mint('media') }));
    if (!facts.mediaToken) {
        routes.post('/printers/camera/stream-token', reading, (_req, res) =>
            answer(res, { token: access.mint('camera') }),
        );
    }

    routes.post('/auth/ws-token', reading, (_req, res) => answer(res, { token: access.mint('websocket') }));

    routes.get('/system/info', reading, (_req, res) => answer(res, systemInfo(state, facts.version)));

    routes.get('/system/health', reading, (_req, res) =>
        answer(res, {
            findings: [],
            scanned_entries: 0,
            log_available: true,
            summary: { total: 0, layer8: 0, environment: 0, bug: 0 },
        }),
    );

    // to a key the real server refuses all of its administration; one such route stands for them (recording 22)
    routes.post('/notifications/', access.administratorsOnly);

    return routes;
}

/** Every key is called an administrator here, whatever its rights (recordings 41, 201). */
function whoAmI(key: string): object {
    return {
        id: 0,
        username: `api-key:${key.slice(0, 8)}...`,
        email: null,
        role: 'admin',
        is_active: true,
        is_admin: true,
        auth_source: 'local',
        groups: [],
        permissions: ['archives:read', 'archives:update_all', 'printers:read', 'websocket:connect'],
        created_at: '2026-01-01T00:00:00',
    };
}

function systemInfo(state: BambuddyState, version: string): object {
    const archives = [...state.archives.values()];
    const runs = [...state.runs.values()];
    const count = (status: string): number => archives.filter((row) => row.status === status).length;
    const grams = runs.reduce((sum, run) => sum + (run.filament_used_grams ?? 0), 0);
    const seconds = runs.reduce((sum, run) => sum + (run.duration_seconds ?? 0), 0);
    const connected = [...state.printers.values()].filter((printer) => printer.connected);
    return {
        app: { version, base_dir: '/app/data', archive_dir: '/app/data/archive' },
        database: {
            engine: 'SQLite',
            version: 'SQLite 3.40.1',
            archives: archives.length,
            archives_completed: count('completed'),
            archives_failed: count('failed'),
            archives_printing: count('printing'),
            printers: state.printers.size,
            filaments: 0,
            projects: state.projects.size,
            smart_plugs: 0,
            total_print_time_seconds: seconds,
            total_print_time_formatted: `${Math.floor(seconds / 60)}m`,
            total_filament_grams: grams,
            total_filament_kg: grams / 1000,
        },
        printers: {
            total: state.printers.size,
            connected: connected.length,
            connected_list: connected.map(({ id, name, state: doing, model }) => ({ id, name, state: doing, model })),
        },
        storage: {
            ...size('archive_size', 0),
            ...size('database_size', 4096),
            ...size('disk_total', 64e9),
            ...size('disk_used', 16e9),
            ...size('disk_free', 48e9),
            disk_percent_used: 25,
        },
        system: {
            platform: 'Linux',
            platform_release: '6.1',
            platform_version: '#1 SMP',
            architecture: 'x86_64',
            hostname: 'bambuddy',
            python_version: '3.11.7',
            uptime_seconds: 60,
            uptime_formatted: '1m',
            boot_time: '2026-01-01T00:00:00+00:00',
        },
        memory: { ...size('total', 4e9), ...size('available', 3e9), ...size('used', 1e9), percent_used: 25 },
        cpu: { count: 2, count_logical: 2, percent: 5 },
    };
}

function size(name: string, bytes: number): object {
    return { [`${name}_bytes`]: bytes, [`${name}_formatted`]: `${(bytes / 1e6).toFixed(1)} MB` };
}
