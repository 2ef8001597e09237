import { createHash } from 'node:crypto';
import type { ArchiveRow } from '../../simulators/bambuddy/rows';
import type { Part, StockItem } from '../../simulators/inventree/types';
import type { Instance } from './commands';

/** A run of an archive: its id and its start to the second, `11@2026-11-22T04:33:35`. */
export type RunKey = string;

export type FindingKind = 'lost' | 'duplicated' | 'wrong';

export interface Finding {
    kind: FindingKind;
    text: string;
}

/** A run that finished, and what stock must show of it. */
export interface Run {
    key: RunKey;
    archiveId: number;
    /** the row itself: another archive may get its id */
    archive: ArchiveRow;
    /** the id that its row of the log had */
    rowId: number | null;
    successful: boolean;
    /** when it finished by a clock that nobody sets, ms */
    at: number;
    /**
     * `never`: it was there before "from now on" and nobody asked for it; `may`: it is not said by the design, or not yet;
     * `must`: it was seen
     */
    claim: 'never' | 'may' | 'must';
    /** the next poll has to find it */
    due: boolean;
    /** it had no key when it was looked at, and waits for a person; `maybe`: it is not said whether it was looked at */
    parked: 'no' | 'maybe' | 'yes';
    /** Bambuddy asks a person how it came out, and what that one said */
    asks: boolean;
    outcome: 'good' | 'reject' | null;
    /** the first one's ledger holds it; of a run that another one of its archive follows before a look nobody can tell that Bambuddy asked */
    held: boolean;
    /** the other run that tells of the same print */
    twin: Run | null;
    /** a person asked for this one by hand: what it was held for counts no more */
    byHand: boolean;
    /** the ledger that knew it was lost: a person may have it taken again */
    lost: boolean;
    /** it was offered after that, and a person let it go */
    dismissed: boolean;
    /** it was there when the backup was kept that is the ledger of now: no poll need look at it again */
    passed: boolean;
    /** the ledger was lost while its archive had no link yet: what was still wanted of it nobody knows any more */
    linkForgotten: boolean;
    /** items ever created for it */
    made: number;
    /** whose ledger knows that it was made: that one never makes it again, whatever became of the item */
    knownTo: Set<Instance>;
    /** the Part of its newest item; null: that was deleted, and its history with it: no trace tells of the item */
    part: number | null;
    /** its items that are there, splits too */
    items: Set<number>;
    /** those of them that still carry the batch they were made with */
    found: Set<number>;
}

/** A Part of ours, told by the IPN that it was given. */
interface KnownPart {
    pk: number;
    identity: string;
    madeIpn: string;
    /** the ledger has tied it to its identity for good, so that a person may renumber it */
    known: boolean;
    /** another revision, which a person made */
    revision: boolean;
    /**
     * `forgotten`: before anything of it was in stock, or while its picture or parameters were pending, the ledger was
     * lost, or a person put another in its place or took it out of use; nobody completes it until its next print
     */
    progress: 'made' | 'stocked' | 'forgotten';
}

/** An item that two instances made of one batch at the same moment: a person has to be told. */
export interface Twin {
    run: Run;
    batch: string;
    pk: number;
}

