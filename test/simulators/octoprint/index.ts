export { OctoPrintSimulator, type OctoPrintOptions, type PrintOptions, type UploadOptions } from './simulator';
export type { FileRow, HistoryRow } from './files';
