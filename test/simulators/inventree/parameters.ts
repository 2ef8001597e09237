import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { crash, forbidden, invalid, noSuch, type FieldErrors, Refusal } from './errors';
import { applyRules, reference, text, type Rule } from './fields';
import { numberFilter, ordered, paged } from './lists';
import { has } from './dialect';
import { showParameter } from './parameter-view';
import { parameterValue } from './parameter-values';
import type { State } from './state';
import { cleanTexts } from './text';
import type { Parameter, Template } from './types';

interface NewParameter {
    part: number;
    template: number;
    value: { data: string; data_numeric: number | null };
    note: string;
}

const forms: Record<'part' | 'generic', { unique: string[]; locked: string }> = {
    part: { unique: ['part', 'template'], locked: 'Parameter cannot be modified - part is locked' },
    generic: {
        unique: ['model_type', 'model_id', 'template'],
        locked: 'Cannot modify parameters of a locked part',
    },
};

function formOf(state: State): (typeof forms)['part'] {
    return forms[has(state.apiVersion, 'genericParameters') ? 'generic' : 'part'];
}

function create(call: Call): unknown {
    const { state } = call;
    if (Array.isArray(call.body)) return createMany(call, call.body);
    const parameter = add(call, check(call, fieldsOf(call)));
    return created(showParameter(state, parameter));
}

/** All or nothing: one wrong entry fails them all, and the answer tells of each. */
function createMany(call: Call, entries: unknown[]): unknown {
    const { state } = call;
    if (!has(state.apiVersion, 'bulkParameters')) throw crash('AttributeError', call.path);
    if (entries.length === 0) throw invalid({ non_field_errors: 'No data provided' });
    const results = entries.map((entry) => {
        try {
            return check(call, entry as Record<string, unknown>);
        } catch (error) {
            if (error instanceof Refusal && error.status === 400) return error;
            throw error;
        }
    });
    if (results.some((result) => result instanceof Refusal)) {
        throw invalid(results.map((result) => (result instanceof Refusal ? result.body : [])));
    }
    const wanted = results as NewParameter[];
    const slots = wanted.map(({ part, template }) => `${part}:${template}`);
    if (new Set(slots).size < slots.length) {
        const errors = Object.fromEntries(formOf(state).unique.map((field) => [field, ['This field must be unique.']]));
        throw invalid(slots.map((slot) => (slots.indexOf(slot) === slots.lastIndexOf(slot) ? [] : errors)));
    }
    return created(wanted.map((one) => showParameter(state, add(call, one))));
}

function check(call: Call, sent: Record<string, unknown>): NewParameter {
    const { state } = call;
    const fields = cleanTexts(state, sent);
    const errors: FieldErrors = {};
    const part = has(state.apiVersion, 'genericParameters')
        ? modelId(call, fields, errors)
        : partPk(state, fields, errors);
    const { template } = applyRules<{ template: number | null }>(
        state,
        { template: reference(({ templates }) => templates) },
        fields,
    ).values;
    if (template === undefined || template === null) {
        errors.template =
            template === undefined && 'template' in fields
                ? [`Invalid pk "${String(fields.template)}" - object does not exist.`]
                : ['This field is required.'];
    }
    const row = state.templates.get(template ?? 0);
    const data = textOf(state, fields, errors);
    if (Object.keys(errors).length > 0) throw invalid(errors);
    // uniqueness is asked before the value is looked at (recordings 325, 328)
    if (state.parameterOf(part, row!.pk)) {
        throw invalid({ non_field_errors: [`The fields ${formOf(state).unique.join(', ')} must make a unique set.`] });
    }
    const value = valueOf(state, row!, data!);
    refuseTaken(state, row!, value.data);
    refuseLocked(state, part);
    return { part, template: row!.pk, value, note: String(fields.note ?? '') };
}

function textOf(state: State, fields: Record<string, unknown>, errors: FieldErrors): string | undefined {
    if (!('data' in fields)) errors.data = ['This field is required.'];
    const result = applyRules<{ data: string }>(state, { data: text(500, { blank: false }) }, fields);
    Object.assign(errors, result.errors);
    return result.values.data;
}

function valueOf(state: State, template: Template, data: string): NewParameter['value'] {
    const rule: Rule<NewParameter['value']> = () => parameterValue(state, template, data);
    const { values, errors } = applyRules<{ data: NewParameter['value'] }>(state, { data: rule }, { data });
    if (errors.data) throw invalid(errors);
    return values.data!;
}

