import type { ServerTraits } from '../../http/server-traits';

export const OCTOPRINT: ServerTraits = {
    label: 'OctoPrint',
    secret: 'API key',
    apiPath: '/api',
    // a key it does not know and no key at all are a 403 too
    forbidden: {
        text: 'Check the API key, and the permission of its user to read the status and the list of files.',
        unknownSecret: true,
    },
};
