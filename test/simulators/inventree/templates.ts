import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { invalid, noSuch } from './errors';
import { applyRules, bool, nullableText, reference, text, wholeNumber, wrong, type Rule } from './fields';
import { booleanFilter, filterOf, paged, searchMatches } from './lists';
import { has } from './dialect';
import { showTemplate } from './parameter-view';
import type { State } from './state';
import { cleanTexts } from './text';
import { showCategory } from './tree';
import { isUnit } from './units';
import type { Template } from './types';

function listTemplates(call: Call): unknown {
    const { state } = call;
    const name = filterOf(call, 'name');
    const search = filterOf(call, 'search');
    const enabled = booleanFilter(call, 'enabled');
    const found = [...state.templates.values()].filter(
        (template) =>
            (name === null || template.name === name) &&
            (search === null || searchMatches(search, [template.name, template.description])) &&
            (enabled === null || template.enabled === enabled),
    );
    return paged(call, found, (template) => showTemplate(state, template, true));
}

const unitOfTemplate: Rule<string> = (value) => {
    const unit = String(value ?? '');
    if (unit !== '' && !isUnit(unit)) throw wrong('Invalid physical unit');
    return unit;
};

function createTemplate(call: Call): unknown {
    const { state } = call;
    const fields = cleanTexts(state, fieldsOf(call));
    const { values, errors } = applyRules<Template>(
        state,
        {
            name: text(100, { blank: false }),
            units: unitOfTemplate,
            description: text(250),
            checkbox: bool,
            choices: text(5000),
            enabled: bool,
            ...(has(state.apiVersion, 'uniqueTemplates') ? { unique: wholeNumber } : {}),
        },
        fields,
    );
    if (!('name' in fields)) errors.name = ['This field is required.'];
    if (values.name !== undefined && state.templateByName(values.name)) {
        errors.name = ['Parameter template name must be unique'];
    }
    if (Object.keys(errors).length > 0) throw invalid(errors);
    return created(showTemplate(state, addTemplate(state, { ...values, name: values.name! })));
}

export function addTemplate(state: State, fields: Partial<Template> & { name: string }): Template {
    const template: Template = {
        units: '',
        description: '',
        checkbox: false,
        choices: '',
        enabled: true,
        unique: 0,
        ...fields,
        pk: state.pk('template', fields.pk),
    };
    state.revision++;
    state.templates.set(template.pk, template);
    return template;
}

/** What a category gives to its new Parts; the template's field was renamed with the parameters. */
function createCategoryParameter(call: Call): unknown {
    const { state } = call;
    const generic = has(state.apiVersion, 'genericParameters');
    const field = generic ? 'template' : 'parameter_template';
    const fields = fieldsOf(call);
    const { values, errors } = applyRules<{ category: number | null; default_value: string | null }>(
        state,
        { category: reference(({ categories }) => categories), default_value: nullableText(500) },
        fields,
    );
    const template = state.templates.get(Number(fields[field]));
    if (!template) errors[field] = [`Invalid pk "${String(fields[field])}" - object does not exist.`];
    const category = state.categories.get(values.category ?? 0);
    if (!category && !errors.category) errors.category = ['This field is required.'];
    if (Object.keys(errors).length > 0) throw invalid(errors);
    const row = {
        pk: state.pk('other'),
        category: category!.pk,
        template: template!.pk,
        default_value: values.default_value ?? '',
    };
    state.categoryParameters.set(row.pk, row);
    return created({
        pk: row.pk,
        category: row.category,
        category_detail: showCategory(state, category!, false),
        [field]: row.template,
        [`${field}_detail`]: showTemplate(state, template!),
        default_value: row.default_value,
    });
}

function retrieveTemplate({ state, pk }: Call): unknown {
    const template = state.templates.get(pk);
    if (!template)
        throw noSuch(has(state.apiVersion, 'genericParameters') ? 'ParameterTemplate' : 'PartParameterTemplate');
    return showTemplate(state, template);
}

const templates: Endpoint['handlers'] = { GET: listTemplates, POST: createTemplate };

export const templateEndpoints: Endpoint[] = [
    {
        path: '/api/part/parameter/template/',
        until: 'genericParameters',
        access: 'part',
        handlers: templates,
    },
    {
        path: '/api/part/parameter/template/:pk/',
        until: 'genericParameters',
        access: 'part',
        handlers: { GET: retrieveTemplate },
    },
    {
        path: '/api/parameter/template/:pk/',
        since: 'genericParameters',
        access: 'part',
        handlers: { GET: retrieveTemplate },
    },
    { path: '/api/parameter/template/', since: 'genericParameters', access: 'part', handlers: templates },
    { path: '/api/part/category/parameters/', access: 'part_category', handlers: { POST: createCategoryParameter } },
];
