// Answers the package's requests in the process, as the two servers would: what is left is the nodes' own work.
/* global Buffer, setImmediate */
'use strict';
const { createHash } = require('node:crypto');
const { join } = require('node:path');

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
let next = 1;

const page = (results) => ({ count: results.length, next: null, previous: null, results });
const BEGAN = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3600_000;
const time = (n, seconds = 0) => new Date(BEGAN + n * HOUR_MS + seconds * 1000).toISOString().slice(0, -1);

/** Made once: what answering costs is not the nodes'. */
const kept = (make) => {
    const made = new Map();
    return (n) => made.get(n) ?? made.set(n, make(n)).get(n);
};

const run = kept((n) => ({
    id: n,
    archive_id: n,
    print_name: `Bench part ${n}`,
    printer_id: 1,
    printer_name: 'P1S',
    status: 'completed',
    started_at: time(n),
    completed_at: time(n, 3000),
    duration_seconds: 3000,
    filament_type: 'PLA',
    filament_color: '#FF6A13FF',
    filament_used_grams: 20,
    cost: null,
    energy_cost: null,
    created_at: time(n, 3000),
}));

const archive = kept((n) => ({
    id: n,
    printer_id: 1,
    project_id: null,
    project_name: null,
    filename: `Bench_part_${n}.gcode.3mf`,
    content_hash: createHash('sha256').update(String(n)).digest('hex'),
    print_name: `Bench part ${n}`,
    plate_id: null,
    thumbnail_path: `archive/${n}/thumbnail.png`,
    print_time_seconds: 3000 + n,
    actual_time_seconds: 3000,
    filament_used_grams: 20,
    filament_type: 'PLA',
    filament_color: '#FF6A13FF',
    layer_height: 0.2,
    sliced_for_model: 'P1S',
    status: 'completed',
    started_at: time(n),
    completed_at: time(n, 3000),
    created_at: time(n),
    quantity: 1,
    cost: 0.4,
    energy_cost: null,
    makerworld_url: null,
    designer: null,
    external_url: null,
    tags: null,
    run_count: 1,
}));

/** Newest first, as the server lists. */
function logOf(total, { date_from: from, limit, offset = 0 }) {
    let rows = from === undefined ? total : 0;
    while (from !== undefined && rows < total && `${time(total - rows, 3000)}Z` >= from) rows++;
    const items = [];
    for (let n = total - offset; n > Math.max(total - rows, total - offset - limit); n--) items.push(run(n));
    return { items, total: rows };
}

/** Archives of a range of days, newest first: the numbers are in the order of time. */
function archivesOf(total, { date_from: from = '2026-01-01', date_to: to = '2099-01-01', limit, offset = 0 }) {
    const hour = (day) => Math.floor((Date.parse(day) - BEGAN) / HOUR_MS);
    const newest = Math.min(total, hour(to) + 23) - offset;
    const oldest = Math.max(1, hour(from));
    const rows = [];
    for (let n = newest; n >= oldest && rows.length < limit; n--) rows.push(archive(n));
    return rows;
}

function answer(total, method, path, { query = {}, json, form }) {
    if (method === 'GET' && path === '/api/v1/print-log/') return logOf(total, query);
    if (method === 'GET' && path === '/api/v1/archives/') {
        return archivesOf(total, query);
    }
    const id = /^\/api\/v1\/archives\/(\d+)(\/\w+)?/.exec(path);
    if (id?.[2] === '/thumbnail') return PNG;
    if (id !== null) return archive(Number(id[1]));
    if (path === '/api/v1/printers/') return [{ id: 1, name: 'P1S', model: 'P1S' }];
    if (path.startsWith('/api/v1/')) return { token: 'token' };
    if (path === '/api/') return { server: 'InvenTree', version: '1.4.0', apiVersion: 479 };
    if (path === '/api/parameter/template/')
        return page([
            { pk: 1, name: 'Weight', units: 'g' },
            { pk: 2, name: 'PrintTime', units: '' },
        ]);
    if (method === 'GET' && /^\/api\/(part|stock)\/$/.test(path)) return page([]);
    if (method === 'GET') return { pk: 1, name: 'There', structural: false, IPN: '', image: null };
    const pk = next++;
    if (path === '/api/stock/') return [{ ...json, pk }];
    const part =
        form === undefined ? json : { name: form.get?.('name'), IPN: form.get?.('IPN'), image: '/media/a.png' };
    return { name: part?.name ?? 'Part', IPN: part?.IPN ?? '', image: part?.image ?? null, pk };
}

exports.install = (packageDir, prints) => {
    const { Http } = require(join(packageDir, 'dist', 'lib', 'http', 'http.js'));
    Http.prototype.request = async function (method, path, options = {}) {
        await new Promise((resolve) => setImmediate(resolve));
        const body = answer(prints, method, path, options);
        return {
            status: 200,
            headers: { 'content-type': Buffer.isBuffer(body) ? 'image/png' : 'application/json' },
            body,
        };
    };
};
