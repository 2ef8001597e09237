import type { ServerName } from '../../http/errors';
import type { Problem } from './problem';

// What the edit dialogs are answered by their routes. Types alone: the editor's code is compiled against them.

/** A server as its dialog shows it just now. */
export interface Connection {
    /** of the config node; it may not be deployed yet */
    id: string;
    url: string;
    webUrl: string;
    /** its other settings and credentials that are texts, by name, as typed; a credential `__PWRD__`: the one that is stored */
    texts: Record<string, string>;
    /** seconds */
    timeout: number;
    insecure: boolean;
    /** as typed; `__PWRD__`: the one that is stored */
    secret: string;
}

/** What a server says of itself. */
export interface Identity {
    name: ServerName;
    /** not set: it tells none */
    version?: string;
    api?: number;
}

/** What the test button is told. */
export interface Probe {
    /** all that was looked at is well; with a problem that is advice, it works all the same */
    ok: boolean;
    address: string;
    server: Identity | null;
    checks: { name: string; ok: boolean; key: string; values: Record<string, string | number> }[];
    problem: Problem | null;
    /** how long it took */
    ms: number;
}

/** Of InvenTree; `vkCategories`: of VK. */
export type ChoiceKind =
    'categories' | 'locations' | 'statuses' | 'templates' | 'spools' | 'owners' | 'currencies' | 'vkCategories';

/** Something that can be chosen by its number. */
export interface Choice {
    pk: number;
    name: string;
    /** names from the top, with `/` between them */
    path: string;
    parent: number | null;
    level: number;
    structural: boolean;
    hasChildren?: boolean;
    /** of a template */
    units?: string;
    /** a status of the server's own */
    custom?: boolean;
    /** of a status, by InvenTree's names: `success`, `warning` … */
    color?: string;
}

export interface Choices {
    items: Choice[];
    /** how many there are; more than the items where they were limited */
    total: number;
    problem: Problem | null;
}

/** What the prints of a Bambuddy can be chosen by. */
export type NameKind = 'printers' | 'projects' | 'tags';

/** The names that a Bambuddy knows; a tag has no number. */
export interface Names {
    items: { id: number | null; name: string }[];
    problem: Problem | null;
}

/** What a person may create in InvenTree from a dialog or the set-up. */
export type CreatedKind = 'categories' | 'locations' | 'templates';

export interface Created {
    /** null: there is a problem */
    item: Choice | null;
    problem: Problem | null;
}

/** Whether OctoPrint took the request for a key. */
export interface KeyRequested {
    /** the name under which the decision is asked for; null: there is a problem */
    request: string | null;
    problem: Problem | null;
}

/** What a person decided about a key, in OctoPrint's own window. */
export interface KeyDecided {
    state: 'waiting' | 'granted' | 'denied' | 'problem';
    /** only with `granted` */
    key?: string;
    /** only with `problem` */
    problem?: Problem;
}

/** A sign-in at VK that a person finishes in a browser. */
export interface SignInBegun {
    /** page of VK to open; null: there is a problem */
    url: string | null;
    /** what its result is asked by */
    state: string | null;
    problem: Problem | null;
}

/** What came of a sign-in at VK. */
export interface SignInResult {
    /** `ended`: it took longer than ten minutes, or was told already */
    state: 'waiting' | 'done' | 'ended' | 'problem';
    /** only with `done` */
    accessToken?: string;
    refreshToken?: string;
    deviceId?: string;
    /** only with `problem` */
    problem?: Problem;
}

/** `missing`: InvenTree has no such parameter template */
export type PreviewResult = { text: string; missing?: true } | { error: string };

/** Which rows of a table fit the newest prints. */
export interface RuleTest {
    prints: {
        name: string | null;
        printer: string | null;
        completedAt: string | null;
        /** from 1; empty: none fits */
        rows: number[];
    }[];
    problem: Problem | null;
}

/** What the newest print would give, with the settings that the dialog shows. */
export interface Preview {
    print: { name: string | null; batch: string; completedAt: string | null; printer: string | null } | null;
    /** of the rule in the dialog; null: the print has no key */
    identity: string | null;
    ipn: string | null;
    /** the Part that prints of this identity go to already */
    part: { pk: number; IPN: string; name: string } | null;
    results: Record<string, PreviewResult>;
    problem: Problem | null;
}
