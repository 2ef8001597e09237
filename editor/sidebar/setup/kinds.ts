// What can be set up, as data: its servers, and the fields that a person fills in for each.
import type { SetupKind } from '../../../lib/admin/setup/wire';

/** A field of a server's form. */
export interface ServerField {
    /** the setting or credential of its config node */
    name: string;
    /** a credential: kept by Node-RED, and never exported */
    secret: boolean;
    placeholder?: string;
    /** it may stay empty, as the key of a Bambuddy without authentication */
    optional?: boolean;
    /** it has a hint in the texts */
    hint?: boolean;
}

interface ServerForm {
    /** in the path of its test */
    test: string;
    fields: readonly ServerField[];
    /** one that is there may be taken: several sources may feed it */
    shared: boolean;
    /** it may be set up while it does not answer; of InvenTree one has to choose a category */
    untested: boolean;
    sign: string;
}

/** By type of config node. */
export const SERVER_FORMS: Readonly<Record<string, ServerForm>> = {
    'bambuddy-server': {
        test: 'bambuddy',
        fields: [
            { name: 'url', secret: false, placeholder: 'http://192.168.1.20:8000' },
            { name: 'apiKey', secret: true, placeholder: 'bb_…', optional: true, hint: true },
        ],
        shared: false,
        untested: true,
        sign: 'fa-print',
    },
    'octoprint-server': {
        test: 'octoprint',
        fields: [
            { name: 'url', secret: false, placeholder: 'http://octopi.local' },
            { name: 'apiKey', secret: true },
        ],
        shared: false,
        untested: true,
        sign: 'fa-print',
    },
    'inventree-server': {
        test: 'inventree',
        fields: [
            { name: 'url', secret: false, placeholder: 'http://192.168.1.20:8001' },
            { name: 'token', secret: true, placeholder: 'inv-…', hint: true },
        ],
        shared: true,
        untested: false,
        sign: 'fa-cubes',
    },
    'evotor-account': {
        test: 'evotor',
        fields: [{ name: 'token', secret: true, hint: true }],
        shared: false,
        untested: true,
        sign: 'fa-calculator',
    },
    'vk-community': {
        test: 'vk',
        fields: [
            { name: 'groupId', secret: false, placeholder: 'https://vk.com/club123456789' },
            { name: 'accessToken', secret: true, hint: true },
        ],
        shared: false,
        untested: true,
        sign: 'fa-users',
    },
};

/** The last step: where what comes in goes to. */
export type LastStep = 'place' | 'shop';

interface Kind {
    /** types of its config nodes, in the order in which they are asked for */
    servers: readonly [string, string];
    last: LastStep;
    /** it has a history that can be imported */
    history: boolean;
}

export const KINDS: Readonly<Record<SetupKind, Kind>> = {
    bambuddy: { servers: ['bambuddy-server', 'inventree-server'], last: 'place', history: true },
    octoprint: { servers: ['octoprint-server', 'inventree-server'], last: 'place', history: false },
    shop: { servers: ['evotor-account', 'vk-community'], last: 'shop', history: false },
};

/** The parameter templates that the example writes to, with the units it writes. */
export const TEMPLATES: readonly { name: string; units: string }[] = [
    { name: 'Weight', units: 'g' },
    { name: 'PrintTime', units: 's' },
];
