import type { AdmissionRules } from '../../lib/sources/bambuddy/admission-rules';
import { listOf } from '../../lib/sources/bambuddy/filter';
import type { SourceSettings } from '../../lib/sources/bambuddy/source';
import type { FlowNode } from '../runtime/flow/reachable-steps';
import { textOf } from '../runtime/node-red';
import { identityRule } from '../runtime/settings/identity-rule';
import { readSettings, type ValuesOf } from '../runtime/settings/read-settings';
import { SETTINGS as PART } from '../inventree-part-upsert/settings';
import { SETTINGS } from './settings';

const { ipnPrefix } = PART.settings;

/**
 * What the source is told of its node's settings, and of the nodes behind it.
 * @param config the node's properties, migrated
 * @param downstream the nodes that a print can reach now
 * @param warn is told of numbers that the dialog would not take
 * @param failedForFilament whether the third output leads to a node that subtracts filament
 */
export function sourceSettings(
    id: string,
    config: Record<string, unknown>,
    downstream: () => FlowNode[],
    warn: (text: string) => void,
    failedForFilament: () => boolean,
): SourceSettings {
    const values = readSettings(SETTINGS.settings, config, warn);
    const { interval, pollOnDeploy, startWith, pageSize, window, passAfter, live, settle } = values;
    return {
        id,
        interval,
        pollOnDeploy,
        startWith,
        rule: identityRule(config),
        filter: {
            successOnly: values.successOnly,
            printers: listOf(values.printers),
            projects: listOf(values.projects),
            tags: listOf(values.tags),
            failedForFilament,
        },
        admission: admissionOf(values, downstream),
        pageSize,
        window,
        passAfter,
        live,
        settle,
        get ipnPrefix() {
            const part = downstream().find((node) => node.type === 'inventree-part-upsert');
            const { value, type } = readSettings({ ipnPrefix }, part ?? {}).ipnPrefix;
            return type === 'str' ? textOf(value, ipnPrefix.default) : ipnPrefix.default;
        },
    };
}

function admissionOf(
    {
        outcome,
        outcomeDays,
        unanswered,
        rejected,
        rejectedStatus,
        failed,
        failedStatus,
        doubles,
    }: ValuesOf<typeof SETTINGS.settings>,
    downstream: () => FlowNode[],
): AdmissionRules {
    return {
        outcome: { ask: outcome, days: outcomeDays, unanswered, rejected, rejectedStatus },
        failed: { take: failed, status: failedStatus },
        doubles,
        countsPieces: () => {
            const stock = downstream().filter(({ type }) => type === 'inventree-stock-create');
            return stock.length > 0 && stock.every((node) => node['quantityType'] === 'plate');
        },
    };
}
