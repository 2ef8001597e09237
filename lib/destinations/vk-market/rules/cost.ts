import type { VkRates } from '../../../clients/vk/rates';
import { MOST_CALLS } from '../../../clients/vk/execute';
import type { PassCost, PassCounts } from '../../../delivery/products/actions/pass-plan';

export type { PassCost, PassCounts };

/** Rows that one look takes (market.getById). */
const LOOK = 100;

/**
 * What a pass costs at the least. Photos set the time: they cannot go into an `execute`.
 * @param rates of the token
 * @param photosPerSave as the community has it
 */
export function costOf(
    counts: PassCounts,
    rates: Pick<VkRates, 'cost' | 'timeOf' | 'month'>,
    photosPerSave: number,
): PassCost {
    const inExecutes = [counts.add + counts.link + counts.edit + counts.hide, counts.newAlbums, counts.albums];
    const saves = Math.ceil(counts.photos / Math.max(1, photosPerSave));
    const looks = [counts.add + counts.edit, counts.link, counts.hide];
    const single = looks.reduce((sum, items) => sum + Math.ceil(items / LOOK), saves + (saves > 0 ? 1 : 0));
    const executes = inExecutes.flatMap((calls) =>
        Array.from({ length: Math.ceil(calls / MOST_CALLS) }, (_, at) => Math.min(MOST_CALLS, calls - at * MOST_CALLS)),
    );
    const calls = single + executes.reduce((sum, each) => sum + rates.cost(each), 0);
    const { limit } = rates.month;
    return {
        calls,
        minutes: rates.timeOf(single + executes.length) / 60_000,
        share: limit === null ? null : calls / limit,
    };
}
