import { AuthError, ClosedError, Failure, UnavailableError } from '../../http/errors';
import type { TrustBy } from '../../http/policy';
import type { ServerTraits } from '../../http/server-traits';

/** All that a look at a server from the editor can come upon: one closed list, told in the dialogs' catalogue. */
export const PROBLEM_KINDS = [
    'noAddress',
    'badAddress',
    'userinfo',
    'variable',
    'secretAgain',
    'notDeployed',
    'notReady',
    'noPrint',
    'dns',
    'refused',
    'unreachable',
    'closed',
    'timeout',
    'certificate',
    'certificateExpired',
    'certificateHost',
    'schemeHttps',
    'schemeHttp',
    'html',
    'redirect',
    'wrongServer',
    'wrongPath',
    'swapped',
    'tooOld',
    'unauthorized',
    'noSecret',
    'forbidden',
    'rights',
    'cannotWrite',
    'singleLabel',
    'noPicture',
    'vkScope',
    'vkSignIn',
    'unavailable',
    'rejected',
    'unreadable',
    'closing',
    'failed',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** What works all the same, with something to know. */
const ADVICE: readonly ProblemKind[] = ['singleLabel', 'cannotWrite', 'noPicture', 'noPrint'];

export interface Problem {
    kind: ProblemKind;
    /** what the texts of this kind have places for */
    values: Record<string, string | number>;
    /** the server's or the network's own words, in English; empty where there are none. Holds no secret */
    message: string;
    /** key of the text that says what to do */
    whatToDo: string;
    /** calls work all the same */
    advice: boolean;
}

/** A finding that ends the look. */
export class ProblemError extends Error {
    constructor(readonly problem: Problem) {
        super(problem.kind);
        this.name = 'ProblemError';
    }
}

/** By what a server's node has for it, the text that says what to do about a certificate that is not known. */
const CERTIFICATE: Readonly<Record<TrustBy, string>> = {
    insecure: 'certificate',
    ca: 'certificateCa',
    none: 'certificateNone',
};

export function problem(kind: ProblemKind, values: Problem['values'] = {}, message = ''): Problem {
    const text = kind === 'certificate' ? CERTIFICATE[(values['trustBy'] ?? 'insecure') as TrustBy] : kind;
    return { kind, values, message, whatToDo: `print-to-stock.whatToDo.${text}`, advice: ADVICE.includes(kind) };
}

/** What is said of a server whatever is wrong. @param address as `serverAddress` gives it */
export function aboutServer({ label, secret, trustBy = 'insecure' }: ServerTraits, address: string): Problem['values'] {
    return { server: label, secret, host: hostOf(address), address, trustBy };
}

/** What a failure is to the person at the dialog. @param about as `aboutServer` gives it */
export function problemOf(error: unknown, about: Problem['values']): Problem {
    if (error instanceof ProblemError) return error.problem;
    if (error instanceof ClosedError) return problem('closing', about);
    if (!(error instanceof Failure)) return problem('failed', about);
    return problem(kindOf(error), { ...about, ...error.details }, error.message);
}

function kindOf(failure: Failure): ProblemKind {
    if (failure.failureKind !== undefined) return failure.failureKind;
    if (failure instanceof AuthError) return failure.unknownSecret ? 'unauthorized' : 'forbidden';
    return failure instanceof UnavailableError ? 'unavailable' : 'rejected';
}

function hostOf(address: string): string {
    try {
        return new URL(address).host;
    } catch {
        return address;
    }
}
