import type { Picture } from '../http/picture-type';
import type { Print } from './print';

/**
 * The picture of a print, for as long as it takes to get it from its source.
 * @returns null where there is none
 * @throws as `retryWhileUnavailable`
 */
export type PictureOf = (print: Print, signal: AbortSignal) => Promise<Picture | null>;
