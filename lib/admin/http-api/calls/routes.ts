import { MOST_PIECES } from '../../../delivery/open-questions';
import { VERDICTS } from '../../../store/ledger/records';
import { BACKFILL_MODES } from '../../../sources/bambuddy/commands/reports';
import { CATALOG_ROUTES } from './catalog-routes';
import { PRINT_LIST_ROUTES } from './print-list-routes';
import { batchOf, maxOf, modeOf, namedBatch, piecesOf, verdictOf, wholeNumber } from './query';
import type { Route } from './route';
import { text } from './schema-parts';

const BATCH = { schema: text, description: 'batch of the print, e.g. `bambuddy-128`' };
const ONE_BATCH = { schema: text, description: 'only the print with this batch; default: all' };

const PRINT_ROUTES: readonly Route[] = [
    {
        method: 'GET',
        path: '/health',
        summary: 'Whether Node-RED serves this API, and whether its source works',
        guard: 'open',
        query: null,
        answers: { 200: 'it does' },
        schema: 'Health',
        call: () => ({ ask: 'health' }),
    },
    {
        method: 'GET',
        path: '/openapi.json',
        summary: 'This document',
        guard: 'open',
        query: null,
        answers: { 200: 'OpenAPI 3.1' },
        schema: null,
        call: () => ({ ask: 'openapi' }),
    },
    {
        method: 'GET',
        path: '/validate',
        summary: 'Checks the servers of the source, keys, rights and settings of its flow; changes nothing',
        guard: 'token',
        query: null,
        answers: { 200: 'the checks, `ok` where all are' },
        schema: 'Validation',
        call: () => ({ ask: 'validate' }),
    },
    {
        method: 'GET',
        path: '/sync/status',
        summary: 'Counts, servers that are unreachable, backfills and the newest 100 parked prints',
        guard: 'token',
        query: null,
        answers: { 200: 'the status of the source' },
        schema: 'Status',
        call: () => ({ ask: 'status' }),
    },
    {
        method: 'POST',
        path: '/sync/archive/{id}',
        summary: 'Imports one archive',
        guard: 'token',
        part: { schema: { type: 'integer', minimum: 1 }, description: 'id of the archive in Bambuddy' },
        query: {
            force: {
                schema: { type: 'boolean', default: false },
                description: 'syncs again what is done; never a second stock item',
            },
        },
        answers: { 200: 'it is in stock already', 202: 'it was sent, or waits' },
        schema: 'Archive',
        call: (part, query) => ({
            ask: 'archive',
            archiveId: wholeNumber(part, 'archive id'),
            force: query.flag('force'),
        }),
    },
    {
        method: 'POST',
        path: '/sync/backfill',
        summary: 'Imports the history',
        guard: 'token',
        query: {
            mode: { schema: { enum: BACKFILL_MODES, default: 'all' }, description: '`preview` changes nothing' },
            max_archives: {
                schema: { type: 'integer', minimum: 1 },
                description: 'only so many of the newest; default: all',
            },
        },
        answers: { 202: 'it was started' },
        schema: 'BackfillStarted',
        call: (_part, query) => ({ ask: 'backfill', mode: modeOf(query), max: maxOf(query) }),
    },
    {
        method: 'GET',
        path: '/sync/held',
        summary: 'Prints that wait for the answer of a person',
        guard: 'token',
        query: {},
        answers: { 200: 'the held prints' },
        schema: 'HeldPrints',
        call: () => ({ ask: 'held' }),
    },
    {
        method: 'POST',
        path: '/sync/held/{batch}/release',
        summary: 'Accepts or rejects a held print',
        guard: 'token',
        part: BATCH,
        query: {
            verdict: { schema: { enum: VERDICTS, default: 'good' }, description: 'how the print came out' },
            pieces: {
                schema: { type: 'integer', minimum: 0, maximum: MOST_PIECES },
                description: 'of a print that waits for it: how many pieces are good; default: all of them',
            },
        },
        answers: { 200: 'it was rejected', 202: 'it was sent, or waits' },
        schema: 'Released',
        call: (part, query) => ({
            ask: 'release',
            batch: batchOf(part),
            verdict: verdictOf(query),
            ...piecesOf(query),
        }),
    },
    {
        method: 'POST',
        path: '/sync/prints/{batch}/apply',
        summary: 'Puts the stock of a print right whose archive was edited in Bambuddy',
        guard: 'token',
        part: BATCH,
        query: {
            less: { schema: { type: 'boolean', default: false }, description: 'pieces may be taken out of stock, too' },
        },
        answers: { 202: 'it goes through the flow, or waits' },
        schema: 'Applied',
        call: (part, query) => ({ ask: 'apply', batch: batchOf(part), less: query.flag('less') }),
    },
    {
        method: 'GET',
        path: '/sync/offered',
        summary: 'Prints that are not in stock after the ledger was lost',
        guard: 'token',
        query: {},
        answers: { 200: 'the offered prints' },
        schema: 'OfferedPrints',
        call: () => ({ ask: 'offered' }),
    },
    {
        method: 'POST',
        path: '/sync/offered/import',
        summary: 'Imports offered prints',
        guard: 'token',
        query: { batch: ONE_BATCH },
        answers: { 200: 'none was sent', 202: 'they were sent, or wait' },
        schema: 'Imported',
        call: (_part, query) => ({ ask: 'import-offered', batch: namedBatch(query) }),
    },
    {
        method: 'POST',
        path: '/sync/offered/dismiss',
        summary: 'Takes offered prints off the list; they are not imported',
        guard: 'token',
        query: { batch: ONE_BATCH },
        answers: { 200: 'how many were dismissed' },
        schema: 'Dismissed',
        call: (_part, query) => ({ ask: 'dismiss-offered', batch: namedBatch(query) }),
    },
    {
        method: 'POST',
        path: '/webhooks/bambuddy',
        summary: 'Tells that a print ended; the source polls',
        guard: 'secret',
        query: null,
        body: { type: 'object' },
        answers: { 202: 'before it is processed' },
        schema: 'Accepted',
        call: () => ({ ask: 'webhook' }),
    },
];

export const ROUTES: readonly Route[] = [...PRINT_ROUTES, ...PRINT_LIST_ROUTES, ...CATALOG_ROUTES];
