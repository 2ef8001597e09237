// Loaded into Node-RED before anything else (`node -r`). Numbers the points at which the process may die: before and
// after each request, each answer and each write of the store. Each is a line in the file POINTS_LOG; at the one that
// POINTS_DIE_AT names (`<what> #<how often>`, or its number) the process kills itself, as a power cut would.
'use strict';
const { Buffer } = require('node:buffer');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');
const promises = require('node:fs/promises');
const { URL } = require('node:url');

const { POINTS_LOG, POINTS_DIE_AT, POINTS_STORE } = process.env;
const log = fs.openSync(POINTS_LOG, 'a');
const seen = new Map();
let count = 0;

function nameOfNext(what) {
    return `${what} #${(seen.get(what) ?? 0) + 1}`;
}

function point(what) {
    const name = nameOfNext(what);
    seen.set(what, (seen.get(what) ?? 0) + 1);
    count++;
    fs.writeSync(log, `${name}\n`);
    if (POINTS_DIE_AT === name || POINTS_DIE_AT === String(count)) process.kill(process.pid, 'SIGKILL');
}

// --- requests and answers ---------------------------------------------------------------------------------------------

const OCTOPRINT = /^\/(api\/(files|login|version)|sockjs|webcam)\b/;

function serverOf(pathname) {
    if (OCTOPRINT.test(pathname)) return 'OctoPrint';
    return pathname.startsWith('/api/v1/') ? 'Bambuddy' : 'InvenTree';
}

for (const protocol of [http, https]) {
    const { request } = protocol;
    protocol.request = function (...args) {
        const req = request.apply(this, args);
        const { pathname } = new URL(req.path, 'http://localhost');
        const server = serverOf(pathname);
        const what = `${server} ${req.method} ${pathname}`;
        // not a byte has left: the socket is given in a later turn
        point(`before ${what}`);
        req.on('finish', () => point(`sent ${what}`));
        const { emit } = req;
        req.emit = function (event, ...rest) {
            if (event === 'response' || event === 'upgrade') point(`answer to ${what} there`);
            if (event === 'response') watchAnswer(rest[0], what);
            return emit.call(this, event, ...rest);
        };
        return req;
    };
}

function watchAnswer(res, what) {
    const { emit } = res;
    res.emit = function (event, ...rest) {
        const result = emit.call(this, event, ...rest);
        if (event === 'end') point(`answer to ${what} seen`);
        return result;
    };
}

// --- the store --------------------------------------------------------------------------------------------------------

/** `store.journal.1` for a file of the store; null for another. */
function nameOf(file) {
    if (typeof file !== 'string') return null;
    const name = path.relative(POINTS_STORE, path.resolve(file));
    if (name === '') return 'folder';
    if (name.startsWith('..') || path.isAbsolute(name)) return null;
    return name.replace(/^[^.]*\.json/, 'store');
}

const { open } = promises;
promises.open = async function (file, flags = 'r', ...rest) {
    const name = nameOf(file);
    const creates = name !== null && flags !== 'r' && !fs.existsSync(file);
    if (creates) point(`before creating ${name}`);
    const handle = await open.call(this, file, flags, ...rest);
    if (creates) point(`after creating ${name}`);
    if (name !== null) watchHandle(handle, name);
    return handle;
};

function watchHandle(handle, name) {
    const { write, datasync, sync, truncate } = handle;
    handle.write = async function (data, ...rest) {
        point(`before writing ${name}`);
        const half = `half-way through writing ${name}`;
        if (POINTS_DIE_AT === nameOfNext(half)) {
            const bytes = Buffer.from(data);
            const from = typeof data === 'string' ? 0 : (rest[0] ?? 0);
            fs.writeSync(handle.fd, bytes, from, Math.floor((bytes.length - from) / 2));
        }
        point(half);
        const result = await write.call(handle, data, ...rest);
        point(`after writing ${name}`);
        return result;
    };
    handle.datasync = async function () {
        await datasync.call(handle);
        point(`after flushing ${name}`);
    };
    handle.sync = async function () {
        await sync.call(handle);
        point(`after flushing ${name}`);
    };
    handle.truncate = async function (...args) {
        point(`before cutting ${name}`);
        await truncate.apply(handle, args);
        point(`after cutting ${name}`);
    };
}

for (const [call, does] of Object.entries({
    rename: 'renaming',
    rm: 'removing',
    truncate: 'cutting',
    writeFile: 'writing',
    mkdir: 'making',
})) {
    const original = promises[call];
    promises[call] = async function (file, ...rest) {
        const name = nameOf(file);
        const changes = name !== null && fs.existsSync(file) !== (call === 'mkdir');
        const counts = changes || (name !== null && call === 'writeFile');
        if (counts) point(`before ${does} ${name}`);
        const result = await original.call(this, file, ...rest);
        if (counts) point(`after ${does} ${name}`);
        return result;
    };
}

const { copyFile } = promises;
promises.copyFile = async function (from, to, ...rest) {
    const name = nameOf(to);
    if (name === null) return copyFile.call(this, from, to, ...rest);
    point(`before copying to ${name}`);
    const result = await copyFile.call(this, from, to, ...rest);
    point(`after copying to ${name}`);
    return result;
};

// the lock is taken with the callback interface
const { mkdir } = fs;
fs.mkdir = function (file, ...rest) {
    const name = nameOf(file);
    const done = rest.at(-1);
    if (name === null || typeof done !== 'function') return mkdir.call(this, file, ...rest);
    point(`before making ${name}`);
    return mkdir.call(this, file, ...rest.slice(0, -1), (...results) => {
        point(`after making ${name}`);
        done(...results);
    });
};
