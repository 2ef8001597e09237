import { Failure } from '../../http/errors';
import type { OctoFile } from '../../clients/octoprint/answers';
import type { OctoPrintClient } from '../../clients/octoprint/client';
import type { Filament } from '../../clients/octoprint/weight';
import type { Clock } from '../../concurrency/clock';
import type { Dispatcher } from '../../delivery/dispatcher';
import type { IdentityRule } from '../../print/part-identity';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { OctoPrintAcceptor } from './acceptor';
import { PendingEnds, type PendingEnd } from './history/pending-ends';
import {
    compareWithHistory,
    passedOver,
    unseen,
    type Comparison,
    type Ended,
    type FileState,
} from './history/compare-with-history';
import { EndPictures } from './end-pictures';
import { hash8, printOfFile } from './print-of-file';
import { CARD, FileStates } from './history/file-states';
import { DEFAULT_LEAVE_OUT, PathPatterns } from './path-patterns';
import type { Picture } from '../../http/picture-type';
import type { SourceContext } from '../source';

export interface OctoPrintIntakeSettings {
    rule: IdentityRule;
    filament: Filament;
    /** keep the camera's picture of the end of each print, for its Part */
    picture: boolean;
    /** patterns of paths and names of files that are no products; default: `DEFAULT_LEAVE_OUT` */
    leaveOut?: readonly string[];
}

/** OctoPrint writes its history after the event of the end, in a thread of its own: it is read until the print is there. */
const LOOKS_MS = [0, 1000, 4000, 15_000, 40_000];

/** Takes the prints of single files, each once: by what OctoPrint counts of a file, and by the ends that were told. */
export class OctoPrintIntake {
    private readonly states: FileStates;
    private readonly ends: PendingEnds;
    private readonly pictures: EndPictures;
    private readonly leftOut: PathPatterns;

    /** @param prepared resolves when the ledger knows where each file stands */
    constructor(
        private readonly sync: SourceContext,
        private readonly octoprint: OctoPrintClient,
        private readonly breaker: CircuitBreaker,
        private readonly settings: OctoPrintIntakeSettings,
        private readonly dispatcher: Dispatcher,
        private readonly acceptor: OctoPrintAcceptor,
        private readonly prepared: () => Promise<void>,
        private readonly clock: Clock,
        private readonly signal: AbortSignal,
    ) {
        this.states = new FileStates(sync.delivery.ledger, octoprint.prefix);
        this.leftOut = new PathPatterns(settings.leaveOut ?? DEFAULT_LEAVE_OUT);
        this.ends = new PendingEnds(sync.delivery.ledger, octoprint.prefix);
        this.pictures = new EndPictures(octoprint, signal, (why) =>
            sync.delivery.warnOnce(
                `${why}. Prints of ${octoprint.address} come without its picture.`,
                `camera:${octoprint.prefix}`,
            ),
        );
    }

    /** The end of a print was told, perhaps not for the first time. @param picture of the end, where it came along */
    async ended(path: string, origin: PendingEnd['origin'], time: number, picture: Picture | null): Promise<void> {
        // its count is passed over at the next look
        if (this.leftOut.matches(path)) return;
        if (this.settings.picture) this.pictures.take(path, time, picture);
        const end: PendingEnd = { path, origin, time, at: this.clock.now() };
        if (this.states.get(stateKey(end))?.lastTime === time) return;
        await this.ends.put(end);
        await this.follow(end, false);
    }

    /**
     * Goes on with the ends that were told to an earlier process.
     * @returns what is still to be done, once each is compared with its file: later prints of that file come behind it
     */
    async recall(): Promise<(() => Promise<void>)[]> {
        const work: (() => Promise<void>)[] = [];
        for (const end of this.ends.all()) {
            const seen = end.origin === 'local' ? await this.compare(end.path, { ...end, sure: false }) : null;
            work.push(() => this.follow(end, seen?.found ?? false));
        }
        return work;
    }

    knows(path: string): boolean {
        return this.states.get(path) !== null;
    }

    hasNews(file: OctoFile): boolean {
        const before = this.states.get(file.path);
        if (before === null) return (file.prints?.success ?? 0) > 0;
        const { state, next } = this.accountOf(file.path, file, null);
        return next !== null || state?.life !== before.life || state.success !== before.success;
    }

    /**
     * Takes all prints of a file that were not taken.
     * @returns whether the print of the event is among what was taken, then or before
     * @throws as `retryWhileUnavailable`
     */
    async look(path: string, ended: Ended | null): Promise<boolean> {
        await this.prepared();
        let found = false;
        for (;;) {
            // whether there is anything is asked before a slot is taken: a server that is away holds none
            const seen = await this.compare(path, ended);
            // found once, the history has it: while it waits for a slot the next print may hide its time
            found ||= seen.found;
            if (seen.next === null) return found;
            const took = await this.dispatcher.inSlot('live', () => this.keyed(path, () => this.takeNext(path, ended)));
            found ||= took.found;
            if (!took.more) return found;
        }
    }

