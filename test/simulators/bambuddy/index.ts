export { BambuddySimulator, type ArchiveOptions, type BambuddyOptions, type FinishedPrint } from './simulator';
export type { KeyOptions, Scope } from './access';
export type { ServerEvent } from './events';
export type { FinishOptions, StartOptions } from './printing';
export type { SlicedFile } from './prints';
export type { ArchiveRow, ArchiveStatus, Plate, Printer, Project, RunRow, RunStatus } from './rows';
export { picture } from './png';
export { write3mf, type ThreeMf } from './three-mf';
