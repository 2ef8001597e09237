import { UnavailableError } from '../../http/errors';
import { argumentsOf, type CallResult, type VkCall } from './call';
import { vkErrorOf, type VkError, type VkPlace } from './errors';

/** Calls in one `execute` (official text, copied in the documentation of vk-io). */
export const MOST_CALLS = 25;
/** Bytes of code. The limit is not documented; longer forms were not seen to work. */
export const MOST_CODE = 60_000;
const FRAME = 'return [];'.length;

/** The code of an `execute` that makes these calls one after the other. */
export function codeOf(calls: readonly VkCall<unknown>[]): string {
    return `return [${calls.map(expression).join(',')}];`;
}

/** Divides calls into batches of which each fits into one `execute`; the order stays. */
export function batchesOf<T extends VkCall<unknown>>(calls: readonly T[]): T[][] {
    const batches: T[][] = [];
    let room = 0;
    for (const call of calls) {
        const size = Buffer.byteLength(expression(call)) + 1;
        const last = batches.at(-1);
        if (last !== undefined && last.length < MOST_CALLS && size <= room) last.push(call);
        else {
            batches.push([call]);
            room = MOST_CODE - FRAME;
        }
        room -= size;
    }
    return batches;
}

/**
 * What each call of an `execute` brought. VK answers `false` in the place of one that failed and lists the errors in
 * their order.
 * @param calls in the order of the code
 * @returns as many as there are calls. Where the answer does not tell which call an error is of, these calls have an
 *   unknown outcome
 */
export function resultsOf<T>(
    calls: readonly VkCall<T>[],
    response: unknown,
    executeErrors: unknown,
    place: VkPlace,
): CallResult<T>[] {
    const values: readonly unknown[] = Array.isArray(response) ? response : [];
    const errors: readonly unknown[] = Array.isArray(executeErrors) ? executeErrors : [];
    const failed = calls.flatMap((_call, at) => (values[at] === false || values[at] === undefined ? [at] : []));
    const isTold = failed.length === errors.length && values.length === calls.length;
    return calls.map((call, at): CallResult<T> => {
        const nth = failed.indexOf(at);
        if (nth < 0) return read(call, values[at]);
        const error = isTold ? errorOf(errors[nth], call, place) : null;
        return { value: null, error: error ?? unknownOutcome(call, place) };
    });
}

function expression({ method, params }: VkCall<unknown>): string {
    return `API.${method}(${argumentsOf(params)})`;
}

function read<T>(call: VkCall<T>, value: unknown): CallResult<T> {
    try {
        return { value: call.read(value), error: null };
    } catch (error) {
        return { value: null, error: error as Error };
    }
}

/** @returns null where the error names another method: then the order is not what we think */
function errorOf(said: unknown, call: VkCall<unknown>, place: VkPlace): VkError | null {
    const error = vkErrorOf(said, { ...place, method: call.method });
    return error?.method === call.method ? error : null;
}

function unknownOutcome(call: VkCall<unknown>, { baseUrl }: VkPlace): UnavailableError {
    return new UnavailableError(`VK (${baseUrl}) did not say what came of ${call.method} in an execute`, {
        server: 'VK',
        request: `POST /method/${call.method}`,
        outcome: 'unknown',
    });
}
