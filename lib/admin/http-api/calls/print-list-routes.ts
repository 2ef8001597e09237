import type { Place } from '../../../store/ledger/print-order';
import { PRINT_STATES } from '../../../store/ledger/records';
import { boundsOf } from '../../prints/figures';
import { ASKED_ABOUT, printFilterOf, type PrintFilter } from '../../prints/print-filter';
import type { ListQuery } from '../../prints/print-list';
import { ServiceError } from '../service-error';
import { PAGE, SEARCH } from './catalog-parameters';
import type { Query } from './query';
import type { Parameter, Route } from './route';
import { text } from './schema-parts';

const MOMENT = 'a day (midnight UTC) or a time with its zone';

/** Which prints are meant: the parameters of `printFilterOf`. */
const FILTER = {
    states: { schema: text, description: `with commas between, of ${PRINT_STATES.join(', ')}; default: all` },
    only: { schema: { enum: ASKED_ABOUT }, description: 'only prints that a person is asked about' },
    search: { ...SEARCH, description: 'words; each must be in the name, printer, batch or reason' },
    printer: { schema: text, description: 'name of the printer' },
    material: { schema: text, description: 'as the source writes it, e.g. `PLA` or `PLA, PETG`' },
    from: { schema: text, description: `only prints that ended at this time or later: ${MOMENT}` },
    to: { schema: text, description: `only prints that ended before this time: ${MOMENT}` },
    imported: { schema: text, description: 'only prints whose items this import created: `id` of `/sync/imports`' },
} satisfies Record<string, Parameter>;

const LIMIT = PAGE.limit.schema;

/** What is read of the prints of a store: from its ledger, without a request to any server. */
export const PRINT_LIST_ROUTES: readonly Route[] = [
    {
        method: 'GET',
        path: '/sync/prints',
        summary: 'The prints of the store, the one that ended last first',
        guard: 'token',
        query: { ...FILTER, ...PAGE },
        answers: { 200: 'a page of them' },
        schema: 'Prints',
        call: (_part, query) => ({ ask: 'prints', list: listOf(query) }),
    },
    {
        method: 'GET',
        path: '/sync/prints.csv',
        summary: 'The same prints as a table, all of them: UTF-8, with commas',
        guard: 'token',
        query: FILTER,
        answers: { 200: 'the table' },
        schema: 'Csv',
        call: (_part, query) => ({ ask: 'prints-csv', filter: filterOf(query) }),
    },
    {
        method: 'GET',
        path: '/sync/imports',
        summary: 'The newest imports of the history that created something, the newest first',
        guard: 'token',
        query: {},
        answers: { 200: 'the imports' },
        schema: 'Imports',
        call: () => ({ ask: 'imports' }),
    },
    {
        method: 'GET',
        path: '/sync/figures',
        summary:
            'What prints add up to: number, pieces, weight, time and cost; in all, by printer, by material and by day',
        guard: 'token',
        query: {
            ...FILTER,
            days: {
                schema: text,
                description: `where each day begins and the last one ends, with commas between: each ${MOMENT}`,
            },
        },
        answers: { 200: 'the figures; of measures that are not known of a print, how many prints these are' },
        schema: 'Figures',
        call: (_part, query) => ({ ask: 'figures', filter: filterOf(query), days: boundsOf(query.text('days') ?? '') }),
    },
];

function filterOf(query: Query): PrintFilter {
    return printFilterOf(Object.fromEntries(Object.keys(FILTER).map((name) => [name, query.text(name) ?? ''])));
}

function listOf(query: Query): ListQuery {
    const limit = query.get('limit') === null ? LIMIT.default : query.wholeNumber('limit');
    if (limit > LIMIT.maximum) throw new ServiceError(400, `"limit" must be at most ${LIMIT.maximum}`);
    return { ...filterOf(query), after: placeOf(query.text('after')), limit };
}

/** `next` as a caller gets it. */
export const textOfPlace = ({ time, batch }: Place): string => `${time} ${batch}`;

function placeOf(after: string | null): Place | null {
    if (after === null) return null;
    const [, time, batch] = /^(\d{4}-\d\d-\d\dT\S+) (.+)$/.exec(after) ?? [];
    if (time === undefined || batch === undefined)
        throw new ServiceError(400, '"after" must be "next" of the page before');
    return { time, batch };
}
