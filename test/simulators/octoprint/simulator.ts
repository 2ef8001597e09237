import express from 'express';
import { Simulator, type SimulatorOptions } from '../simulator';
import { Access, NOT_FOUND } from './access';
import { Files, type FileRow } from './files';
import { Printer } from './printer';
import { Socket } from './socket';

export interface OctoPrintOptions extends SimulatorOptions {
    /** milliseconds since 1970 */
    now?: () => number;
}

export interface UploadOptions {
    content?: string;
    /** estimate of the slicer's G-code, in seconds; filament in mm and cm³ */
    analysis?: { seconds: number; length: number; volume: number } | null;
}

export interface PrintOptions {
    /** default 60 */
    seconds?: number;
    /** default: done; else how it failed */
    reason?: 'cancelled' | 'error';
    /** percents that are shown on the way */
    steps?: readonly number[];
    /** nobody is told over the socket */
    silent?: boolean;
    /** the history gets it only when `logLast` is called: OctoPrint writes it in a thread of its own */
    logLater?: boolean;
}

/**
 * OctoPrint 1.11.8 with its Application Keys: files and their history, the websocket, keys, a camera. Clients ask it over
 * HTTP and WebSocket; a test plays the printer (`print`) and the person (`upload`, `remove`, `access.decide`).
 */
export class OctoPrintSimulator extends Simulator {
    readonly access = new Access();
    readonly files: Files;
    readonly printer = new Printer();
    readonly socket: Socket;
    /** of a user who may do everything */
    readonly apiKey: string;
    /** what the camera shows; null: it is off */
    picture: Buffer | null = null;
    /** `user:password` that the camera asks for; null: it asks nobody */
    cameraLogin: string | null = null;
    private readonly now: () => number;
    private late: (() => void)[] = [];

    constructor(options: OctoPrintOptions = {}) {
        super(options);
        this.now = options.now ?? Date.now;
        this.files = new Files(() => this.url, this.now);
        this.socket = new Socket(this.access, () => this.printer.current(this.now()));
        this.apiKey = this.access.addKey();
        this.app.use(express.json());
        this.app.use(this.access.routes(() => this.url));
        this.app.get('/webcam/', (req, res) => {
            const proof = `Basic ${Buffer.from(this.cameraLogin ?? '').toString('base64')}`;
            if (this.cameraLogin !== null && req.headers.authorization !== proof)
                res.status(401).type('text/html').send('<html>401 Unauthorized</html>');
            else if (this.picture === null) res.status(502).type('text/html').send('<html>no camera</html>');
            else res.type('image/jpeg').send(this.picture);
        });
        this.app.use('/api', this.api());
        this.app.use((_req, res) => void res.status(404).json({ error: NOT_FOUND }));
        this.socket.attach(this.server, () => this.down);
    }

    override async close(): Promise<void> {
        this.socket.disconnect();
        await super.close();
    }

    upload(path: string, options: UploadOptions = {}): FileRow {
        const { content = `; ${path}\nG28\n`, analysis = { seconds: 3600, length: 4200, volume: 0 } } = options;
        const row = this.files.upload(path, content, analysis);
        const name = path.split('/').at(-1)!;
        this.socket.event('FileAdded', {
            storage: 'local',
            path,
            name,
            type: ['machinecode', 'gcode'],
            operation: 'add',
        });
        return row;
    }

    remove(path: string): void {
        this.files.remove(path);
        const name = path.split('/').at(-1)!;
        this.socket.event('FileRemoved', { storage: 'local', path, name, type: ['machinecode', 'gcode'] });
    }

    /** By a person, in OctoPrint's list: the file takes its history and its date along (storage.py, 1.11.8). */
    move(from: string, to: string): void {
        this.files.copy(from, to);
        this.files.remove(from);
        this.tellOfFile('FileRemoved', from, 'move');
        this.tellOfFile('FileAdded', to, 'move');
    }

    /** As `move`; both have the history then. */
    copy(from: string, to: string): void {
        this.files.copy(from, to);
        this.tellOfFile('FileAdded', to, 'copy');
    }

