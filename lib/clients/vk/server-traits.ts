import type { ServerTraits } from '../../http/server-traits';

export const VK: ServerTraits = { label: 'VK', secret: 'access token', apiPath: '/method', trustBy: 'ca' };
