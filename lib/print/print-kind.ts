/** What a mark is made of. */
export interface Marked {
    source: string;
    archiveId: number | null;
    batch: string;
    startedAt: string | null;
    filename?: string | null;
    completedAt?: string | null;
    notAfter?: string;
}

/** What a mark says. */
export interface Mark {
    source: string;
    archiveId: number | null;
    batch: string | null;
    /** to the second, UTC with `Z` */
    startedAt: string | null;
}

/** What tells a print's run. */
export interface CodedRun {
    batch: string;
    source: string;
    archiveId: number | null;
    runId: number | null;
    startedAt: string | null;
}

/**
 * What follows from a print's source alone, and is known without asking its server: each source registers it once, when its
 * module is loaded (`registerPrintKind`), because items and records name sources that no store works with any more.
 * What needs a server is in `PrintSource` (`lib/delivery/print-source.ts`).
 */
export interface PrintKind {
    /** `source` of its prints and records */
    readonly kind: string;
    /** its name for people, one word: markers begin with it */
    readonly label: string;
    /**
     * It may report one print twice, and ids of printers are its own: such prints are compared (`duplicate-report.ts`).
     * Missing: no
     */
    readonly mayReportTwice?: boolean;
    /** Whether a print lacks the file that it is of, which may still come. Missing: none does. */
    lacksFile?(print: { archive: object | null; contentHash: string | null }): boolean;
    /** Under which batches the item of a run may be, the run's own first. Missing: its own alone. */
    codesOfRun?(prefix: string, run: CodedRun): string[];
    /** The marker of a print, where it has a form of its own. @returns null, or missing: the usual form */
    markOf?(print: Marked): string | null;
    /** Reads a marker of that form from an item's notes. @returns null: there is none */
    readMark?(notes: string): Mark | null;
}

/** Prints that flows make themselves, with the nodes of this package alone. */
const MANUAL: PrintKind = { kind: 'manual', label: 'Manual' };

const kinds = new Map<string, PrintKind>([[MANUAL.kind, MANUAL]]);

/** @returns what it was given */
export function registerPrintKind(kind: PrintKind): PrintKind {
    kinds.set(kind.kind, kind);
    return kind;
}

/** @returns of a source that nobody registered: its own name, and nothing else that is special */
export function printKind(source: string): PrintKind {
    return kinds.get(source) ?? { kind: source, label: source.replace(/\W/g, '') || 'Unknown' };
}

export function printKinds(): Iterable<PrintKind> {
    return kinds.values();
}
