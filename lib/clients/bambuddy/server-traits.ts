import type { ServerTraits } from '../../http/server-traits';

export const BAMBUDDY: ServerTraits = { label: 'Bambuddy', secret: 'API key', apiPath: '/api/v1' };
