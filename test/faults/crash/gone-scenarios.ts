import { ago, FILE, madeBefore, PARAMETERS, printedAgain, runsOf, stocked, type Scenario } from './scenario';
import type { CaseServers } from './servers';

const OTHER = { ...FILE, name: 'Wall hook', filename: 'hook.gcode.3mf' };

/** The answers to such POSTs are lost. */
function answersLost(path: string, { inventree }: CaseServers, first: () => void): void {
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
        arrange: (servers) => {
            printedAgain(servers);
            const { state, person } = servers.inventree;
            const kept = new Set(state.stock.keys());
            answersLost('/api/stock/', servers, () => {
                for (const pk of [...state.stock.keys()]) if (!kept.has(pk)) person.sellOut(pk);
            });
        },
        expected: (servers) => ({ ...stocked(servers, 1), made: 2 }),
    },
    {
        name: 'Part deleted at once',
        after: 'new print',
        ends: { done: 2 },
        arrange: (servers) => {
            servers.bambuddy.print({ ...OTHER, seconds: 1800, startedAt: ago(1) });
            const { state, person } = servers.inventree;
            let deleted = false;
            answersLost('/api/part/', servers, () => {
                const part = [...state.parts.values()].find(({ name }) => name === OTHER.name);
                if (deleted || part === undefined) return;
                deleted = true;
                person.deletePart(part.pk);
            });
        },
        expected: (servers) => {
            const archiveId = madeBefore(servers, OTHER.name);
            const other = runsOf(servers, archiveId).map(({ startedAt }) => ({ archiveId, startedAt }));
            const bin = stocked(servers);
            return { ...bin, runs: [...bin.runs, ...other], parts: 2, parameters: PARAMETERS };
        },
    },
];