    /** A print from the printer's own card: events, and nothing else. @returns its `time` */
    printFromCard(path: string, seconds = 60): number {
        const time = seconds + ++this.finished / 1_000_000;
        const payload = { name: path, path, origin: 'sdcard', size: 9214 };
        this.socket.event('PrintStarted', { ...payload, owner: 'bench', user: 'bench' });
        this.socket.event('PrintDone', { ...payload, owner: 'bench', time });
        return time;
    }

    start(path: string, { silent = false }: PrintOptions = {}): void {
        const row = this.mustHave(path);
        Object.assign(this.printer, { file: row, completion: 0, text: 'Printing' });
        if (!silent)
            this.socket.event('PrintStarted', { ...payloadOf(row), size: row.size, owner: 'bench', user: 'bench' });
    }

    progress(completion: number, logs: readonly string[] = []): void {
        this.printer.completion = completion;
        this.socket.tick(logs);
    }

    /** The print of the file ends, now. @returns its `time` */
    finish(path: string, options: PrintOptions = {}): number {
        const { seconds = 60, reason, silent = false } = options;
        const row = this.mustHave(path);
        // no two prints take equally long
        const time = seconds + ++this.finished / 1_000_000;
        const payload = { ...payloadOf(row), size: row.size, owner: 'bench', time };
        Object.assign(this.printer, {
            completion: reason === undefined ? 100 : this.printer.completion,
            text: 'Operational',
        });
        const log = (): void => {
            const timestamp = this.now() / 1000;
            const success = reason === undefined;
            this.files.log(path, success ? { timestamp, success, printTime: time } : { timestamp, success });
            if (!silent) this.socket.event('MetadataStatisticsUpdated', { storage: 'local', path });
        };
        if (!silent) {
            if (reason === undefined) this.socket.event('PrintDone', payload);
            else this.socket.event('PrintFailed', { ...payload, reason, user: 'bench' });
            this.socket.tick();
        }
        if (options.logLater === true) this.late.push(log);
        else log();
        return time;
    }

    /** What `logLater` left out. */
    logLast(): void {
        for (const log of this.late.splice(0)) log();
    }

    /** A print from beginning to end, at once. */
    print(path: string, options: PrintOptions = {}): number {
        this.start(path, options);
        for (const step of options.steps ?? []) this.progress(step);
        return this.finish(path, options);
    }

    private finished = 0;

    private tellOfFile(event: string, path: string, operation: string): void {
        const name = path.split('/').at(-1)!;
        this.socket.event(event, { storage: 'local', path, name, type: ['machinecode', 'gcode'], operation });
    }

    private mustHave(path: string): FileRow {
        const row = this.files.rows.get(path);
        if (row === undefined) throw new Error(`no file ${path}`);
        return row;
    }

    private api(): express.Router {
        const api = express.Router();
        api.use(this.access.mustBeAllowed);
        api.get('/version', (_req, res) => void res.json({ api: '0.1', server: '1.11.8', text: 'OctoPrint 1.11.8' }));
        api.get('/server', (_req, res) => void res.json({ safemode: null, version: '1.11.8' }));
        api.get('/job', (_req, res) => void res.json(this.printer.job()));
        api.get(['/files', '/files/local'], (req, res) => {
            const etag = `"${this.files.version}-${String(req.query['recursive'])}"`;
            res.set('ETag', etag);
            if (req.get('If-None-Match') === etag) return void res.status(304).end();
            const files = this.files.list(req.query['recursive'] === 'true');
            res.json({ files, free: 80_243_118_080, total: 160_000_000_000 });
        });
        api.get('/files/local/*', (req, res) => {
            const row = this.files.rows.get((req.params as Record<string, string>)['0'] ?? '');
            if (row === undefined) res.status(404).json({ error: NOT_FOUND });
            else res.json(this.files.view(row));
        });
        return api;
    }
}

function payloadOf({ path, display }: FileRow): Record<string, unknown> {
    return { name: display, path, origin: 'local' };
}