/** The line by which an item tells whose it is. */
const MARK = /^Bambuddy archive (\d+), printed (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/m;

/** The simple truth: what stock must be after all that people, printers and failures did. */
export class StockModel {
    readonly findings: Finding[] = [];
    readonly runs = new Map<RunKey, Run>();
    readonly parts = new Map<number, KnownPart>();
    readonly twins: Twin[] = [];
    /** the ledger of now knows what was in stock before it began */
    knowing = true;
    /** an instance with a ledger of its own has been here: it does not know what the first one knows */
    strangers = false;
    /** names of the files by identity: a Part is never made of another print than its own */
    private readonly names = new Map<string, Set<string>>();
    /** all that an archive was: what it is told by may change */
    private readonly identities = new WeakMap<ArchiveRow, Set<string>>();
    private readonly partsMade = new Map<string, number>();
    private readonly partsAllowed = new Map<string, number>();
    /** which run a batch code is bound to, while the ledger lives */
    private readonly holders = new Map<string, { key: RunKey; pk: number }>();

    /** @param archives the archives that Bambuddy shows */
    constructor(private readonly archives: (id: number) => ArchiveRow | undefined) {}

    /** A run ended; the archive shows it. @param rowId of its row in the log. @param at by a clock that nobody sets */
    finished(archive: ArchiveRow, rowId: number | null, successful: boolean, at: number): Run {
        const run: Run = {
            key: keyOf(archive.id, archive.started_at!),
            archiveId: archive.id,
            archive,
            rowId,
            successful,
            at,
            claim: 'may',
            due: false,
            parked: 'no',
            asks: false,
            outcome: null,
            held: false,
            twin: null,
            byHand: false,
            lost: false,
            dismissed: false,
            passed: false,
            linkForgotten: false,
            made: 0,
            knownTo: new Set(),
            part: null,
            items: new Set(),
            found: new Set(),
        };
        this.runs.set(run.key, run);
        this.learn(archive);
        return run;
    }

    /** What its Part will be called; a print without its 3MF may get its name later. */
    learn(archive: ArchiveRow): void {
        const identity = identityOf(archive);
        if (identity === null) return;
        const plate = archive.plate_id === null ? '' : ` - Plate ${archive.plate_id}`;
        entryOf(this.names, identity).add(`${archive.print_name}${plate}`);
        const all = this.identities.get(archive) ?? new Set();
        this.identities.set(archive, all.add(identity));
    }

    /** A clock was set, and it has the id of an archive that was purged: no time tells which of the two an older run is of. */
    mayBeTakenFor(archive: ArchiveRow): void {
        const all = this.identities.get(archive);
        if (all === undefined) return;
        for (const { archiveId, archive: other } of this.runs.values()) {
            if (archiveId !== archive.id || other === archive) continue;
            for (const identity of this.identities.get(other) ?? []) all.add(identity);
        }
    }

    /**
     * @param maker who made it
     * @param hadSeen whether its last look for a run came after an item, by pk
     */
    itemMade(item: StockItem, maker: Instance, hadSeen: (run: Run, pk: number) => boolean): void {
        const found = MARK.exec(item.notes ?? '');
        const key = found === null ? null : keyOf(Number(found[1]), `${found[2]}T${found[3]}`);
        const run = key === null ? undefined : this.runs.get(key);
        const what = `item #${item.pk} (${item.batch}) for ${key ?? 'no run'}`;
        if (run === undefined) return this.find('wrong', `${what}: there was no such run`);
        const twin = run.found.size > 0 && ![...run.found].some((pk) => hadSeen(run, pk));
        const again = run.made > 0 && !twin && (run.found.size > 0 || run.knownTo.has(maker));
        run.made++;
        if (again) this.find('duplicated', `${what}: the ${run.made}. item of that run, by the ${maker}`);
        if (twin) this.twins.push({ run, batch: item.batch ?? '', pk: item.pk });
        run.items.add(item.pk);
        run.found.add(item.pk);
        run.part = item.part;
        run.knownTo.add(maker);
        if (!run.byHand) this.checkHeld(run, maker, what);
        if (!run.successful) this.find('wrong', `${what}: the run failed`);
        if (run.dismissed && maker === 'first') this.find('wrong', `${what}: a person let it go`);
        if (run.claim === 'never') this.find('wrong', `${what}: it was before the start, and nobody asked for it`);
        if (!this.checkBatch(run, item, maker, hadSeen, what))
            this.twins.push({ run, batch: item.batch ?? '', pk: item.pk });
        const part = this.parts.get(item.part);
        if (part === undefined) return this.find('wrong', `${what} is of Part #${item.part}, which is none of ours`);
        [part.known, part.progress] = [true, 'stocked'];
        if (!this.isOf(part, run.archive))
            this.find(
                'wrong',
                `${what} is of Part #${part.pk} (${part.identity}), the print is ${identityOf(run.archive)}`,
            );
    }

    /** Two runs tell of one print: not said which of them counts, one of them only. */
    toldTwice(one: Run, other: Run): void {
        [one.twin, other.twin] = [other, one];
        for (const run of [one, other]) {
            run.due = false;
            if (run.claim === 'must' && run.made === 0) run.claim = 'may';
        }
    }

    /** A person asked for them: what was lost with a ledger may be made again. */
    asked(runs: Iterable<Run>): void {
        for (const run of runs) if (run.lost) this.forget(run, 'first');
    }

    /** A person took some of an item aside: it carries the same batch and notes. */
    itemSplit(item: StockItem): void {
        for (const run of this.runs.values()) {
            if (run.items.has(item.parent!)) run.items.add(item.pk);
            if (run.found.has(item.parent!)) run.found.add(item.pk);
        }
    }

    itemGone(pk: number): void {
        for (const run of this.runs.values()) {
            run.found.delete(pk);
            if (run.items.delete(pk)) this.release(run);
        }
    }

    /** A person gave it another batch. */
    batchChanged(pk: number): void {
        for (const run of this.runs.values()) if (run.found.delete(pk)) this.release(run);
    }

    partMade(part: Part): void {
        const identity = [...this.names.keys()].find((each) => ipnOf(each) === part.IPN);
        if (identity === undefined) return this.find('wrong', `Part #${part.pk} (${part.IPN}) is of no print`);
        this.parts.set(part.pk, {
            pk: part.pk,
            identity,
            madeIpn: part.IPN,
            known: false,
            revision: false,
            progress: 'made',
        });
        const made = bump(this.partsMade, identity);
        if (made > 1 + (this.partsAllowed.get(identity) ?? 0))
            this.find('duplicated', `Part #${part.pk} is the ${made}. of ${identity}`);
        if (!entryOf(this.names, identity).has(part.name))
            this.find('wrong', `Part #${part.pk} of ${identity} is named ${part.name}`);
    }

    /** A person made another revision of a Part. */
    partRevised(pk: number, of: number): void {
        const revised = this.parts.get(of)!;
        const { identity, madeIpn } = revised;
        letGo(revised);
        this.parts.set(pk, { pk, identity, madeIpn, known: false, revision: true, progress: 'made' });
    }

    /** A person deleted it, and its stock with it: the next print makes a new one. */
    partGone(pk: number): void {
        for (const run of this.runs.values()) if (run.part === pk) run.part = null;
        const part = this.parts.get(pk);
        if (part === undefined) return;
        this.parts.delete(pk);
        bump(this.partsAllowed, part.identity);
    }

    /** A person gave it another IPN, or took it out of use: who has not tied it yet cannot find it any more. */
    partHidden(pk: number, tied: boolean): void {
        const part = this.parts.get(pk);
        if (part === undefined) return;
        if (!part.known || !tied || this.strangers) bump(this.partsAllowed, part.identity);
        letGo(part);
    }

    /**
     * A second instance begins that knows nothing: Parts that a person renumbered it finds by their items only. Where it
     * finds items of ours it cannot tell itself from a lost ledger, and goes on after the newest of them.
     */
    strangerCame(renumbered: (pk: number) => boolean): void {
        this.strangers = true;
        for (const run of this.runs.values()) {
            run.knownTo.delete('second');
            if (run.claim === 'never') run.claim = 'may';
        }
        for (const part of this.parts.values()) if (renumbered(part.pk)) bump(this.partsAllowed, part.identity);
    }

    /** From here on nothing is remembered of what is no longer in stock. */
    ledgerLost(renumbered: (pk: number) => boolean, complete: (pk: number) => boolean): void {
        this.knowing = false;
        for (const run of this.runs.values()) {
            [run.due, run.parked] = [false, 'no'];
            run.linkForgotten ||= run.knownTo.has('first') && run.archive.external_url === null;
            if (run.made === 0) run.claim = 'may';
            [run.lost, run.held, run.dismissed, run.passed] = [true, false, false, false];
            // batch, notes and history deny it: it is taken by itself
            if (!this.isTraced(run, renumbered)) run.knownTo.delete('first');
            this.release(run);
        }
        for (const part of this.parts.values()) letGo(part, complete(part.pk));
        this.forgetParts(renumbered);
    }

    /** Every run of now, and whether the first one's ledger knows that it was made. @returns for `restored` */
    kept(): ReadonlyMap<RunKey, boolean> {
        return new Map([...this.runs.values()].map(({ key, knownTo }) => [key, knownTo.has('first')]));
    }

    /** The first one's ledger is one of before: what came after it is not known to it. */
    restored(
        kept: ReadonlyMap<RunKey, boolean>,
        renumbered: (pk: number) => boolean,
        complete: (pk: number) => boolean,
    ): void {
        for (const run of this.runs.values()) {
            if (kept.get(run.key) !== true) this.forget(run, 'first');
            run.passed = kept.has(run.key);
            if (run.parked === 'yes') run.parked = 'maybe';
            [run.held, run.dismissed] = [false, false];
        }
        for (const part of this.parts.values()) {
            part.known = false;
            if (!complete(part.pk)) part.progress = 'forgotten';
            if (renumbered(part.pk)) bump(this.partsAllowed, part.identity);
        }
    }

    /** One of them looked: of what is in stock under its code it knows from now on. */
    looked(who: Instance, runs: Iterable<Run>): void {
        for (const run of runs) if (run.found.size > 0 && !(run.passed && who === 'first')) run.knownTo.add(who);
    }

    /** While the ledger has not yet looked at what is in stock, a Part is found again by its IPN or its items only. */
    forgetParts(renumbered: (pk: number) => boolean): void {
        if (this.knowing) return;
        for (const part of this.parts.values()) {
            const known = this.isAnchored(part);
            if (part.known && !known && renumbered(part.pk)) bump(this.partsAllowed, part.identity);
            part.known = known;
        }
    }

    /** Prints without a key that may have been looked at: it is not said whether they wait for a person now. */
    maybeParked(): void {
        for (const run of this.runs.values()) {
            if (run.parked === 'no' && identityOf(run.archive) === null) run.parked = 'maybe';
        }
    }

    runsOf(archive: ArchiveRow): Run[] {
        return [...this.runs.values()].filter((run) => run.archive === archive);
    }

    /** Whether a Part may be the one of an archive's prints, whatever of it came when. */
    isOf(part: { identity: string }, archive: ArchiveRow): boolean {
        return this.identities.get(archive)?.has(part.identity) === true;
    }

    find(kind: FindingKind, text: string): void {
        this.findings.push({ kind, text });
    }

    /** What waits for a person is not taken without one. */
    private checkHeld(run: Run, maker: Instance, what: string): void {
        // the count is of the archive's newest run
        if (isNewest(run) && run.archive.quantity === 0) this.find('wrong', `${what}: nothing was printed`);
        const isHeld = run.asks && (isNewest(run) || (run.held && maker === 'first'));
        if (isHeld && run.outcome !== 'good')
            this.find('wrong', `${what}: the outcome is ${run.outcome ?? 'not told'}`);
        const { twin } = run;
        if (twin !== null && !twin.byHand && twin.made > 0 && twin.knownTo.has(maker) && !twin.lost)
            this.find('duplicated', `${what}: it is the same print as ${twin.key}`);
    }

    private forget(run: Run, who: Instance): void {
        run.knownTo.delete(who);
        this.release(run);
    }

    /** Its code is free for another run in the eyes of who does not know it. */
    private release(run: Run): void {
        if (run.found.size > 0 || (run.knownTo.has('first') && !run.lost)) return;
        for (const [batch, { key }] of this.holders) if (key === run.key) this.holders.delete(batch);
    }

    /** Whether the Part with its history can be found: by its IPN, or by an item of it. */
    private isTraced({ part: pk }: Run, renumbered: (pk: number) => boolean): boolean {
        const part = pk === null ? undefined : this.parts.get(pk);
        return part !== undefined && (!renumbered(part.pk) || this.isAnchored(part));
    }

    /** A StockItem of it leads, by its mark, to an archive that is there: so it is found without a ledger. */
    private isAnchored(part: KnownPart): boolean {
        for (const run of this.runs.values()) {
            if (run.found.size === 0 || !this.isOf(part, run.archive)) continue;
            if (this.archives(run.archiveId) === run.archive) return true;
        }
        return false;
    }

    /** @returns false where another one gave it to another run at the same moment */
    private checkBatch(
        run: Run,
        item: StockItem,
        maker: Instance,
        hadSeen: (run: Run, pk: number) => boolean,
        what: string,
    ): boolean {
        const batch = item.batch ?? '';
        if (!new RegExp(`^bambuddy-${run.archiveId}(-\\d+)?(-\\d{14})?$`).test(batch))
            this.find('wrong', `${what}: no batch of that archive`);
        const holder = this.holders.get(batch.toLowerCase());
        const held = holder === undefined ? undefined : this.runs.get(holder.key);
        const taken =
            held !== undefined && held !== run && ((held.knownTo.has(maker) && !held.lost) || held.found.size > 0);
        const unseen = holder !== undefined && !hadSeen(run, holder.pk);
        if (taken && !unseen) this.find('wrong', `${what}: the batch is bound to ${holder!.key}`);
        this.holders.set(batch.toLowerCase(), { key: run.key, pk: item.pk });
        return !taken || !unseen;
    }
}

/** Whether it is the run that its archive shows: count and outcome stand there, and are of that one. */
export function isNewest({ key, archive }: Run): boolean {
    return keyOf(archive.id, archive.started_at ?? '') === key;
}

/** Whether a run has to come into stock by itself, so far as people have said. */
export function isWanted({ archive, asks, outcome, twin, dismissed }: Run): boolean {
    return archive.quantity !== 0 && (!asks || outcome === 'good') && twin === null && !dismissed;
}

export function keyOf(archiveId: number, startedAt: string): RunKey {
    return `${archiveId}@${startedAt.slice(0, 19)}`;
}

/** The design's rule, told a second time: the hash of the file, else the name; and the plate. */
export function identityOf(archive: ArchiveRow): string | null {
    const plate = archive.plate_id === null ? '' : `:plate:${archive.plate_id}`;
    if (archive.content_hash !== null) return `content_hash:${archive.content_hash}${plate}`;
    return archive.print_name === null ? null : `print_name:${archive.print_name}${plate}`;
}

export function ipnOf(identity: string): string {
    return `BMB-${createHash('sha1').update(identity).digest('hex').slice(0, 12)}`;
}

/** Who made it may never come back to it. */
function letGo(part: KnownPart, isComplete = true): void {
    if (part.progress === 'made' || !isComplete) part.progress = 'forgotten';
}

function bump(counts: Map<string, number>, key: string): number {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    return count;
}

function entryOf(sets: Map<string, Set<string>>, key: string): Set<string> {
    const set = sets.get(key) ?? new Set<string>();
    sets.set(key, set);
    return set;
}
