import type { Verdict } from '../../../store/ledger/records';
import type { BackfillMode } from '../../../sources/bambuddy/commands/reports';
import type { CatalogAction } from '../../../delivery/products/catalog-actions';
import type { PrintFilter } from '../../prints/print-filter';
import type { ListQuery } from '../../prints/print-list';
import type { CatalogRead } from '../catalog/reads';

/** What a caller asks for, its values judged. */
export type Call =
    | { ask: 'health' | 'openapi' | 'validate' | 'status' | 'webhook' | 'held' | 'offered' | 'imports' }
    | { ask: 'archive'; archiveId: number; force: boolean }
    | { ask: 'backfill'; mode: BackfillMode; max: number | undefined }
    | { ask: 'prints'; list: ListQuery }
    | { ask: 'prints-csv'; filter: PrintFilter }
    /** days: where each begins and the last one ends */
    | { ask: 'figures'; filter: PrintFilter; days: readonly string[] }
    | { ask: 'release'; batch: string; verdict: Verdict; pieces?: number }
    | { ask: 'apply'; batch: string; less: boolean }
    | { ask: 'catalog'; read: CatalogRead }
    | { ask: 'catalog-action'; action: CatalogAction; fields: Readonly<Record<string, unknown>> }
    /** its values are in the body */
    | { ask: 'catalog-body'; action: CatalogAction }
    /** batch null: all that are offered */
    | { ask: 'import-offered' | 'dismiss-offered'; batch: string | null };

/** Who may ask: everybody, who has the service token, who has the webhook's secret. */
export type Guard = 'open' | 'token' | 'secret';
