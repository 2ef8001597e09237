import type { Findings } from '../../clients/findings';
import type { CatalogActionParts } from '../../delivery/products/catalog-actions';
import type { CircuitBreaker } from '../../delivery/retry/circuit-breaker';
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

/** A source of prints that a service is for. */
export interface ServedPrints {
    of: 'prints';
    /** rejects with what a person must do */
    opened: Promise<Source>;
    store: () => Promise<Sync>;
    plan: () => FlowPlan;
}

/** What of a flow from a catalog to a shop can be looked at, as far as it stands in the nodes' settings. */
export interface CatalogPlan {
    /** nodes that its products come to, by what each is called */
    sinks: readonly string[];
    /** each looks at one server, or at one setting of the flow; changes nothing */
    checks: readonly ((findings: Findings, signal: AbortSignal) => Promise<void>)[];
}

/** A source of products that a service is for. */
export interface ServedCatalog {
    of: 'catalog';
    /** rejects with what a person must do */
    opened: Promise<CatalogActionParts>;
    /** servers that an action may wait for */
    breakers: () => readonly (CircuitBreaker | null)[];
    plan: () => CatalogPlan;
}

/** The source that a service is for. */
export type ServedSource = ServedPrints | ServedCatalog;
