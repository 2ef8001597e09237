import type { ForeignAnswer, ServerTraits } from '../../http/server-traits';

/** Django's page for a host name that is not among those it answers to, with and without its debug texts. */
const HOST_REFUSED = /<title>\s*(Bad Request \(400\)|DisallowedHost\b[^<]*)\s*<\/title>/i;

export const INVENTREE: ServerTraits = {
    label: 'InvenTree',
    secret: 'token',
    apiPath: '/api',
    foreign: ({ status, body }, baseUrl): ForeignAnswer | null => {
        if (status !== 400 || typeof body !== 'string' || !HOST_REFUSED.test(body)) return null;
        const { host, origin } = new URL(baseUrl);
        return {
            text:
                `InvenTree (${baseUrl}) answered 400 with a page: ${host} is not one of its allowed host names. ` +
                `Set INVENTREE_SITE_URL of InvenTree to ${origin}, or add the name to ALLOWED_HOSTS (INVENTREE_ALLOWED_HOSTS).`,
            failureKind: 'html',
            details: { title: 'Bad Request (400)' },
        };
    },
};
