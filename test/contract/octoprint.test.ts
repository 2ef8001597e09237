import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import WebSocket from 'ws';
import { PrinterStateTracker } from '../../lib/sources/octoprint/inbound/printer-state-tracker';
import { gramsOf } from '../../lib/clients/octoprint/weight';
import { fileSchema, filesOf } from '../../lib/clients/octoprint/answers';
import { valueOfText, parseInbound } from '../../lib/sources/octoprint/inbound/inbound-event';
import { webhookBody } from '../../lib/admin/http-api/webhook-body';
import { OctoPrintSimulator } from '../simulators/octoprint';
import { compareExchange, recordingsAvailable, recordingsRoot, replay, type Exchange } from './recordings';
import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';

const folder = 'octoprint';

interface Recorded {
    request: { method: string; path: string; headers: Record<string, string>; body: string | null };
    status: number;
    headers: Record<string, string>;
    json?: unknown;
    text?: string;
}

/** Recordings of one exchange, or of several under names, that the simulator replays. */
const REPLAYED = [
    '10-auth-variants',
    '11-login',
    '13-passive-login-global-key',
    '14-appkeys-workflow',
    '20-version',
    '21-server',
    '24-job',
    '25-files',
    '26-files-recursive',
    '27-files-local',
    '28-file-one',
    '29-file-missing',
    '34-appkeys-probe',
    '36-unknown',
] as const;

/** Of the others, why not. */
const NOT_REPLAYED: Record<string, string> = {
    '01-ws-login-and-first-messages': 'the websocket: compared by its messages below',
    '02-upload-response': 'files are uploaded by people; the simulator has a method for it',
    '03-file-info-after-analysis-before-print': 'read below by the client',
    '04-job-and-printer-while-printing': 'answers without their requests',
    '05-job-after-print-done': 'answers without their requests',
    '06-file-info-after-print': 'read below by the client',
    '12-login-with-csrf': 'browsers log in so, with cookies',
    '15-ws-auth-with-global-key': 'the websocket, with another key',
    '22-connection': 'the printer and its connection are none of our business',
    '23-printer': 'the printer and its connection are none of our business',
    '30-timelapse': 'not asked for by any client of ours',
    '31-printerprofiles': 'not asked for by any client of ours',
    '32-settings': 'not asked for by any client of ours',
    '33-currentuser': 'not asked for by any client of ours',
    '35-slicing': 'not asked for by any client of ours',
    '37-job-not-allowed': 'the same as 24',
    '40-commands-and-errors': 'we command no printer',
    '58-sockjs-info': 'for SockJS libraries; we use the plain websocket',
    '61-plugin-list-thumbnail-keys': 'a list of plugins',
    '65-file-after-failed-print': 'read below by the client',
    '67-upload-unicode-name': 'files are uploaded by people',
};

const STREAMS = /^(5[0-7]|62)-ws-/;
const READ = /^(03|06|28|60|63|64|65|66)-/;

