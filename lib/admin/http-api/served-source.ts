import type { Step } from '../../store/ledger/records';
import type { Source } from '../../sources/bambuddy/source';
import type { Sync } from '../../sync';

/** What the flow behind a source does with its prints, as far as it stands in the nodes' settings. */
export interface FlowPlan {
    /** the steps that prints meet */
    steps: readonly Step[];
    /** the same for every print; null: chosen for each */
    categories: readonly (number | null)[];
    locations: readonly (number | null)[];
    templates: readonly { name: string; of: 'grams' | 'seconds' | null }[];
}

/** The source that a service is for. */
export interface ServedSource {
    /** rejects with what a person must do */
    opened: Promise<Source>;
    store: () => Promise<Sync>;
    plan: () => FlowPlan;
}
