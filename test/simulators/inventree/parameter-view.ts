import { briefly } from './accounts';
import { minute } from './clock';
import { has } from './dialect';
import type { State } from './state';
import type { Parameter, Template } from './types';

/** `parts` is counted only in the templates' own list. */
export function showTemplate(state: State, template: Template, counted = false): unknown {
    const { pk, name, units, description, checkbox, choices, enabled, unique } = template;
    if (has(state.apiVersion, 'genericParameters')) {
        const shown = {
            pk,
            name,
            units,
            description,
            model_type: null,
            checkbox,
            choices,
            selectionlist: null,
            enabled,
        };
        return has(state.apiVersion, 'uniqueTemplates') ? { ...shown, unique } : shown;
    }
    const parts = counted ? [...state.parameters.values()].filter((one) => one.template === pk).length : null;
    return { pk, name, units, description, parts, checkbox, choices, selectionlist: null };
}

export function showParameter(state: State, parameter: Parameter): unknown {
    const { pk, part, template, data, data_numeric, note, updated, updated_by } = parameter;
    const owner = has(state.apiVersion, 'genericParameters') ? { model_type: 'part.part', model_id: part } : { part };
    const user = state.accounts.all().find((one) => one.pk === updated_by);
    return {
        pk,
        ...owner,
        template,
        template_detail: showTemplate(state, state.templates.get(template)!),
        data,
        data_numeric,
        note,
        updated: updated && minute(updated),
        updated_by,
        updated_by_detail: user ? briefly(user) : null,
    };
}