describe('the simulated OctoPrint answers as 1.11.8 did', () => {
    if (!recordingsAvailable(folder)) {
        it.skip('the recordings are not here (RECORDINGS_DIR)');
        return;
    }
    const names = fs
        .readdirSync(path.join(recordingsRoot, folder))
        .filter((name) => name.endsWith('.json'))
        .map((name) => name.slice(0, -5));

    it('every recording is replayed, read, or left out for a reason', () => {
        const known = (name: string): boolean =>
            (REPLAYED as readonly string[]).includes(name) ||
            name in NOT_REPLAYED ||
            STREAMS.test(name) ||
            READ.test(name);
        assert.deepEqual(
            names.filter((name) => !known(name)),
            [],
        );
        assert.deepEqual(
            [...REPLAYED, ...Object.keys(NOT_REPLAYED)].filter((name) => !names.includes(name)),
            [],
            'named, but not there',
        );
    });

    for (const name of REPLAYED) {
        it(name, async () => {
            const sim = new OctoPrintSimulator();
            await sim.listen();
            try {
                seed(sim, name);
                for (const [what, recorded] of exchangesOf(name)) {
                    const answer = await replay(sim.url, asExchange(recorded).request, {
                        substitute: (text) => substituted(sim, text),
                    });
                    const found = compareExchange(asExchange(recorded), answer, {
                        ignore: ['needs', 'apikey', 'settings', 'list.keys'],
                        optional: [
                            'userdata',
                            'averagePrintTime',
                            'printTime',
                            'last',
                            'prints',
                            'statistics',
                            'children',
                        ],
                        maps: ['statistics.averagePrintTime', 'statistics.lastPrintTime'],
                        anyLength: ['files.*.children'],
                    });
                    assert.deepEqual(found, [], `${name} ${what}`);
                    if (what === 'request') rememberToken(recorded, answer.body);
                    if (what === 'poll_pending') sim.access.decide('Node-RED bench', true);
                }
            } finally {
                await sim.close();
            }
        });
    }

    it('the websocket lets in whom it let in, and says the same kinds of things', async () => {
        const sim = new OctoPrintSimulator();
        await sim.listen();
        try {
            for (const [name, auth] of [
                ['50-ws-no-auth', null],
                ['52-ws-auth-wrong', 'bench:wrongsession'],
                ['51-ws-auth', 'good'],
            ] as const) {
                const session = auth === 'good' ? `bench:${sim.access.openSession('bench')}` : auth;
                const heard = await firstMessages(sim, session);
                const recorded = read<{ received: Record<string, unknown>[] }>(name).received.map(kindOf);
                assert.deepEqual(heard.slice(0, 3), [...new Set(recorded)].slice(0, heard.slice(0, 3).length), name);
                assert.equal(heard.includes('history'), recorded.includes('history'), name);
                assert.equal(heard.includes('reauthRequired'), recorded.includes('reauthRequired'), name);
            }
        } finally {
            await sim.close();
        }
    });

    it('its `current` has the keys of the recorded one', () => {
        const sim = new OctoPrintSimulator();
        const { messages } = read<{ messages: Record<string, unknown>[] }>('62-ws-stream-state-logs-regex');
        const current = messages.find((message) => 'current' in message)!['current'] as Record<string, unknown>;
        const own = sim.printer.current(0);
        const left = Object.keys(current).filter((key) => !(key in own) && key !== 'logs' && key !== 'messages');
        assert.deepEqual(left, []);
        assert.deepEqual(
            Object.keys((own['state'] as { flags: object }).flags).sort(),
            Object.keys((current['state'] as { flags: object }).flags).sort(),
        );
    });
});

describe('what was recorded from OctoPrint is read as it was meant', () => {
    if (!recordingsAvailable(folder)) {
        it.skip('the recordings are not here (RECORDINGS_DIR)');
        return;
    }

    it('files with their history, in folders too', () => {
        const { json } = read<{ json: { files: unknown[] } }>('26-files-recursive');
        const files = filesOf(json.files);
        assert.ok(files.every((file) => /^[0-9a-f]{40}$/.test(file.hash ?? '')));
        assert.ok(files.some((file) => file.path.startsWith('bench folder/')));
        assert.ok(files.some((file) => (file.prints?.success ?? 0) > 0 && file.prints?.last?.success === true));
    });

    it('weight: of the volume where OctoPrint has one, else of the length', () => {
        const withVolume = v.parse(fileSchema, read('63-file-after-print'));
        const without = v.parse(fileSchema, read('03-file-info-after-analysis-before-print'));
        const pla = { diameter: 1.75, density: 1.24 };
        assert.equal(gramsOf(withVolume, pla), 0.05);
        assert.equal(gramsOf(without, pla), 0.125);
        assert.equal(gramsOf(without, { ...pla, diameter: null }), null);
        assert.equal(gramsOf(withVolume, { ...pla, density: null }), null);
    });

    it('the stream of two prints: one done, one cancelled, milestones once and never 0 or 100', () => {
        const { messages } = read<{ messages: Record<string, unknown>[] }>('62-ws-stream-default-none');
        const tracker = new PrinterStateTracker(
            new Set(['PrintStarted', 'PrintDone', 'PrintFailed', 'PrintPaused', 'PrintProgress']),
            10,
        );
        tracker.joined();
        const reported = messages.flatMap((message) =>
            tracker
                .heard(message)
                .happened.map(({ topic, milestone, extra }) =>
                    milestone === null ? `${topic} ${String(extra['name'])}` : String(milestone),
                ),
        );
        const first = reported.slice(0, reported.indexOf('Print Done meta_test.gcode') + 1);
        assert.deepEqual(first, [
            'Print Started meta_test.gcode',
            ...['10', '20', '30', '40', '50', '60', '70', '80', '90'],
            'Print Done meta_test.gcode',
        ]);
        const second = reported.slice(first.length);
        assert.equal(second[0], 'Print Started m0.gcode');
        assert.equal(second.at(-1), 'Print Failed m0.gcode');
        assert.ok(
            second.every((each) => !['0', '100', '70', '80', '90'].includes(each)),
            second.join(),
        );
    });
});

