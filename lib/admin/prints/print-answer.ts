import type { PrintRow } from '../sidebar/wire';

/** A print as the service API has it: names stay, others may come. */
export function printAnswer({
    batch,
    source,
    archiveId,
    name,
    printer,
    when,
    state,
    reason,
    quantity,
    ...row
}: PrintRow) {
    const { part, stock, page } = row;
    const { grams, seconds, cost, material } = row.details;
    const found = { part, stock, sourceUrl: page };
    const figures = { quantity, grams, seconds, cost, material };
    return { batch, source, archiveId, name, printer, time: when, state, reason, ...figures, ...found };
}
