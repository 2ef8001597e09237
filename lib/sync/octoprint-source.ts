import { setMaxListeners } from 'node:events';
import { ClosedError, UnavailableError } from '../http/errors';
import type { OctoFile } from '../octoprint/answers';
import type { OctoPrintClient } from '../octoprint/client';
import type { Filament } from '../octoprint/weight';
import type { Step } from '../store/records';
import { systemClock, type Clock } from './clock';
import { Dispatch } from './dispatch';
import type { IdentityRule } from './identity';
import { persist, type Line } from './line';
import { beginOctoPrint, isBegun } from './octoprint-begin';
import { OctoPrintDoor } from './octoprint-door';
import { account, FileStates, type Ended } from './octoprint-files';
import { hash8, printOfFile } from './octoprint-print';
import { Parked } from './parked';
import type { Picture } from './picture';
import type { Pass, Print } from './print';
import type { Sync } from './sync';

export interface OctoPrintSourceSettings {
    /** the node's id */
    id: string;
    /** seconds between looks at all files; 0: only at each connection, and by hand */
    interval: number;
    startWith: 'now' | 'all';
    rule: IdentityRule;
    filament: Filament;
    /** keep the camera's picture of the end of each print, for its Part */
    picture: boolean;
    /** prints under way at a time */
    window: number;
    /** seconds after which a print that none of our nodes has taken is passed */
    passAfter: number;
}

export interface OctoPrintSourceOutput {
    send: (print: Print, pass: Pass) => void;
    failed: (error: Error) => void;
    changed: () => void;
}

export interface OctoPrintStatus {
    counts: Record<string, number>;
    underWay: number;
    /** sent since midnight */
    today: number;
    paused: boolean;
    lastPoll: string | null;
    lastError: string | null;
}

/** OctoPrint writes its history after it has told of the end, in a thread of its own: it is looked at until it is there. */
const LOOKS_MS = [0, 1000, 4000, 15_000, 40_000];
/** A camera that hangs holds no print up for longer. */
const CAMERA_MS = 10_000;

interface Shot {
    time: number;
    picture: Promise<Picture | null>;
}

/** Finds finished prints of one OctoPrint, by what it counts for each file, and sends each once, a bounded number at a time. */
export class OctoPrintSource {
    readonly parked: Parked;
    private readonly door: OctoPrintDoor;
    private readonly dispatch: Dispatch;
    private readonly states: FileStates;
    private readonly closed = new AbortController();
    private readonly unlisten: () => void;
    private readonly shots = new Map<string, Shot>();
    private readonly working = new Set<Promise<unknown>>();
    private readonly output: OctoPrintSourceOutput;
    private readonly watchers = new Set<() => void>();
    private preparing: Promise<void> | null = null;
    private polling: Promise<void> | null = null;
    private again = false;
    private etag: string | null = null;
    private lastPoll: string | null = null;
    private lastError: string | null = null;
    private sent: { day: string; count: number } = { day: '', count: 0 };

    /** @param reachable the steps that a print sent from here will meet */
    constructor(
        private readonly sync: Sync,
        private readonly octoprint: OctoPrintClient,
        readonly line: Line,
        private readonly settings: OctoPrintSourceSettings,
        reachable: () => Step[],
        output: OctoPrintSourceOutput,
        private readonly clock: Clock = systemClock,
    ) {
        this.output = {
            ...output,
            changed: () => {
                output.changed();
                for (const watcher of this.watchers) watcher();
            },
        };
        const { signal } = this.closed;
        setMaxListeners(0, signal);
        this.door = new OctoPrintDoor(sync, settings.id);
        this.states = new FileStates(sync.ledger, octoprint.prefix);
        const send = (print: Print, pass: Pass): void => this.send(print, pass);
        this.dispatch = new Dispatch(sync, this.door, settings, reachable, send, signal);
        this.parked = new Parked(
            sync,
            'OctoPrint',
            ({ source, via }) =>
                source === 'octoprint' && (via === undefined || via === settings.id || !sync.sources.has(via)),
            () => this.prepare(),
            (record) =>
                this.dispatch.inSlot('live', async () => {
                    const now = sync.ledger.print(record.batch);
                    return now?.state === 'parked' ? this.dispatch.sendAgain(now, false) : { sent: false };
                }),
        );
        sync.sources.add(settings.id);
        this.unlisten = sync.onStep(({ kind }) => {
            if (kind !== 'taken') this.output.changed();
        });
    }

