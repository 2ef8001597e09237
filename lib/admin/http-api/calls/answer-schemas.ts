import { PRINT_STATES, VERDICTS } from '../../../store/ledger/records';
import { BACKFILL_MODES } from '../../../sources/bambuddy/commands/reports';
import { CATALOG_SCHEMAS } from './catalog-schemas';
import { PRINT_LIST_SCHEMAS } from './print-list-schemas';
import { count, flag, list, object, text, textOrNull, time, type Schema } from './schema-parts';

export type { Schema } from './schema-parts';

export const ref = (name: keyof typeof SCHEMAS): Schema => ({ $ref: `#/components/schemas/${name}` });

const PRINT = { batch: text, archiveId: { type: ['integer', 'null'] }, name: text, startedAt: time, completedAt: time };

const BACKFILL = {
    mode: { enum: BACKFILL_MODES },
    phase: { enum: ['reading', 'working', 'done', 'stopped'] },
    done: count,
    total: count,
    created: count,
    existing: count,
    adopted: count,
    skipped: count,
    failed: count,
    secondsLeft: { type: ['number', 'null'] },
    reasons: { type: 'object', additionalProperties: count },
    prints: list({ type: 'object' }),
};

/** What the service answers with, by name. */
export const SCHEMAS = {
    Error: object({ detail: { ...text, description: 'what to do, without a secret' } }),
    Health: object({
        status: { const: 'ok' },
        version: text,
        source: { enum: ['prints', 'catalog', null], description: 'what the source offers; null: there is none' },
        working: { ...flag, description: 'the source works' },
    }),
    Validation: object({
        ok: flag,
        checks: list(object({ name: text, ok: flag, text, whatToDo: textOrNull })),
    }),
    Status: object({
        counts: {
            type: 'object',
            propertyNames: { enum: PRINT_STATES },
            additionalProperties: count,
            description: 'prints by state',
        },
        held: count,
        offered: count,
        underWay: count,
        waiting: count,
        today: { ...count, description: 'prints that ended today' },
        paused: flag,
        live: { type: ['boolean', 'null'], description: 'the WebSocket is connected; null: it is not wanted' },
        lastPoll: time,
        lastError: textOrNull,
        off: list(object({ server: text, since: time, error: textOrNull })),
        backfill: { anyOf: [object(BACKFILL, ['prints']), { type: 'null' }] },
        lastBackfill: {
            anyOf: [object({ endedAt: time, report: object(BACKFILL, ['prints']) }), { type: 'null' }],
        },
        parked: list(object({ ...PRINT, reason: text, at: time })),
    }),
    Archive: object({ archiveId: { type: 'integer' }, batch: text, sent: flag, state: text }, ['batch']),
    BackfillStarted: object({
        status: { const: 'started' },
        mode: { enum: BACKFILL_MODES },
        maxArchives: { type: ['integer', 'null'] },
    }),
    HeldPrints: object({
        prints: list(
            object({
                ...PRINT,
                question: { enum: ['outcome', 'pieces', 'double'] },
                expected: { type: ['number', 'null'], description: 'of how many pieces it is asked how many are good' },
                reason: text,
                since: time,
                until: time,
                doubleOf: textOrNull,
            }),
        ),
    }),
    OfferedPrints: object({ prints: list(object(PRINT)) }),
    Released: object({ batch: text, verdict: { enum: VERDICTS }, pieces: count, sent: flag, state: text }, [
        'verdict',
        'pieces',
        'state',
    ]),
    Applied: object({ batch: text, sent: flag, state: text }, ['state']),
    Imports: object({
        imports: list(
            object({
                id: { ...time, description: 'when it began; `imported` of `/sync/prints`' },
                endedAt: { ...textOrNull, description: 'null: it is under way' },
                created: { ...count, description: 'stock items; 0 while it is under way' },
            }),
        ),
    }),
    Imported: object({ sent: count, remaining: count, state: text }, ['state']),
    Dismissed: object({ dismissed: count }),
    Accepted: object({ status: { const: 'accepted' } }),
    ...PRINT_LIST_SCHEMAS,
    ...CATALOG_SCHEMAS,
} as const satisfies Record<string, Schema>;
