import { within } from '../../../concurrency/within';
import type { CatalogActionParts } from '../../../delivery/products/actions/parts';
import type { PassProgress } from '../../../sources/catalog/pass-report';
import type { CatalogSource } from '../../../store/catalog/records';
import { ServiceError } from '../../http-api/service-error';
import { Sending } from './sending';
import type { CatalogSourceReport } from './wire';

const READY_MS = 10_000;

/** How a source stands, as its node says it. */
export interface SourceState {
    parts: CatalogActionParts | null;
    problem: string | null;
    reading: PassProgress | null;
    failure: boolean;
}

/** A node that offers products of a catalog, as the sidebar works with it. */
export class SourceOfCatalog {
    private readonly sending = new Sending();

    constructor(
        readonly id: string,
        private readonly name: string,
        private readonly kind: CatalogSource,
        private readonly state: () => SourceState,
        /** resolves when its catalog is open; rejects with what a person must do, whom somebody tells already */
        private readonly opened: Promise<unknown>,
    ) {}

    /** What it works with, once its catalog is open. @throws ServiceError 503 where it cannot work, or not yet */
    async ready(): Promise<CatalogActionParts> {
        if (this.parts === null)
            await within(
                this.opened.catch(() => undefined),
                READY_MS,
            );
        if (this.parts === null) throw new ServiceError(503, this.state().problem ?? 'The source is not ready yet');
        return this.parts;
    }

    /** null until its catalog is open */
    get parts(): CatalogActionParts | null {
        return this.state().parts;
    }

    /** Ids of the accounts whose products it offers. */
    get accounts(): readonly string[] {
        return this.parts?.accounts() ?? [];
    }

    /** @param now ms */
    report(now: number): CatalogSourceReport {
        const { id, name, kind } = this;
        const { parts, problem, reading, failure } = this.state();
        const { inFlight, waiting, notTaken } = parts?.offers.counts ?? { inFlight: 0, waiting: 0, notTaken: 0 };
        return {
            id,
            name,
            kind,
            ready: parts !== null,
            problem,
            paused: parts?.passes.paused ?? false,
            reading,
            failure,
            sending: this.sending.report(inFlight + waiting, now),
            notTaken,
        };
    }
}
