import type { ServerTraits } from '../../http/server-traits';

export const EVOTOR: ServerTraits = {
    label: 'Evotor',
    secret: 'token',
    apiPath: '/stores',
    forbidden: { text: 'The app lacks a right for this, or its user has not installed it.', unknownSecret: false },
    trustBy: 'none',
    // release notes 12 of its documentation; sent with every 200, and taken to come with a 429
    rateReset: 'x-ratelimit-reset',
};
