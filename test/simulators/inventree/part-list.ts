import { has } from './dialect';
import type { Call } from './endpoint';
import {
    alternatives,
    booleanFilter,
    filterOf,
    ListMemory,
    numberFilter,
    ordered,
    paged,
    regexFilter,
    searchMatches,
} from './lists';
import { showPart } from './part-view';
import type { State } from './state';
import type { Part } from './types';

const memories = new WeakMap<State, ListMemory<Part>>();

export function listParts(call: Call): unknown {
    const { state } = call;
    const memory = memories.get(state) ?? new ListMemory<Part>();
    memories.set(state, memory);
    const known = has(state.apiVersion, 'partOrderById') ? { ...orderings, id: ({ pk }: Part) => pk } : orderings;
    const rows = memory.rowsFor(call, () => ordered(call, findParts(call), known, ['name']));
    return paged(call, rows, (part) => showPart(call, part, 'list'));
}

const orderings: Record<string, (part: Part) => string | number | null> = {
    name: ({ name }) => name,
    creation_date: ({ creation_date }) => creation_date,
    IPN: ({ IPN }) => IPN,
    category: ({ category }) => category,
};

function findParts(call: Call): Part[] {
    const tests = filtersOf(call);
    return candidates(call).filter((part) => tests.every((test) => test(part)));
}

/** The rows that can match at all: the index's where an IPN is asked for. */
function candidates(call: Call): Part[] {
    const { state } = call;
    const ipn = filterOf(call, 'IPN');
    if (ipn !== null) return state.partsByIpn(ipn);
    const ipns = alternatives(filterOf(call, 'IPN_regex'));
    if (ipns) return [...new Set(ipns.flatMap((one) => state.partsByIpn(one)))];
    return [...state.parts.values()];
}

type Test = (part: Part) => boolean;

function filtersOf(call: Call): Test[] {
    const { state } = call;
    const tests: Test[] = [];
    const ipnRegex = alternatives(filterOf(call, 'IPN_regex')) ? null : regexFilter(call, 'IPN_regex');
    if (ipnRegex) tests.push(({ IPN }) => ipnRegex.test(IPN));
    const nameRegex = regexFilter(call, 'name_regex');
    if (nameRegex) tests.push(({ name }) => nameRegex.test(name));
    const search = filterOf(call, 'search');
    if (search !== null) {
        tests.push((part) =>
            searchMatches(search, [part.name, part.IPN, part.description, part.keywords, part.revision, ...part.tags]),
        );
    }
    const category = numberFilter(call, 'category');
    // an unknown category filters nothing (recordings 118, 928)
    if (category !== null && state.categories.has(category)) {
        const cascade = booleanFilter(call, 'cascade') ?? true;
        const branch = cascade ? state.branch(state.categories, category) : new Set([category]);
        tests.push((part) => part.category !== null && branch.has(part.category));
    }
    for (const flag of flags) {
        const wanted = booleanFilter(call, flag);
        if (wanted !== null) tests.push((part) => part[flag] === wanted);
    }
    const tag = filterOf(call, 'tags_name')?.toLowerCase();
    if (tag !== undefined) tests.push(({ tags }) => tags.some((one) => one.toLowerCase() === tag));
    for (const [name, value] of call.query) {
        const match = /^parameter_(\d+)(?:_(gt|gte|lt|lte|ne))?$/.exec(name);
        if (match) tests.push(parameterTest(state, Number(match[1]), match[2] ?? 'eq', value));
    }
    return tests;
}

const flags = [
    'active',
    'assembly',
    'component',
    'is_template',
    'locked',
    'purchaseable',
    'salable',
    'trackable',
    'virtual',
] as const;

const comparisons: Record<string, (a: number, b: number) => boolean> = {
    eq: (a, b) => a === b,
    ne: (a, b) => a !== b,
    gt: (a, b) => a > b,
    gte: (a, b) => a >= b,
    lt: (a, b) => a < b,
    lte: (a, b) => a <= b,
};

function parameterTest(state: State, template: number, comparison: string, value: string): Test {
    return ({ pk }) => {
        const parameter = state.parameterOf(pk, template);
        if (!parameter) return false;
        if (comparison === 'eq' && parameter.data === value) return true;
        return parameter.data_numeric !== null && comparisons[comparison]!(parameter.data_numeric, Number(value));
    };
}