    /** Offers again what a restart interrupted, then looks at all files at its interval. */
    start(): void {
        this.run(this.loop());
    }

    /** Ends all waiting; prints under way stay accepted and are offered again. Resolves when nothing is written any more. */
    async close(): Promise<void> {
        this.closed.abort();
        this.unlisten();
        this.dispatch.close();
        this.sync.sources.delete(this.settings.id);
        await Promise.allSettled([this.polling, this.preparing, ...this.working]);
    }

    /** The socket stands, perhaps after a while without: what it missed is looked for. */
    connected(): void {
        this.run(this.poll());
    }

    /** A print begins: its file is looked at while it is there. */
    printStarted(path: string): void {
        this.run(this.look(path, null));
    }

    /**
     * An event told of the end of a print; it may tell of it several times.
     * @param origin `local`, or a card that has neither hash nor history
     * @param picture of the end, where it came along
     */
    printDone(path: string, origin: string, time: number, picture: Picture | null): void {
        this.shoot(path, time, picture);
        const ended: Ended = { time, at: this.clock.now(), sure: false };
        this.run(origin === 'local' ? this.follow(path, ended) : this.takeFromCard(path, ended));
    }

    /** OctoPrint has written the history of a file, or removed the file. */
    fileChanged(path: string): void {
        this.run(this.look(path, null));
    }

    /** @returns ends the watching */
    watch(watcher: () => void): () => void {
        this.watchers.add(watcher);
        return () => void this.watchers.delete(watcher);
    }

    /** Compares all files with what was taken. While a look is under way the next one follows it. */
    async poll(): Promise<void> {
        if (this.polling !== null) {
            this.again = true;
            return this.polling;
        }
        this.polling = this.pollOnce().finally(() => (this.polling = null));
        return this.polling;
    }

    async pause(): Promise<void> {
        this.dispatch.pause();
        await this.rememberPause(true);
    }

    async resume(): Promise<void> {
        this.dispatch.resume();
        await this.rememberPause(false);
    }

    status(): OctoPrintStatus {
        return {
            counts: this.sync.ledger.counts(),
            underWay: this.dispatch.underWay,
            today: this.today,
            paused: this.dispatch.paused,
            lastPoll: this.lastPoll,
            lastError: this.lastError,
        };
    }

    private get today(): number {
        return this.sent.day === dayOf(this.clock.now()) ? this.sent.count : 0;
    }

    private async loop(): Promise<void> {
        const { interval } = this.settings;
        if (this.sync.ledger.meta(this.pauseKey) === 'yes') this.dispatch.pause();
        do {
            await this.poll().catch((error: unknown) => this.fail(error));
            if (interval > 0) await this.clock.sleep(interval * 1000, this.closed.signal);
        } while (interval > 0);
    }

    /** Once; after a failure the next who needs it tries again. */
    private prepare(): Promise<void> {
        this.preparing ??= this.prepareOnce().catch((error: unknown) => {
            this.preparing = null;
            throw error;
        });
        return this.preparing;
    }

    private async prepareOnce(): Promise<void> {
        const { prefix } = this.octoprint;
        const { signal } = this.closed;
        await this.sync.keyed.run(`begin:${prefix}`, async () => {
            if (isBegun(this.sync, prefix)) return;
            const list = await persist(this.line, () => this.octoprint.files(null, signal), signal);
            await beginOctoPrint(this.sync, list?.files ?? [], { ...this.settings, prefix }, signal);
        });
        // prints of before that wait for a slot hold up nobody
        this.run(this.dispatch.resumeUnfinished());
    }

