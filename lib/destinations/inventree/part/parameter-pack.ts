import { addParameterList, parametersOf, type NewParameter } from '../../../clients/inventree/parameters';
import { PoisonedError, retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { ClosedError, Failure, RejectedError } from '../../../http/errors';
import type { Pass, Print } from '../../../print/print';
import type { InvenTreeDestination } from '../destination';
import { add, type Wanted } from './parameter-step';

/** Parts in one list. More would save little, and a live print would wait longer for its turn. */
const MOST = 10;
/** So long the first of a pack waits for others, where prints are under way. */
const LATER_MS = 5_000;
/** With nothing under way for so long InvenTree has nothing to do, and no other comes. */
const IDLE_MS = 20;

/** Begins the keys of the notes (`meta`) that say what waits: they are dropped when it is written. */
const NOTE = 'parameters:';

/** What a note holds. */
interface Note {
    /** pk */
    part: number;
    /** by name of the template, as that wants it */
    values: Record<string, string>;
    /** prints whose records say that they are pending */
    batches: string[];
}

interface Waiting extends Note {
    identity: string;
    /** they may be there already: of before the start, or another's */
    lookUp: boolean;
}

type Written = Record<string, string | null>;

/**
 * The parameters of new Parts of an import: they wait until there are enough for one list. What waits stands in the ledger
 * before the print's StockItem is made, and a start goes on with it.
 */
export class ParameterPack {
    /** by identity, oldest first */
    private readonly waiting = new Map<string, Waiting>();
    private sending: ReadonlyMap<string, Waiting> = new Map();
    /** somebody writes them with those of another print */
    private readonly taken = new Map<string, Waiting>();
    private readonly closing = new AbortController();
    private readonly sleeping = new Set<number>();

    constructor(private readonly destination: InvenTreeDestination) {
        const { ledger } = destination.delivery;
        this.load();
        ledger.onReload(() => this.load());
        destination.delivery.onStep(() => void this.whenIdle());
    }

    /** Lets what waits be: the next start goes on with it. */
    close(): void {
        this.closing.abort();
    }

    /** Whether the parameters of a print may go with those of others: it is of an import, whose prints nobody waits for. */
    takes(print: Print, pass: Pass): boolean {
        if (pass.force || this.closing.signal.aborted) return false;
        return pass.mode === 'parts' || this.destination.delivery.ledger.print(print.batch)?.imported !== undefined;
    }

    has(identity: string): boolean {
        return this.waiting.has(identity) || this.sending.has(identity);
    }

    /**
     * Keeps the parameters of a Part for a list.
     * @param isNew the Part was made just now, and has none
     * @returns false where others of it are being sent
     */
    put(print: Print, part: number, wanted: readonly Wanted[], isNew: boolean): boolean {
        const { identity, batch } = print;
        const { ledger } = this.destination.delivery;
        if (this.sending.has(identity)) return false;
        const before = this.waiting.get(identity);
        const values = {
            ...(before?.part === part ? before.values : {}),
            ...Object.fromEntries(wanted.map(({ template, data }) => [template.name, data])),
        };
        const note: Note = { part, values, batches: [...new Set([...(before?.batches ?? []), batch])] };
        this.waiting.set(identity, { ...note, identity, lookUp: before?.lookUp ?? !isNew });
        ledger.setMetaDeferred(NOTE + identity, JSON.stringify(note));
        const record = ledger.print(batch);
        if (record !== undefined) ledger.setPrintDeferred({ ...record, parameters: 'pending' });
        if (this.waiting.size >= MOST) void this.write();
        else void this.after(LATER_MS, () => true);
        return true;
    }

    /** What is about to be written for a Part; null: nothing. @param part its pk */
    value(part: number, template: string): string | null {
        for (const waiting of this.waiting.values()) if (waiting.part === part) return waiting.values[template] ?? null;
        return null;
    }

    /**
     * Somebody writes the parameters of this Part now, and says so with `written`.
     * @returns what was waiting or is being sent, by template: a value that is there may be that; null: nothing
     */
    take(identity: string): Readonly<Record<string, string>> | null {
        const waiting = this.waiting.get(identity) ?? this.taken.get(identity);
        if (waiting === undefined) return this.sending.get(identity)?.values ?? null;
        this.waiting.delete(identity);
        this.taken.set(identity, waiting);
        return waiting.values;
    }

    /** What was taken is written, or refused for good. */
    written(identity: string): void {
        const taken = this.taken.get(identity);
        if (taken === undefined) return;
        this.taken.delete(identity);
        this.settle(taken, {});
    }

    private load(): void {
        this.waiting.clear();
        this.taken.clear();
        for (const { key, value } of this.destination.delivery.ledger.metaFrom(NOTE)) {
            const identity = key.slice(NOTE.length);
            this.waiting.set(identity, { ...(JSON.parse(value) as Note), identity, lookUp: true });
        }
        if (this.waiting.size > 0) void this.after(IDLE_MS, () => true);
    }

    private async whenIdle(): Promise<void> {
        if (this.waiting.size > 0) await this.after(IDLE_MS, () => this.destination.delivery.inFlight.size === 0);
    }

    /** One timer of each length at a time. */
    private async after(ms: number, isTime: () => boolean): Promise<void> {
        if (this.sleeping.has(ms)) return;
        this.sleeping.add(ms);
        try {
            await this.destination.breaker.clock.sleep(ms, this.closing.signal);
        } catch {
            return;
        } finally {
            this.sleeping.delete(ms);
        }
        if (isTime()) await this.write();
    }

    /** One list at a time: a live print waits for no more than one. */
    private async write(): Promise<void> {
        while (this.sending.size === 0 && this.waiting.size > 0) {
            const pack = [...this.waiting.values()].slice(0, MOST);
            this.sending = new Map(pack.map((one) => [one.identity, one]));
            for (const { identity } of pack) this.waiting.delete(identity);
            try {
                await this.send(pack.filter((one) => this.isOf(one)));
            } catch {
                // closed, or the ledger is another's: what waits stands in it
            } finally {
                this.sending = new Map();
            }
            if (this.closing.signal.aborted) return;
            if (this.waiting.size < MOST && this.destination.delivery.inFlight.size > 0)
                return this.waiting.size > 0 ? this.after(LATER_MS, () => true) : undefined;
        }
    }

    /** The Part is still the one of its identity: one that was made in its place has its own. */
    private isOf(one: Waiting): boolean {
        const pk = this.destination.delivery.ledger.part(one.identity)?.pk;
        if (pk === undefined || pk === one.part) return true;
        this.settle(one, {});
        return false;
    }

    /** @throws ClosedError */
    private async send(pack: readonly Waiting[]): Promise<void> {
        const { breaker } = this.destination;
        const { signal } = this.closing;
        if (pack.length === 0) return;
        try {
            const attempt = (n: number): Promise<Written[]> => this.attempt(pack, n > 0, signal);
            const written = await retryWhileUnavailable(breaker, attempt, signal);
            for (const [n, one] of pack.entries()) this.settle(one, written[n]!);
        } catch (error) {
            if (error instanceof ClosedError || !(error instanceof Failure || error instanceof PoisonedError))
                throw error;
            // it may be one of them that the server cannot take
            if (pack.length > 1) for (const one of pack) await this.send([{ ...one, lookUp: true }]);
            else this.fail(pack[0]!, error);
        }
    }

    /** @returns what became of them, by template, for each of the pack */
    private async attempt(pack: readonly Waiting[], again: boolean, signal: AbortSignal): Promise<Written[]> {
        const results: Written[] = [];
        const absent: Wanted[][] = [];
        for (const one of pack) {
            const wanted = await this.wanted(one, signal);
            const there = again || one.lookUp ? await parametersOf(this.destination.client, one.part, signal) : [];
            const found = wanted.flatMap(({ template, data }) => {
                const same = there.find((parameter) => parameter.template === template.pk);
                return same === undefined ? [] : [[template.name, same.data === data ? data : null] as const];
            });
            const result: Written = Object.fromEntries(found);
            results.push(result);
            absent.push(wanted.filter(({ template }) => !Object.hasOwn(result, template.name)));
        }
        const added = await this.addAll(pack, absent, signal);
        return results.map((result, n) => ({ ...result, ...added[n] }));
    }

    /** All in one list; where one of them is refused, those of each Part by themselves. */
    private async addAll(
        pack: readonly Waiting[],
        absent: readonly Wanted[][],
        signal: AbortSignal,
    ): Promise<Written[]> {
        const { client } = this.destination;
        const rows: NewParameter[] = absent.flatMap((wanted, n) =>
            wanted.map(({ template, data }) => ({ part: pack[n]!.part, template: template.pk, data })),
        );
        try {
            await addParameterList(client, rows, signal);
            return absent.map((wanted) =>
                Object.fromEntries(wanted.map(({ template, data }) => [template.name, data])),
            );
        } catch (error) {
            if (!(error instanceof RejectedError)) throw error;
            if (pack.length > 1) this.destination.forgetTemplates();
            const results: Written[] = [];
            for (const [n, wanted] of absent.entries())
                results.push(await add(this.destination, pack[n]!.part, wanted, signal));
            return results;
        }
    }

    private async wanted({ values }: Waiting, signal: AbortSignal): Promise<Wanted[]> {
        const wanted: Wanted[] = [];
        for (const [name, data] of Object.entries(values)) {
            const template = await this.destination.template(name, signal);
            if (template !== undefined) wanted.push({ template, data });
        }
        return wanted;
    }

    private fail(one: Waiting, error: Error): void {
        const request = error instanceof Failure ? error.request : undefined;
        this.destination.delivery.warnOnce(
            `Parameters are skipped: ${error.message}`,
            `no parameters: ${request ?? error.message}`,
        );
        this.settle(one, null);
    }

    /** @param written null: they failed for good */
    private settle({ identity, part, batches }: Waiting, written: Written | null): void {
        const { ledger } = this.destination.delivery;
        const record = ledger.part(identity);
        if (written !== null && record?.pk === part)
            ledger.setPartDeferred({ ...record, parameters: { ...record.parameters, ...written } });
        for (const batch of batches) {
            const print = ledger.print(batch);
            if (print?.parameters === 'pending')
                ledger.setPrintDeferred({ ...print, parameters: written === null ? 'failed' : 'done' });
        }
        // nobody waits for it: a note that is still there after a crash is looked up
        void ledger.dropMeta(NOTE + identity).catch(() => undefined);
    }
}
