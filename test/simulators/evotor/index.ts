export { EvotorSimulator, type EvotorOptions } from './simulator';
export { CloudWebhooks, NOTIFICATIONS } from './webhooks';
export type { Account, AccountOptions, AuthorizationRule } from './access';
export type { GroupRow, ImageRow, ProductRow, StoreRow } from './rows';