    private async pollOnce(): Promise<void> {
        do {
            this.again = false;
            try {
                await this.prepare();
                await this.lookAtAll();
            } catch (error) {
                if (!(error instanceof ClosedError)) this.lastError = wordsOf(error);
                throw error;
            }
            this.lastPoll = new Date(this.clock.now()).toISOString();
            this.lastError = null;
            this.output.changed();
        } while (this.again);
    }

    private async lookAtAll(): Promise<void> {
        const { signal } = this.closed;
        const list = await persist(this.line, () => this.octoprint.files(this.etag, signal), signal);
        if (list === null) return;
        const there = new Set<string>();
        for (const file of list.files) {
            there.add(file.path);
            if (file.hash !== null && this.hasNews(file)) await this.look(file.path, null);
        }
        for (const path of this.states.paths()) if (!there.has(path)) await this.missing(path);
        this.etag = list.etag;
    }

    private hasNews(file: OctoFile): boolean {
        const before = this.states.get(file.path);
        if (before === null) return (file.prints?.success ?? 0) > 0;
        const { state, next } = account(before, file, null, this.settings.filament);
        return next !== null || state?.life !== before.life || state.success !== before.success;
    }

    /** A file that is gone at two looks is forgotten; at the first one the event of its end may still be on its way. */
    private async missing(path: string): Promise<void> {
        await this.keyed(path, async () => {
            const state = this.states.get(path);
            if (state?.hash === null) return;
            if (state?.gone === true) await this.states.drop(path);
            else if (state !== null) await this.states.put(path, { ...state, gone: true });
        });
    }

    /** A print whose end was told: until it is found, and if OctoPrint never writes it down, by what was told. */
    private async follow(path: string, ended: Ended): Promise<void> {
        for (const wait of LOOKS_MS) {
            if (wait > 0) await this.clock.sleep(wait, this.closed.signal);
            if (await this.look(path, ended)) return;
        }
        await this.look(path, { ...ended, sure: true });
    }

    /**
     * Takes all prints of a file that were not taken.
     * @returns whether the print of the event is among what was taken, then or before
     * @throws as `persist`
     */
    private async look(path: string, ended: Ended | null): Promise<boolean> {
        await this.prepare();
        const { signal } = this.closed;
        for (;;) {
            // whether there is anything is asked before a slot is taken: a server that is away holds none
            const file = await persist(this.line, () => this.octoprint.file(path, signal), signal);
            const seen = await this.keyed(path, async () => {
                const found = account(this.states.get(path), file, ended, this.settings.filament);
                // a file is known as soon as it is printed: when it is gone, this is all there is of it
                if (found.next === null && found.state !== null) await this.states.put(path, found.state);
                return found;
            });
            if (seen.next === null) return seen.found;
            const took = await this.dispatch.inSlot('live', () => this.keyed(path, () => this.takeNext(path, ended)));
            if (!took.more) return took.found;
        }
    }

    /** By the file as it is when the slot is there: that may be hours later. */
    private async takeNext(
        path: string,
        ended: Ended | null,
    ): Promise<{ sent: boolean; more: boolean; found: boolean }> {
        let file: OctoFile | null;
        try {
            file = await this.octoprint.file(path, this.closed.signal);
        } catch (error) {
            if (error instanceof UnavailableError) return { sent: false, more: true, found: false };
            throw error;
        }
        const { state, next, found } = account(this.states.get(path), file, ended, this.settings.filament);
        if (state !== null) await this.states.put(path, state);
        if (state === null || next === null) return { sent: false, more: false, found };
        const run = [this.octoprint.prefix, path, hash8(state.hash, path), state.life, next.key].join('|');
        const sent = await this.take(run, path, { ...next, path, file: state, raw: file });
        await this.states.put(path, next.after);
        return { sent, more: true, found };
    }

