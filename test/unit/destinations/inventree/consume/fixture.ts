import {
    consumeStep,
    consumptionOf,
    type ConsumeResult,
} from '../../../../../lib/destinations/inventree/consume/consume-step';
import type { ConsumeSettings } from '../../../../../lib/destinations/inventree/consume/removal';
import type { SpoolRule } from '../../../../../lib/destinations/inventree/consume/spool-look-up';
import type { Print } from '../../../../../lib/print/print';
import type { StockItem } from '../../../../simulators/inventree/types';
import { Fixture, PASS } from '../../../fixture';

export const BY_TAG: SpoolRule = { by: 'batch', key: '{tag}', parameter: '', table: [] };

export const CONSUME: ConsumeSettings = { spools: BY_TAG, startWith: 'all', diameter: 1.75, density: null };

/** A StockItem of filament. @param batch the spool's tag */
export function spoolItem(
    fixture: Fixture,
    batch: string,
    quantity = 1000,
    units = 'g',
    more: Partial<StockItem> = {},
): StockItem {
    const { inventree } = fixture;
    const name = `Filament in ${units === '' ? 'pieces' : units}`;
    const known = [...inventree.state.parts.values()].find((part) => part.name === name);
    const part = known ?? inventree.addPart({ name, units, category: fixture.category });
    return inventree.addStock({
        part: part.pk,
        quantity,
        batch,
        delete_on_deplete: false,
        location: fixture.location,
        ...more,
    });
}

export function consume(
    { sync, signal }: Fixture,
    print: Print,
    settings: Partial<ConsumeSettings> = {},
    pass = PASS,
    ended: AbortSignal = signal,
): Promise<ConsumeResult | null> {
    return consumeStep(sync.destination, print, { ...CONSUME, ...settings }, pass, ended);
}

export function consumed({ sync }: Fixture, print: Print): ConsumeResult | null {
    return consumptionOf(sync.delivery, print);
}

/** What the history of an item says of removals, oldest first. */
export function removals({ inventree }: Fixture, item: number): number[] {
    return (inventree.state.tracking.get(item) ?? [])
        .filter(({ tracking_type }) => tracking_type === 12)
        .map(({ deltas }) => (deltas as { removed: number }).removed);
}
