export { InvenTreeSimulator, type InvenTreeOptions } from './simulator';
export { jpeg, png, webp } from './pictures';
export type { Person } from './person';
export type { State } from './state';
export type {
    Attachment,
    Build,
    Category,
    Location,
    Parameter,
    Part,
    StockItem,
    Template,
    TrackingEntry,
    User,
} from './types';
