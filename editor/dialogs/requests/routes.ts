import type {
    Choices,
    Created,
    KeyDecided,
    KeyRequested,
    Names,
    Preview,
    Probe,
    RuleTest,
    SignInBegun,
    SignInResult,
} from '../../../lib/admin/dialogs/wire';
import type { Preview as WebhookPreview, TestSend } from '../../../lib/webhook/test-send/wire';
import type { ShownProblem } from './problems';

/** By route, what the runtime answers. */
interface Answers {
    /** of the server of that kind, e.g. `bambuddy` */
    [test: `test/${string}`]: Probe;
    'octoprint-key/ask': KeyRequested;
    'octoprint-key/decision': KeyDecided;
    'choices/categories': Choices;
    'choices/locations': Choices;
    'choices/statuses': Choices;
    'choices/templates': Choices;
    'choices/spools': Choices;
    'choices/vkCategories': Choices;
    'choices/owners': Choices;
    'choices/currencies': Choices;
    'vk-sign-in/begin': SignInBegun;
    'vk-sign-in/landing': { isKnown: boolean };
    'vk-sign-in/result': SignInResult;
    'choices/printers': Names;
    'choices/projects': Names;
    'choices/tags': Names;
    'create/categories': Created;
    'create/locations': Created;
    'create/templates': Created;
    preview: Preview;
    'rule-test': RuleTest;
    'webhook/preview': WebhookPreview;
    'webhook/send': TestSend;
}
export type Route = keyof Answers;

/** An answer, or only the problem for which there is none. */
export type Answer<R extends Route> = Partial<Omit<Answers[R], 'problem'>> & { problem?: ShownProblem | null };

/** A question that is under way. */
export interface Asking<R extends Route> {
    /** never rejected */
    answer: Promise<Answer<R>>;
    stop: () => void;
}

/** What went wrong before a route of ours could answer, by the status of the answer. */
const NO_ANSWER: Readonly<Record<number, string>> = {
    0: 'nodeRed',
    401: 'notAllowed',
    403: 'notAllowed',
    404: 'noRoute',
};

/**
 * Asks the runtime of this package.
 * @returns its answer, and how to stop asking; an answer that does not come is `{ problem }` like any other
 */
export function ask<R extends Route>(route: R, body: object): Asking<R> {
    const request = $.ajax<Answer<R>>({
        url: `${RED.settings.apiRootUrl || ''}print-to-stock/${route}`,
        method: 'POST',
        contentType: 'application/json',
        dataType: 'json',
        data: JSON.stringify(body),
    });
    const answer = new Promise<Answer<R>>((resolve) => {
        request.done(resolve).fail(({ status, responseJSON }) => {
            const told = responseJSON as Answer<R> | undefined;
            if (told?.problem) return resolve(told);
            const problem: ShownProblem = { kind: NO_ANSWER[status] ?? 'failed', values: {}, message: '' };
            resolve({ problem } as Answer<R>);
        });
    });
    return { answer, stop: () => request.abort() };
}

/** Runs when an element leaves the page for good: the dialog was closed, however that came. */
export function whenGone(element: JQuery, run: () => void): void {
    // jQuery UI tells every element that is removed; a dialog below another one is only taken aside
    element.on('remove', run);
}