    /** Nothing lists what is printed from a card: its events are all there is. */
    private async takeFromCard(path: string, ended: Ended): Promise<void> {
        await this.prepare();
        const key = `sdcard/${path}`;
        await this.dispatch.inSlot('live', () =>
            this.keyed(key, async () => {
                const before = this.states.get(key) ?? cardFile(path);
                const { next } = account(
                    { ...before, gone: true },
                    null,
                    { ...ended, sure: true },
                    this.settings.filament,
                );
                if (next === null) return { sent: false };
                const run = [this.octoprint.prefix, key, next.key].join('|');
                const sent = await this.take(run, path, { ...next, path, file: before, raw: null });
                const { events: _told, ...after } = next.after;
                await this.states.put(key, { ...after, events: [], success: next.n });
                return { sent };
            }),
        );
    }

    private async take(run: string, path: string, of: Parameters<typeof printOfFile>[1]): Promise<boolean> {
        const { ledger } = this.sync;
        // accepted, and the process ended before the file's state was written
        if (ledger.printByRun(run) !== undefined) return false;
        const { address, prefix, deviceIdentifier } = this.octoprint;
        const print = printOfFile(ledger, of, { address, prefix, deviceIdentifier, rule: this.settings.rule });
        const picture = await this.pictureOf(path, of.seconds);
        if (picture !== null) await this.sync.keptPictures.keep(print, picture);
        this.door.name(print, run);
        await this.dispatch.acceptAndSend({ print, first: false }, { force: false, mode: 'all' });
        return true;
    }

    /** The picture is taken at once: a minute later the print may be off the bed. */
    private shoot(path: string, time: number, given: Picture | null): void {
        const known = this.shots.get(path);
        if (!this.settings.picture || (known?.time === time && given === null)) return;
        if (given === null && !this.octoprint.hasCamera) return;
        if (this.shots.size > 50) this.shots.clear();
        const signal = AbortSignal.any([this.closed.signal, AbortSignal.timeout(CAMERA_MS)]);
        // a camera that is off is no reason to lose a print
        const picture = given === null ? this.octoprint.snapshot(signal).catch(() => null) : Promise.resolve(given);
        this.shots.set(path, { time, picture });
    }

    private async pictureOf(path: string, seconds: number | null): Promise<Picture | null> {
        const shot = this.shots.get(path);
        if (shot === undefined || shot.time !== seconds) return null;
        this.shots.delete(path);
        let timer: NodeJS.Timeout | undefined;
        const patience = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), CAMERA_MS)));
        return Promise.race([shot.picture, patience]).finally(() => clearTimeout(timer));
    }

    private keyed<T>(path: string, work: () => Promise<T>): Promise<T> {
        return this.sync.keyed.run(`octoprint:${this.octoprint.prefix}:${path}`, work);
    }

    private async rememberPause(paused: boolean): Promise<void> {
        await this.sync.ledger.putMeta(this.pauseKey, paused ? 'yes' : 'no');
        this.output.changed();
    }

    private get pauseKey(): string {
        return `paused:${this.settings.id}`;
    }

    private send(print: Print, pass: Pass): void {
        this.sent = { day: dayOf(this.clock.now()), count: this.today + 1 };
        this.output.send(print, pass);
        this.output.changed();
    }

    private run(work: Promise<unknown>): void {
        const tracked: Promise<unknown> = work
            .catch((error: unknown) => this.fail(error))
            .finally(() => this.working.delete(tracked));
        this.working.add(tracked);
    }

    private fail(error: unknown): void {
        if (error instanceof ClosedError) return;
        const failure = error instanceof Error ? error : new Error(String(error));
        this.lastError = failure.message;
        this.output.failed(failure);
        this.output.changed();
    }
}

function cardFile(path: string): NonNullable<ReturnType<FileStates['get']>> {
    return {
        hash: null,
        display: path.split('/').at(-1)!,
        life: 0,
        date: 0,
        success: 0,
        sum: null,
        events: [],
        lastTime: null,
        seconds: null,
        grams: null,
    };
}

function wordsOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

function dayOf(ms: number): string {
    return new Date(ms).toDateString();
}
