import { BAMBUDDY } from '../../../lib/clients/bambuddy/server-traits';
import { inTime } from '../../../lib/admin/dialogs/deadline';
import { newestPrints } from '../../../lib/admin/dialogs/newest-print';
import { aboutServer, problemOf } from '../../../lib/admin/dialogs/problem';
import type { RuleTest } from '../../../lib/admin/dialogs/wire';
import { fittingRows } from '../../../lib/print/rules/rules';
import type { NodeAPI } from '../node-red';
import { ruleRowsOf } from '../rules/read-rules';
import { ready, storeOf } from './store-asked';

const TIMEOUT_MS = 20_000;

/**
 * Which rows of a table fit the newest prints, with what is in a dialog just now. Writes nothing.
 * @param body `{ store, rules: [{ field, match }] }`
 */
export async function ruleTest(RED: NodeAPI, body: unknown, gone: AbortSignal): Promise<RuleTest> {
    const asked = body as Record<string, unknown>;
    const about = aboutServer(BAMBUDDY, '');
    try {
        const sync = await inTime(ready(storeOf(RED, asked['store'])), TIMEOUT_MS, about, gone);
        const rules = ruleRowsOf(asked['rules'], []);
        const found = await inTime(newestPrints(sync, TIMEOUT_MS + 1000), TIMEOUT_MS, about, gone);
        const prints = found.map((print) => {
            const record = sync.delivery.ledger.part(print.identity);
            const part = record?.pk === undefined ? null : { pk: record.pk, IPN: record.IPN, name: record.name };
            const { name, completedAt, printer } = print;
            return { name, printer: printer.name, completedAt, rows: fittingRows(rules, print, part) };
        });
        return { prints, problem: null };
    } catch (error) {
        return { prints: [], problem: problemOf(error, about) };
    }
}
