import type { Failure } from '../../http/errors';

/**
 * - `full`: stores, groups, and whole lists of products: the only one that concludes that something is gone
 * - `changes`: stores, groups, and the products that changed since the last look, where a whole list was read before
 * - `stock`: whole lists of products, of the stores that are switched on
 */
export type PassKind = 'full' | 'changes' | 'stock';

/** A row that is there and cannot be read: what is known of it stays as it is. */
export interface UnreadableProduct {
    store: string;
    id: string | null;
    name: string | null;
    /** the field and what is wrong with it */
    why: string;
}

export interface PassReport {
    kind: PassKind;
    /** stores, groups and products that were read */
    stores: number;
    groups: number;
    products: number;
    /** products that are new, or are not as they were */
    changed: number;
    /** products that a whole list no longer has */
    gone: number;
    unreadable: UnreadableProduct[];
    /** what went wrong with a store; the others were read all the same */
    failures: { store: string; failure: Failure }[];
    /** stores whose quantities are missing all at once: theirs of before stay */
    quantitiesLost: string[];
    /** stores whose whole list has quantities */
    quantitiesTold: string[];
}

export function emptyReport(kind: PassKind): PassReport {
    return {
        kind,
        stores: 0,
        groups: 0,
        products: 0,
        changed: 0,
        gone: 0,
        unreadable: [],
        failures: [],
        quantitiesLost: [],
        quantitiesTold: [],
    };
}

/** How far a pass is. */
export interface PassProgress {
    /** id of the store; null: the list of stores */
    store: string | null;
    /** stores that are done, and all */
    done: number;
    total: number;
    products: number;
}

/** A pass as people and programs are told of it: failures by their words. */
export function toldReport(report: PassReport): object {
    const { quantitiesTold: _told, failures, ...rest } = report;
    return { ...rest, failures: failures.map(({ store, failure }) => ({ store, message: failure.message })) };
}

/** The answer of an action as people and programs are told of it: a pass, or anything else as it is. */
export function toldAnswer(answer: object): object {
    return 'quantitiesTold' in answer ? toldReport(answer as PassReport) : answer;
}
