import type { Mistake, ShownRequest } from '../../../lib/webhook/test-send/wire';
import { problemText } from './problems';
import { ask, whenGone, type Answer, type Asking } from './routes';

const PAUSE_MS = 300;
/** The settings that can hold a mistake, each with a place for it. */
const FIELDS = ['url', 'data', 'headers', 'oauthUrl', 'oauthData', 'oauthHeaders'];

/** What is said below the button that sends. */
interface Result {
    text: string;
    failed?: boolean;
    /** headers and body of the answer */
    answer?: string;
}

/**
 * Shows in the dialog of the webhook the request that its settings make of an example, with their mistakes, and sends it
 * when asked to.
 * @param settings () → `{ id, config, secrets, topic }` as they stand in the dialog
 * @returns `look()`, to be called after each change
 */
export function webhookRequest(settings: () => object, t: Translate): { look: () => void } {
    const send = $('#print-webhook-send');
    let looking: Asking<'webhook/preview'> | null = null;
    let sending: Asking<'webhook/send'> | null = null;
    let timer: number | undefined;

    async function look(): Promise<void> {
        looking?.stop();
        const mine = (looking = ask('webhook/preview', settings()));
        const seen = await mine.answer;
        // an answer that was overtaken is nobody's
        if (mine === looking) show(seen);
    }

    function show({ mistakes, request = null, wanted = false }: Answer<'webhook/preview'>): void {
        if (!mistakes) return;
        showMistakes(mistakes, t);
        showRequest(request, wanted, t);
    }

    async function sendNow(): Promise<void> {
        send.prop('disabled', true).attr('aria-busy', 'true');
        showResult({ text: t('test.sending') });
        const mine = (sending = ask('webhook/send', settings()));
        const seen = await mine.answer;
        if (mine !== sending) return;
        send.prop('disabled', false).removeAttr('aria-busy');
        show(seen);
        showResult(resultOf(seen, t));
    }

    send.on('click', () => void sendNow());
    whenGone(send, () => {
        clearTimeout(timer);
        looking?.stop();
        sending?.stop();
        sending = null;
    });
    return {
        look: () => {
            clearTimeout(timer);
            timer = setTimeout(() => void look(), PAUSE_MS);
        },
    };
}

function showMistakes(mistakes: readonly Mistake[], t: Translate): void {
    for (const field of FIELDS) {
        const found = mistakes.find((mistake) => mistake.field === field);
        const text = found ? mistakeText(found, t) : '';
        const place = $(`#print-webhook-mistake-${field}`);
        // an alert is read out when it changes, and only then
        if (place.text() !== text) place.text(text);
    }
}

function mistakeText({ field, line, column, key, values, why: english }: Mistake, t: Translate): string {
    const why = key ? t(`why.${key}`, values) : english;
    // said as the field itself says it
    if (key === 'urlEmpty') return t('error.urlMissing');
    if (line) return t('mistake.at', { line, column, why });
    if (key?.startsWith('old')) return t('mistake.old', { why });
    return t('mistake.plain', { label: t(`label.${field}`), why });
}

function showRequest(request: ShownRequest | null, wanted: boolean, t: Translate): void {
    $('#print-webhook-shown').text(request ? requestText(request) : t('test.mistakes'));
    $('#print-webhook-not-sent').text(request && !wanted ? t('hint.notSent') : '');
}

const requestText = ({ method, url, headers, body }: ShownRequest): string =>
    [`${method} ${url}`, ...headers.map((header) => header.join(': ')), '', body].join('\n');

function showResult({ text, failed = false, answer = '' }: Result): void {
    $('#print-webhook-result').text(text).toggleClass('failed', failed);
    $('#print-webhook-answer').text(answer);
}

function resultOf({ request, answer, failure, problem }: Answer<'webhook/send'>, t: Translate): Result {
    if (problem?.kind === 'secretAgain') return { text: t('test.secretAgain'), failed: true };
    if (problem) return { text: problemText(problem), failed: true };
    if (!request) return { text: t('test.mistakes'), failed: true };
    if (!answer) return { text: t('test.failed', { why: failure }), failed: true };
    const { ok, status, ms, headers, body } = answer;
    const lines = Object.entries(headers).map((header) => header.join(': '));
    return {
        text: ok ? t('test.answered', { status, ms }) : t('test.refused', { status }),
        failed: !ok,
        answer: [...lines, ...(lines.length > 0 ? [''] : []), body].join('\n'),
    };
}