    /** Files that are gone at two looks are forgotten; at the first one the event of their end may still be on its way. */
    async forgetAllBut(there: ReadonlySet<string>): Promise<void> {
        const gone = this.states.paths().filter((path) => !there.has(path) && !path.startsWith(CARD));
        for (const path of gone)
            await this.keyed(path, async () => {
                const state = this.states.get(path);
                if (state?.gone === true) await this.states.drop(path);
                else if (state !== null) await this.states.put(path, { ...state, gone: true });
            });
    }

    /** A print whose end was told: until it is found, and if OctoPrint never writes it down, by what was told. */
    private async follow(end: PendingEnd, found: boolean): Promise<void> {
        // told before the setting was changed
        if (this.leftOut.matches(end.path)) return this.ends.drop(end);
        if (end.origin === 'sdcard') await this.takeFromCard(end);
        else await this.findInHistory(end, found);
        await this.ends.drop(end);
    }

    private async findInHistory(end: PendingEnd, found: boolean): Promise<void> {
        const ended: Ended = { time: end.time, at: end.at, sure: false };
        for (const wait of LOOKS_MS) {
            if (wait > 0) await this.clock.sleep(wait, this.signal);
            if ((await this.look(end.path, ended)) || found) return;
        }
        await this.look(end.path, { ...ended, sure: true });
    }

    private async compare(path: string, ended: Ended | null): Promise<Comparison> {
        const file = await retryWhileUnavailable(
            this.breaker,
            () => this.octoprint.file(path, this.signal),
            this.signal,
        );
        return this.keyed(path, async () => {
            const found = this.accountOf(path, file, ended);
            // a file is known as soon as it is printed: when it is gone, this is all there is of it
            if (found.next === null && found.state !== null) await this.states.put(path, found.state);
            return found;
        });
    }

    private accountOf(path: string, file: OctoFile | null, ended: Ended | null): Comparison {
        const known = this.states.get(path);
        if (this.leftOut.matches(path, file?.display ?? known?.display))
            return passedOver(known, file, this.settings.filament);
        const before = known === null && file === null && ended?.sure === true ? unseen(path) : known;
        return compareWithHistory(before, file, ended, this.settings.filament, (...of) =>
            this.states.inheritedState(...of),
        );
    }

    /** By the file as it is when the slot is there: that may be hours later. */
    private async takeNext(
        path: string,
        ended: Ended | null,
    ): Promise<{ sent: boolean; more: boolean; found: boolean }> {
        let file: OctoFile | null;
        try {
            file = await this.octoprint.file(path, this.signal);
        } catch (error) {
            if (error instanceof Failure && error.waits === 'line') return { sent: false, more: true, found: false };
            throw error;
        }
        const { state, next, found } = this.accountOf(path, file, ended);
        if (state !== null) await this.states.put(path, state);
        if (state === null || next === null) return { sent: false, more: false, found };
        const run = [this.octoprint.prefix, path, hash8(state.hash, path), state.life, next.key].join('|');
        const sent = await this.take(run, { ...next, path, file: state, raw: file });
        await this.states.put(path, next.after);
        return { sent, more: true, found };
    }

    /** Nothing lists what is printed from a card: its events are all there is. */
    private async takeFromCard(end: PendingEnd): Promise<void> {
        await this.prepared();
        const { path, time, at } = end;
        const key = stateKey(end);
        await this.dispatcher.inSlot('live', () =>
            this.keyed(key, async () => {
                const before: FileState = this.states.get(key) ?? unseen(path);
                const { next } = compareWithHistory(before, null, { time, at, sure: true }, this.settings.filament);
                if (next === null) return { sent: false };
                const run = [this.octoprint.prefix, key, next.key].join('|');
                const sent = await this.take(run, { ...next, path, file: before, raw: null });
                await this.states.put(key, { ...next.after, events: [], success: next.n });
                return { sent };
            }),
        );
    }

    private async take(run: string, of: Parameters<typeof printOfFile>[1]): Promise<boolean> {
        const { ledger } = this.sync.delivery;
        // accepted, and the process ended before the file's state was written
        if (ledger.printByRun(run) !== undefined) return false;
        const { address, prefix, deviceIdentifier } = this.octoprint;
        const print = printOfFile(ledger, of, { address, prefix, deviceIdentifier, rule: this.settings.rule });
        const picture = await this.pictures.of(of.path, of.seconds);
        if (picture !== null) await this.sync.delivery.keptPictures.keep(print, picture);
        this.acceptor.name(print, run);
        await this.dispatcher.acceptAndSend({ print, first: false }, { force: false, mode: 'all' }, { waits: true });
        return true;
    }

    private keyed<T>(path: string, work: () => Promise<T>): Promise<T> {
        return this.sync.destination.mutex.run(`octoprint:${this.octoprint.prefix}:${path}`, work);
    }
}

function stateKey({ path, origin }: Pick<PendingEnd, 'path' | 'origin'>): string {
    return origin === 'sdcard' ? CARD + path : path;
}