function partPk(state: State, { part }: Record<string, unknown>, errors: FieldErrors): number {
    const pk = Number(part);
    if (part === undefined) errors.part = ['This field is required.'];
    else if (!state.parts.has(pk)) errors.part = [`Invalid pk "${String(part)}" - object does not exist.`];
    return pk;
}

/** Only the form of the model is checked, not whether the row is there (recording 327). */
function modelId(call: Call, { model_type, model_id }: Record<string, unknown>, errors: FieldErrors): number {
    if (model_id === undefined) throw invalid({ model_id: ['This field is required.'] });
    if (model_type === undefined) throw crash('ValueError', call.path);
    const model = String(model_type);
    if (model === 'stock.stockitem' || model === 'stockitem') {
        errors.model_type = ['Content type does not match required mixin class'];
    } else if (model !== 'part.part' && model !== 'part') {
        errors.model_type = ['Content type not found'];
    } else if (!call.user.roles.part.includes(call.method === 'POST' ? 'add' : 'change')) {
        throw forbidden('User does not have permission to create or edit parameters for this model');
    }
    return Number(model_id);
}

/** Of a template that is `unique` each value is given once, over all Parts. */
function refuseTaken(state: State, template: Template, data: string, own?: Parameter): void {
    if (template.unique === 0 || !has(state.apiVersion, 'uniqueTemplates')) return;
    const taken = [...state.parameters.values()].some(
        (other) => other !== own && other.template === template.pk && other.data === data,
    );
    if (taken) throw invalid({ data: ['Parameter value must be unique'] });
}

function refuseLocked(state: State, part: number): void {
    if (state.parts.get(part)?.locked) throw invalid({ non_field_errors: [formOf(state).locked] });
}

function add(call: Call, { part, template, value, note }: NewParameter): Parameter {
    const { state, user, now } = call;
    const pk = state.pk('parameter');
    const setByPerson = new Set<string>();
    return state.addParameter({ pk, part, template, ...value, note, updated: now, updated_by: user.pk, setByPerson });
}

function parameterOf({ state, pk }: Call): Parameter {
    const parameter = state.parameters.get(pk);
    if (!parameter) throw noSuch(has(state.apiVersion, 'genericParameters') ? 'Parameter' : 'PartParameter');
    return parameter;
}

function patch(call: Call): unknown {
    const { state, user, now } = call;
    const parameter = parameterOf(call);
    if (!user.roles.part.includes('change')) {
        throw forbidden('User does not have permission to create or edit parameters for this model');
    }
    const fields = cleanTexts(state, fieldsOf(call));
    const errors: FieldErrors = {};
    const data = 'data' in fields ? textOf(state, fields, errors) : undefined;
    if (Object.keys(errors).length > 0) throw invalid(errors);
    const value: Partial<NewParameter['value']> =
        data === undefined ? {} : valueOf(state, state.templates.get(parameter.template)!, data);
    if (value.data !== undefined) refuseTaken(state, state.templates.get(parameter.template)!, value.data, parameter);
    refuseLocked(state, parameter.part);
    if (parameter.setByPerson.has('data') && 'data' in fields) {
        state.violations.push(`PATCH of Parameter ${parameter.pk} of Part ${parameter.part}, which a person set`);
    }
    state.changeParameter(parameter, { ...value, updated: now, updated_by: user.pk });
    return showParameter(state, parameter);
}

function list(call: Call): unknown {
    const { state } = call;
    const part = numberFilter(call, has(state.apiVersion, 'genericParameters') ? 'model_id' : 'part');
    const template = numberFilter(call, 'template');
    const rows = part === null ? [...state.parameters.values()] : state.parametersOf(part);
    const found = rows.filter((parameter) => template === null || parameter.template === template);
    return paged(call, ordered(call, found, { pk: ({ pk }) => pk }, ['pk']), (one) => showParameter(state, one));
}

function remove(call: Call): null {
    call.state.removeParameter(parameterOf(call));
    return null;
}

const item: Endpoint['handlers'] = {
    GET: (call) => showParameter(call.state, parameterOf(call)),
    PATCH: patch,
    PUT: patch,
    DELETE: remove,
};

export const parameterEndpoints: Endpoint[] = [
    {
        path: '/api/part/parameter/',
        until: 'genericParameters',
        access: 'part',
        locked: 'IntegrityError',
        handlers: { GET: list, POST: create },
    },
    { path: '/api/part/parameter/:pk/', until: 'genericParameters', access: 'part', handlers: item },
    {
        path: '/api/parameter/',
        since: 'genericParameters',
        access: 'user',
        locked: 'IntegrityError',
        handlers: { GET: list, POST: create },
    },
    { path: '/api/parameter/:pk/', since: 'genericParameters', access: 'user', handlers: item },
];