describe('webhooks as the plugin sent them', () => {
    if (!recordingsAvailable('octoprint-webhooks')) {
        it.skip('the recordings are not here (RECORDINGS_DIR)');
        return;
    }
    const bodies = sentBodies();

    it('every recorded body with a topic is read: JSON, form and multipart', async () => {
        const kinds = new Set<string>();
        for (const { name, type, bytes } of bodies) {
            const body = await webhookBody(requestOf(type, bytes));
            if (typeof body.fields['topic'] !== 'string') continue;
            kinds.add(type.split(/[; ]/)[0]!);
            const reported = parseInbound(body.fields);
            assert.ok(reported.happened.event !== '', name);
            if (
                body.fields['extra'] !== undefined &&
                body.fields['extra'] !== '' &&
                reported.happened.event === 'PrintDone'
            )
                assert.ok(
                    typeof reported.happened.extra['name'] === 'string' ||
                        Object.keys(reported.happened.extra).length === 0,
                    name,
                );
        }
        assert.deepEqual([...kinds].sort(), [
            'application/json',
            'application/x-www-form-urlencoded',
            'multipart/form-data',
        ]);
    });

    it('the picture of a multipart body comes whole', async () => {
        const { type, bytes } = bodies.find(({ name }) => name.startsWith('90-'))!;
        const { picture, fields } = await webhookBody(requestOf(type, bytes));
        assert.equal(picture?.type, 'image/jpeg');
        assert.equal(picture?.bytes.subarray(0, 2).toString('hex'), 'ffd8');
        assert.equal(fields['topic'], 'Print Done');
        assert.deepEqual((fields['extra'] as { size: number }).size, 242038);
    });

    it('a print of the plugin: its milestones, though it says some twice and some after the end', async () => {
        const tracker = new PrinterStateTracker(new Set(['PrintProgress']), 5);
        const heard: number[] = [];
        for (const { name, type, bytes, target } of bodies) {
            if (!name.startsWith('15-') || !target.startsWith('/slow')) continue;
            const { fields } = await webhookBody(requestOf(type, bytes));
            const { happened } = parseInbound({ ...fields, percentCompleteMilestone: fields['m'] });
            if (tracker.isWanted(happened)) heard.push(happened.milestone!);
        }
        assert.deepEqual(heard, [20, 35, 50, 65, 85, 95]);
    });

    it('texts of a form are what they stand for', () => {
        assert.deepEqual(valueOfText('{"a": 1}'), { a: 1 });
        assert.equal(valueOfText('True'), true);
        assert.equal(valueOfText('1.5'), 1.5);
        assert.equal(valueOfText('{broken'), '{broken');
        assert.equal(valueOfText('0123'), '0123');
    });
});

let tokenRecorded = '';
let tokenOwn = '';

function rememberToken(recorded: Recorded, answered: unknown): void {
    tokenRecorded = (recorded.json as { app_token: string }).app_token;
    tokenOwn = (answered as { app_token: string }).app_token;
}

function substituted(sim: OctoPrintSimulator, text: string): string {
    const keyed = text.replace(/\b(BENCHKEY|GLOBALKEY)\w+/g, sim.apiKey);
    return tokenRecorded === '' ? keyed : keyed.replaceAll(tokenRecorded, tokenOwn);
}

