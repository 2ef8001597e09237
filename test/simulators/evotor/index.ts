export { EvotorSimulator, type EvotorOptions } from './simulator';
export type { Account, AccountOptions, AuthorizationRule } from './access';
export type { GroupRow, ImageRow, ProductRow, StoreRow } from './rows';
