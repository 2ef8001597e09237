import { has } from './dialect';
import { fieldsOf, type Call, type Endpoint } from './endpoint';
import { Refusal } from './errors';
import { paged } from './lists';
import type { State } from './state';
import type { Setting } from './types';

/** key before `genericParameters` of a setting that was renamed then */
const formerKeys: Record<string, string> = { PARAMETER_ENFORCE_UNITS: 'PART_PARAMETER_ENFORCE_UNITS' };

function keyIn(state: State, key: string): string {
    return has(state.apiVersion, 'genericParameters') ? key : (formerKeys[key] ?? key);
}

function show(state: State, setting: Setting): unknown {
    return {
        ...setting,
        key: keyIn(state, setting.key),
        type: typeof setting.value,
        units: '',
        choices: [],
        model_name: null,
        api_url: null,
        typ: 'inventree',
        ...(has(state.apiVersion, 'settingsConfirm') ? { confirm: false, confirm_text: '' } : {}),
    };
}

function settingOf({ state, params }: Call): Setting {
    const setting = [...state.settings.values()].find(({ key }) => keyIn(state, key) === params.key);
    if (!setting) throw new Refusal(404, { detail: 'Not found.' });
    return setting;
}

function patch(call: Call): unknown {
    const setting = settingOf(call);
    const value = fieldsOf(call).value;
    setting.value = typeof setting.value === 'boolean' ? /^(true|1|yes|on)$/i.test(String(value)) : String(value);
    return show(call.state, setting);
}

export const settingEndpoints: Endpoint[] = [
    {
        path: '/api/settings/global/',
        access: 'user',
        handlers: {
            GET: (call) => paged(call, [...call.state.settings.values()], (setting) => show(call.state, setting)),
        },
    },
    {
        path: '/api/settings/global/:key/',
        access: 'staffWrites',
        handlers: { GET: (call) => show(call.state, settingOf(call)), PATCH: patch, PUT: patch },
    },
];
