import type { Answer } from './answer';
import { UnavailableError } from './errors';
import { detailsOf, goal, contextName, type RequestContext } from './failure';
import { remedyOf } from './policy';
import type { ForeignAnswer } from './server-traits';
import { answerText, isPage, retryAfter } from './words';

/**
 * An answer that is not in the server's own form: of a proxy, a login page, a container that is only starting. Nothing is
 * concluded from it; of a write nobody knows whether it was done.
 * @param stranger the server never answered in its own form since the deploy
 */
export function foreignFailure(answer: Answer, context: RequestContext, stranger: boolean): UnavailableError {
    const { text, ...cause } = described(answer, context, stranger);
    return new UnavailableError(text, {
        ...detailsOf(context, { status: answer.status }),
        outcome: 'unknown',
        foreign: true,
        stranger,
        retryAfterMs: retryAfter(answer.headers['retry-after']),
        ...(cause.failureKind === undefined ? {} : { ...cause, setting: 'url' }),
    });
}

function described(answer: Answer, context: RequestContext, stranger: boolean): ForeignAnswer {
    const { status, headers } = answer;
    const { server, where } = context;
    const at = contextName(context);
    if (status >= 300 && status < 400) return redirect(answer, context);
    const known = server.foreign?.(answer, context.baseUrl);
    if (known != null) return known;
    const type = headers['content-type'] ?? '';
    if (status < 300 && type.includes('json') && typeof answer.body === 'string' && answer.body !== '')
        return { text: `${at} sent an incomplete response to ${where}` };
    const said = answerText(answer.body, 80, context.redact);
    const by = byWhom(answer, context);
    if (remedyOf(status) === 'wait')
        return { text: `${at} answered ${status} to ${where}${said === '' ? '' : `: ${said}`}${by}` };
    const what = said === '' ? 'nothing' : isPage(answer.body) ? said : `${type.split(';')[0] || 'something'}: ${said}`;
    const question = stranger
        ? `check that this is the address of ${server.label} itself`
        : `check for a proxy, a tunnel or a login page in front of ${server.label}; it may also be starting`;
    return {
        text: `${at} answered ${where} with ${status} and ${what}${by}, not as ${server.label} does: ${question}`,
        failureKind: isPage(answer.body) ? 'html' : 'wrongServer',
        details: { title: said },
    };
}

function redirect(answer: Answer, { server, baseUrl, where, redact }: RequestContext): ForeignAnswer {
    const location = answer.headers['location'] ?? '';
    return {
        text:
            `${server.label} (${baseUrl}) redirects ${where} to ${redact(location)}. ` +
            `Redirects are not followed, so that the ${server.secret} is not sent to another server: enter the address ` +
            'of the redirect, or check the path.',
        failureKind: 'redirect',
        details: { to: redact(goal(location, baseUrl)) },
    };
}

/** The program that answered, where it says so: often that alone tells who stands in between. */
function byWhom({ headers }: Answer, { redact }: RequestContext): string {
    const name = String(headers['server'] ?? '').trim();
    return name === '' ? '' : ` (by ${redact(name).slice(0, 40)})`;
}
