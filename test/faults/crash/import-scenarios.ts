import { ago, madeBefore, PARAMETERS, runsOf, FILE, type Scenario } from './scenario';

const NAMES = ['Cable clip', 'Wall hook', 'Drawer'];

/** A history is imported: its new Parts get their parameters together. */
export const IMPORT: readonly Scenario[] = [
    {
        name: 'imported history',
        after: null,
        ends: { done: NAMES.length },
        arrange: ({ bambuddy, inventree }) => {
            NAMES.forEach((name, n) =>
                bambuddy.print({ ...FILE, name, filename: `${name}.gcode.3mf`, startedAt: ago(72 - 3 * n) }),
            );
            let failed = false;
            // when they are sent again, the prints before are through, and on the disk
            inventree.interfere = ({ method, url }) => {
                if (failed || method !== 'POST' || url !== '/api/parameter/') return undefined;
                failed = true;
                return { at: 'before', kind: 'reset' };
            };
        },
        press: { message: () => ({ action: 'backfill', mode: 'all' }) },
        isThrough: ({ inventree }) => inventree.state.parameters.size === 2 * NAMES.length,
        expected: (servers) => ({
            runs: NAMES.flatMap((name) => {
                const archiveId = madeBefore(servers, name);
                return runsOf(servers, archiveId).map(({ startedAt }) => ({ archiveId, startedAt }));
            }),
            parts: NAMES.length,
            parameters: PARAMETERS,
            images: true,
            links: true,
        }),
    },
];
