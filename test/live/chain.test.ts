import { describeChain } from '../e2e/chain';

const variable = (name: string): string => process.env[`LIVE_${name}`] ?? '';

describeChain('the shipped example against real servers', () =>
    Promise.resolve({
        connection: {
            bambuddyUrl: variable('BAMBUDDY_URL').replace(/\/+$/, ''),
            apiKey: variable('BAMBUDDY_KEY'),
            inventreeUrl: variable('INVENTREE_URL').replace(/\/+$/, ''),
            token: variable('INVENTREE_TOKEN'),
            category: Number(variable('INVENTREE_CATEGORY')),
            location: Number(variable('INVENTREE_LOCATION')),
        },
        close: () => Promise.resolve(),
    }),
);
