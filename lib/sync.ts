import type { BambuddyClient } from './clients/bambuddy/client';
import type { InvenTreeClient } from './clients/inventree/client';
import { Delivery } from './delivery/delivery';
import type { CircuitBreaker } from './delivery/retry/circuit-breaker';
import { InvenTreeDestination } from './destinations/inventree/destination';
import type { Ledger } from './store/ledger/ledger';
import type { BambuddyContext } from './sources/bambuddy/context';
import { bambuddyPrints } from './sources/bambuddy/print-source';
import { octoPrintPrints } from './sources/octoprint/print-source';

export interface SyncParts {
    ledger: Ledger;
    inventree: InvenTreeClient;
    inventreeBreaker: CircuitBreaker;
    bambuddy: BambuddyClient | null;
    bambuddyBreaker: CircuitBreaker | null;
    /** told what a person should know, once each */
    warn: (text: string) => void;
    now?: () => number;
}

/** One ledger joined with its servers: what a source works with. */
export class Sync implements BambuddyContext {
    readonly delivery: Delivery;
    readonly destination: InvenTreeDestination;
    readonly bambuddy: BambuddyClient | null;
    readonly bambuddyBreaker: CircuitBreaker | null;

    constructor({ ledger, inventree, inventreeBreaker, bambuddy, bambuddyBreaker, warn, now }: SyncParts) {
        this.delivery = new Delivery({ ledger, batchPrefix: bambuddy?.prefix ?? 'print', warn, now });
        this.destination = new InvenTreeDestination(this.delivery, inventree, inventreeBreaker);
        this.delivery.registerSource(octoPrintPrints(this.delivery));
        this.bambuddy = bambuddy;
        this.bambuddyBreaker = bambuddyBreaker;
        if (bambuddy === null || bambuddyBreaker === null) return;
        bambuddy.guard(bambuddyBreaker.refusals);
        bambuddyBreaker.harmless = (method) => bambuddy.harmless(method);
        this.delivery.breakers.set('Bambuddy', bambuddyBreaker);
        this.delivery.registerSource(bambuddyPrints(this.delivery, bambuddy, bambuddyBreaker));
    }

    /** Before its ledger is closed. */
    close(): void {
        this.destination.close();
    }
}
