export { VkSimulator, type CallTrouble, type SeenCall, type VkOptions } from './simulator';
export { lengthInVk } from './text';
export type { Album, Category, Community, Item, Photo } from './state';