function seed(sim: OctoPrintSimulator, name: string): void {
    if (!/files?/.test(name) || name.includes('missing')) return;
    sim.upload('m0.gcode');
    sim.print('m0.gcode');
    const of = name === '28-file-one' ? decodeURIComponent(pathOf(name)) : 'bench folder/bench cube ünï.gcode';
    sim.upload(of);
    sim.print(of);
}

function pathOf(name: string): string {
    return read<Recorded>(name).request.path.replace('/api/files/local/', '');
}

/** The exchanges of a recording, in the order in which they were made. */
function exchangesOf(name: string): [string, Recorded][] {
    const all = read<Record<string, unknown>>(name);
    if ('request' in all && 'status' in all) return [[name, all as unknown as Recorded]];
    if (name === '10-auth-variants') {
        return Object.entries(all as Record<string, Record<string, Recorded>>).flatMap(([way, paths]) =>
            Object.entries(paths)
                .filter(([where]) => ['/api/version', '/api/job'].includes(where))
                .map(([where, recorded]): [string, Recorded] => [`${way} ${where}`, recorded]),
        );
    }
    const left = name === '11-login' ? ['login_password', 'login_wrong'] : ['list', 'decide', 'use'];
    return Object.entries(all as Record<string, Recorded>).filter(
        ([what, each]) => !left.includes(what) && 'request' in each && each.request.method !== undefined,
    );
}

function asExchange({ request, status, headers, json, text }: Recorded): Exchange {
    const { Location: _location, Etag: _etag, ...kept } = headers;
    const location = headers['Location'] === undefined ? {} : { Location: headers['Location'] };
    return {
        id: request.path,
        number: 0,
        name: request.path,
        note: null,
        as: null,
        request: { method: request.method, path: request.path, headers: request.headers, body: request.body },
        response: { status, headers: { ...kept, ...location }, body: json ?? (text === '' ? null : text), bytes: null },
    } as Exchange;
}

function read<T = unknown>(name: string): T {
    return JSON.parse(fs.readFileSync(path.join(recordingsRoot, folder, `${name}.json`), 'utf8')) as T;
}

function kindOf(message: Record<string, unknown>): string {
    return Object.keys(message).find((key) => key !== 't')!;
}

async function firstMessages(sim: OctoPrintSimulator, auth: string | null): Promise<string[]> {
    const socket = new WebSocket(`${sim.url.replace('http', 'ws')}/sockjs/websocket`);
    const heard: string[] = [];
    socket.on('message', (data: Buffer) => {
        const kind = kindOf(JSON.parse(data.toString()) as Record<string, unknown>);
        heard.push(kind);
        if (kind === 'connected' && auth !== null) socket.send(JSON.stringify({ auth }));
    });
    await new Promise((resolve) => setTimeout(resolve, 150));
    socket.terminate();
    return heard;
}

interface SentBody {
    name: string;
    target: string;
    type: string;
    bytes: Buffer;
}

function sentBodies(): SentBody[] {
    const root = path.join(recordingsRoot, 'octoprint-webhooks');
    return fs
        .readdirSync(root)
        .filter((name) => /^\d+\w*-.*\.json$/.test(name) && !name.startsWith('00-'))
        .flatMap((name) => {
            const { requests = [] } = JSON.parse(fs.readFileSync(path.join(root, name), 'utf8')) as {
                requests?: { method: string; target: string; headers: [string, string][]; body_b64: string }[];
            };
            return requests.flatMap(({ method, target, headers, body_b64 }) => {
                const type = headers.find(([key]) => key.toLowerCase() === 'content-type')?.[1] ?? '';
                const bytes = Buffer.from(body_b64, 'base64');
                const fits = /json|urlencoded|multipart/.test(type) && method !== 'GET' && bytes.length > 2;
                return fits && !target.startsWith('/oauth') && !target.startsWith('/token')
                    ? [{ name, target, type, bytes }]
                    : [];
            });
        });
}

function requestOf(type: string, bytes: Buffer): IncomingMessage {
    const stream = Readable.from([bytes]) as unknown as IncomingMessage;
    stream.headers = { 'content-type': type, 'content-length': String(bytes.length) };
    return stream;
}
