import type { Print } from './print';

export interface Picture {
    bytes: Buffer;
    /** `image/png`, `image/jpeg` or another */
    type: string;
}

/**
 * The picture of a print, for as long as it takes to get it from its source.
 * @returns null where there is none
 * @throws as `retryWhileUnavailable`
 */
export type PictureOf = (print: Print, signal: AbortSignal) => Promise<Picture | null>;
