import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { invalid } from './errors';
import { applyRules, quantity, reference, type Rules } from './fields';
import { numberFilter, ordered, paged } from './lists';
import { currency, price } from './money';
import type { State } from './state';
import type { PriceBreak } from './types';

const rules: Rules<PriceBreak> = {
    part: (value, state) => reference(({ parts }) => parts)(value, state) as number,
    quantity,
    price,
    price_currency: currency,
};

export function priceBreaksOf(state: State, part: number): PriceBreak[] {
    return [...state.priceBreaks.values()].filter((row) => row.part === part);
}

/** Money is a text with six decimals, a quantity is a number (schema of 388). */
export function showPriceBreak(row: PriceBreak): unknown {
    return { ...row, price: row.price === null ? null : row.price.toFixed(6) };
}

/** Puts a price at a Part. @param fields `quantity` 1 and the server's currency where they are not given */
export function addPriceBreak(state: State, fields: Partial<PriceBreak> & { part: number }): PriceBreak {
    state.revision++;
    const row = { quantity: 1, price: null, price_currency: 'USD', ...fields, pk: state.pk('other', fields.pk) };
    state.priceBreaks.set(row.pk, row);
    return row;
}

function list(call: Call): unknown {
    const { state } = call;
    const part = numberFilter(call, 'part');
    const rows = [...state.priceBreaks.values()].filter((row) => part === null || row.part === part);
    const orderings = {
        quantity: (row: PriceBreak) => row.quantity,
        price: (row: PriceBreak) => row.price,
    };
    return paged(call, ordered(call, rows, orderings, ['quantity']), showPriceBreak);
}

function create(call: Call): unknown {
    const { state } = call;
    const fields = fieldsOf(call);
    const { values, errors } = applyRules(state, rules, fields);
    for (const name of ['part', 'quantity']) if (!(name in fields)) errors[name] = ['This field is required.'];
    if (Object.keys(errors).length > 0) throw invalid(errors);
    return created(showPriceBreak(addPriceBreak(state, { ...values, part: values.part! })));
}

export const priceBreakEndpoints: Endpoint[] = [
    { path: '/api/part/sale-price/', access: 'part', handlers: { GET: list, POST: create } },
];
