export { Activity } from './activity';
export { Chain, type ChainOptions } from './chain';
export type { FlowMessage, FlowSettings } from './life';
export { VirtualClock } from './virtual-clock';
