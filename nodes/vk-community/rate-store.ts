import type { RateState, RateStore } from '../../lib/clients/vk/rates';
import type { Catalog } from '../../lib/store/catalog/catalog';
import { runningCatalogs } from '../runtime/flow/registry';

/**
 * Where the calls of a token are counted, over restarts. The count outlives a deploy, and so the catalog that was opened
 * before it: what is open now of the same file is written to.
 * @param owner of the token, never the token itself
 */
export function rateStore(catalog: Catalog, owner: string): RateStore {
    const note = `vk-rates:${owner}`;
    const openNow = (): Catalog | undefined =>
        runningCatalogs
            .all()
            .map(({ open }) => open?.catalog)
            .find((each) => each?.file === catalog.file);
    return {
        read: () => stateOf(catalog.meta(note)),
        write: (state) => {
            try {
                const at = openNow();
                at?.setDeferred('meta', { id: note, value: JSON.stringify(state) });
                at?.setDeferred('calls', { month: state.month, token: owner, count: state.calls });
            } catch {
                // closed or another process's: what is counted in memory holds until it is open again
            }
        },
    };
}

function stateOf(value: string | undefined): RateState | null {
    try {
        return value === undefined ? null : (JSON.parse(value) as RateState);
    } catch {
        return null;
    }
}
