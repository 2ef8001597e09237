import { ago, FILE, madeBefore, PARAMETERS, printedAgain, runsOf, stocked, type Scenario } from './scenario';
import type { Shop } from './shop';

const OTHER = { ...FILE, name: 'Wall hook', filename: 'hook.gcode.3mf' };

/** The answers to such POSTs are lost. */
function answersLost(path: string, { inventree }: Shop, first: () => void): void {
    inventree.interfere = ({ method, url }) => {
        // a person was faster than whoever asks now
        first();
        return method === 'POST' && url === path ? { at: 'after', kind: 'reset' } : undefined;
    };
}

/** Made, and gone before we looked. */
export const GONE: readonly Scenario[] = [
    {
        name: 'item sold at once',
        after: 'new print',
        ends: { done: 2 },
        arrange: (shop) => {
            printedAgain(shop);
            const { state, person } = shop.inventree;
            const kept = new Set(state.stock.keys());
            answersLost('/api/stock/', shop, () => {
                for (const pk of [...state.stock.keys()]) if (!kept.has(pk)) person.sellOut(pk);
            });
        },
        expected: (shop) => ({ ...stocked(shop, 1), made: 2 }),
    },
    {
        name: 'Part deleted at once',
        after: 'new print',
        ends: { done: 2 },
        arrange: (shop) => {
            shop.bambuddy.print({ ...OTHER, seconds: 1800, startedAt: ago(1) });
            const { state, person } = shop.inventree;
            let deleted = false;
            answersLost('/api/part/', shop, () => {
                const part = [...state.parts.values()].find(({ name }) => name === OTHER.name);
                if (deleted || part === undefined) return;
                deleted = true;
                person.deletePart(part.pk);
            });
        },
        expected: (shop) => {
            const archiveId = madeBefore(shop, OTHER.name);
            const other = runsOf(shop, archiveId).map(({ startedAt }) => ({ archiveId, startedAt }));
            const bin = stocked(shop);
            return { ...bin, runs: [...bin.runs, ...other], parts: 2, parameters: PARAMETERS };
        },
    },
];
