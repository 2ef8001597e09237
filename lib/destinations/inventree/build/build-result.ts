import type { PrintRecord } from '../../../store/ledger/records';
import type { StockResult } from '../stock/stock-settings';

/** What the message says of the order. */
export function buildResult(record: Readonly<PrintRecord> | undefined): Pick<StockResult, 'build'> {
    if (record?.build === undefined) return {};
    const { order, reference, quantity, rest, restPk } = record.build;
    return {
        build: { order, reference, quantity, rest: restPk === undefined ? null : { pk: restPk, quantity: rest } },
    };
}
