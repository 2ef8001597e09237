import { TIMEOUT_S } from '../../../lib/http/policy';
import type { RuleField } from '../../../lib/print/rules/rule-fields';
import type { RuleColumn } from './rule-row';
import type { ParameterConfig } from './parameter-table';

/**
 * How long a wait of a setting may be, in seconds: a timer of Node.js takes at most 2^31 ms, which is 2,147,483 s. A longer
 * one would fire at once.
 */
export const LONGEST_WAIT = 2_000_000;

interface Common {
    /**
     * The config version since which a saved node always has this setting: a flow of an earlier version gets the default as
     * it is migrated.
     */
    since?: number;
    /** Its label is one of the texts that dialogs share, and not of the node's own. */
    label?: 'shared';
    /** A checkbox of the same node: the dialog judges the setting only while that is ticked. */
    onlyWith?: string;
    /** The same, only while that is not ticked. */
    onlyWithout?: string;
}

/** What a typed setting may be where it is the same for every print. */
export type FixedValue =
    /** the number that InvenTree shows for a category, location or status; `wrong`, `missing`: keys of the node's texts */
    | { fixed: 'pk'; wrong?: string; missing?: string; optional?: true }
    /** `most`: characters */
    | { fixed: 'text'; most: number; required?: true }
    | { fixed: 'quantity' };

/** One setting of a node, by what may stand in it. The kind says how the runtime reads it and how the dialog judges it. */
export type Setting = Common &
    (
        | { kind: 'text'; default: string }
        | { kind: 'flag'; default: boolean }
        | { kind: 'choice'; default: string; of: readonly string[] }
        /** `integer` is rounded where a flow made by hand has a fraction */
        | { kind: 'number' | 'integer'; default: number; least: number; most: number }
        /** above 0, or empty */
        | { kind: 'amount'; default: '' }
        /** `withUser`: a user name and a password may stand in it; `orPath`: it may be a path of the server */
        | { kind: 'url'; default: string; example: string; required?: true; withUser?: true; orPath?: true }
        /** below Node-RED's own address */
        | { kind: 'path'; default: string; optional?: true }
        /** the base of a server's web pages */
        | { kind: 'webPath'; default: '' }
        /** separated by commas */
        | { kind: 'names'; default: string; optional?: true }
        /** numbers that a server shows, separated by commas */
        | { kind: 'pks'; default: string; optional?: true }
        /** the beginning of batch codes */
        | { kind: 'prefix'; default: string }
        /** the text of a JSON object */
        | { kind: 'json'; default: string }
        | { kind: 'configNode'; default: ''; of: string; required: boolean }
        /** the number of a community of VK, as it stands or as `club<number>` */
        | { kind: 'community'; default: '' }
        /** a node with wires, on any tab */
        /** the id of a node of one of these types, in any flow */
        | { kind: 'flowNode'; default: ''; of: readonly string[] }
        /** the same for every print, or found for each; its twin `…Type` says which */
        | ({ kind: 'typed'; default: string; type: 'num' | 'str' | 'auto' } & FixedValue)
        | { kind: 'parameters'; default: readonly ParameterConfig[] }
        /** keys of which any may be ticked */
        | { kind: 'keys'; default: readonly string[] }
        /** rows of what holds for single groups of a catalog */
        | { kind: 'groups'; default: readonly [] }
        /** rows of a condition and what holds where it fits; `without` leaves out fields that are not known there */
        | { kind: 'rules'; default: readonly []; columns: readonly RuleColumn[]; without?: readonly RuleField[] }
        /** rows of which StockItem the filament in a tray, or of a material and colour, is of */
        | { kind: 'spools'; default: readonly [] }
        /** rows of topic and message */
        | { kind: 'topics'; default: readonly [] }
    );

export type Settings = Readonly<Record<string, Setting>>;

/** Everything that people set of a node, once. Names and defaults are in saved flows: they do not change. */
export interface NodeSettings {
    /** of the properties as they are saved: one more for each migration */
    version: number;
    settings: Settings;
    /** names of what Node-RED keeps in its credentials file */
    credentials?: readonly string[];
}

/** Node-RED's own name of a node. */
export const NAME = { kind: 'text', default: '' } as const;

/** How long a server may take to answer, in seconds. */
export const TIMEOUT = { kind: 'number', ...TIMEOUT_S, label: 'shared' } as const;

/** Certificates that nobody vouches for are accepted. */
export const INSECURE = { kind: 'flag', default: false, label: 'shared' } as const;

/** The sync store of a node. */
export const SYNC_STORE = {
    kind: 'configNode',
    default: '',
    of: 'sync-store',
    required: true,
    label: 'shared',
} as const;

/** The catalog store of a node. */
export const CATALOG_STORE = { kind: 'configNode', default: '', of: 'catalog-store', required: true } as const;

/** As `registerType` takes credentials; all of ours are passwords. */
export function credentialsOf({ credentials = [] }: NodeSettings): Record<string, { type: 'password' }> {
    return Object.fromEntries(credentials.map((name) => [name, { type: 'password' }]));
}
