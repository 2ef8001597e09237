import * as v from 'valibot';
import { Failure, type RequestOutcome } from '../../http/errors';
import { rowOf, type VkMeaning, type VkRemedy } from './error-table';

/** As it stands in `error` and `execute_errors`; `request_params`, which may hold the token, is not read. */
const errorSchema = v.looseObject({
    error_code: v.number(),
    error_msg: v.fallback(v.optional(v.string(), ''), ''),
    error_text: v.fallback(v.optional(v.string(), ''), ''),
    method: v.fallback(v.optional(v.string()), undefined),
});

/** Who failed: for texts. */
export interface VkPlace {
    /** address of the API */
    baseUrl: string;
    /** e.g. `market.add` */
    method: string;
    redact: (text: string) => string;
}

const CODES = {
    slow: 'UNAVAILABLE',
    flood: 'UNAVAILABLE',
    quota: 'UNAVAILABLE',
    again: 'UNAVAILABLE',
    unknown: 'UNAVAILABLE',
    person: 'AUTH',
    item: 'REJECTED',
} as const satisfies Record<VkRemedy, Failure['code']>;

/** VK answered, with an error. The message holds its words and what to do, never `request_params` and never a token. */
export class VkError extends Failure {
    readonly code: Failure['code'];

    constructor(
        message: string,
        /** e.g. `market.add` */
        readonly method: string,
        /** VK's number of it, e.g. 100 */
        readonly errorCode: number,
        readonly remedy: VkRemedy,
        readonly meaning: VkMeaning | undefined,
        /** VK's own words, without secrets */
        readonly words: string,
    ) {
        super(message, { server: 'VK', request: `POST /method/${method}` });
        this.code = CODES[remedy];
    }

    get waits(): 'line' | null {
        return this.remedy === 'item' ? null : 'line';
    }

    /** What is known of the call. */
    get outcome(): RequestOutcome {
        return this.remedy === 'unknown' ? 'unknown' : 'refused';
    }

    /** The same error, of a call that may be sent again now. */
    toSendAgain(): VkError {
        return new VkError(this.message, this.method, this.errorCode, 'again', this.meaning, this.words);
    }
}

/**
 * Makes an error of what VK answered in `error` or `execute_errors`.
 * @returns null where it is none: it has no code
 */
export function vkErrorOf(said: unknown, place: VkPlace): VkError | null {
    const result = v.safeParse(errorSchema, said);
    if (!result.success) return null;
    const { error_code: code, error_msg, error_text, method = place.method } = result.output;
    const words = place
        .redact(error_text === '' ? error_msg : error_text)
        .slice(0, 300)
        .replace(/\.+$/, '');
    // tables know the English words alone
    const { remedy, meaning, todo } = rowOf(code, error_msg);
    const told = `VK (${place.baseUrl}) answered ${method} with error ${code}${words === '' ? '' : `: ${words}`}`;
    return new VkError(todo === undefined ? told : `${told}. ${todo}`, method, code, remedy, meaning, words);
}
