import type { Reply } from '../listener';

/** What came, read by its content type. */
type Fields = Record<string, unknown>;

interface Refusal {
    status: number;
    body: unknown;
}

/**
 * A chat service, as strict as its documentation says it is.
 * - Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook
 * - Telegram: https://core.telegram.org/bots/api#sendmessage
 * - ntfy: https://docs.ntfy.sh/publish/#publish-as-json
 * - Slack: https://api.slack.com/messaging/webhooks
 * - Home Assistant: https://www.home-assistant.io/docs/automation/trigger/#webhook-trigger
 * - Gotify: https://gotify.net/api-docs#/message/createMessage
 */
export interface Service {
    path: RegExp;
    /** what it refuses; null: it takes it */
    judge: (fields: Fields, header: (name: string) => string) => Refusal | null;
    /** of what it takes */
    answer: { status: number; body: unknown };
}

const isText = (value: unknown, most: number): boolean =>
    typeof value === 'string' && value.trim() !== '' && value.length <= most;

export const SERVICES: Readonly<Record<string, Service>> = {
    discord: {
        path: /^\/api\/webhooks\/\d+\/[\w-]+$/,
        judge: ({ content, file }) => {
            if (content !== undefined && typeof content !== 'string')
                return { status: 400, body: { content: ['Could not interpret as string.'] } };
            if (content !== undefined && content.length > 2000)
                return { status: 400, body: { content: ['Must be 2000 or fewer in length.'] } };
            const isEmpty = (content ?? '') === '' && file === undefined;
            return isEmpty ? { status: 400, body: { message: 'Cannot send an empty message', code: 50006 } } : null;
        },
        answer: { status: 204, body: '' },
    },
    telegram: {
        path: /^\/bot\d+:[\w-]+\/sendMessage$/,
        judge: ({ chat_id: chat, text }) => {
            const refused = (description: string): Refusal => ({
                status: 400,
                body: { ok: false, error_code: 400, description: `Bad Request: ${description}` },
            });
            if (!/^-?\d+$|^@\w+$/.test(String(chat))) return refused('chat not found');
            return isText(text, 4096) ? null : refused('message text is empty');
        },
        answer: { status: 200, body: { ok: true, result: { message_id: 1 } } },
    },
    ntfy: {
        path: /^\/$/,
        judge: ({ topic, title, message, tags, click }) => {
            const refused = (error: string): Refusal => ({ status: 400, body: { code: 40024, http: 400, error } });
            if (typeof topic !== 'string' || !/^[-_A-Za-z0-9]{1,64}$/.test(topic)) return refused('topic invalid');
            const texts = [title, message, click].every((each) => each === undefined || typeof each === 'string');
            const isList = tags === undefined || (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string'));
            return texts && isList ? null : refused('request body must be message JSON');
        },
        answer: { status: 200, body: { id: 'a', event: 'message' } },
    },
    slack: {
        path: /^\/services\/T\w+\/B\w+\/\w+$/,
        judge: ({ text, ...others }) => {
            const known = ['blocks', 'attachments', 'thread_ts', 'mrkdwn'];
            if (Object.keys(others).some((key) => !known.includes(key)))
                return { status: 400, body: 'invalid_payload' };
            return isText(text, 40_000) ? null : { status: 400, body: 'no_text' };
        },
        answer: { status: 200, body: 'ok' },
    },
    homeAssistant: {
        path: /^\/api\/webhook\/[\w-]+$/,
        // any JSON object; without the content type it is no `trigger.json`
        judge: (fields, header) =>
            header('content-type').startsWith('application/json') && Object.keys(fields).length > 0
                ? null
                : { status: 400, body: '' },
        answer: { status: 200, body: '' },
    },
    gotify: {
        path: /^\/message$/,
        judge: ({ message, title, priority }, header) => {
            const refused = (status: number, error: string): Refusal => ({
                status,
                body: { error, errorCode: status, errorDescription: error },
            });
            if (!/^A[\w.-]{14}$/.test(header('x-gotify-key'))) return refused(401, 'Unauthorized');
            if (!isText(message, 100_000)) return refused(400, "Field 'message' is required");
            const isWhole = priority === undefined || Number.isInteger(priority);
            return isWhole && (title === undefined || typeof title === 'string') ? null : refused(400, 'Bad Request');
        },
        answer: { status: 200, body: { id: 1, appid: 1 } },
    },
};

/** A server that is this service. */
export function replyOf({ path, judge, answer }: Service): Reply {
    return ({ method, url, headers, body }, response) => {
        const header = (name: string): string => {
            const value = headers[name];
            return typeof value === 'string' ? value : '';
        };
        void fieldsOf(header('content-type'), body)
            .then((fields) => {
                if (method !== 'POST' || !path.test(url)) return { status: 404, body: 'no such place' };
                return fields === null ? { status: 400, body: 'unreadable' } : (judge(fields, header) ?? answer);
            })
            .then(({ status, body: said }) => {
                response.writeHead(status, { 'Content-Type': 'application/json' });
                response.end(typeof said === 'string' ? said : JSON.stringify(said));
            });
    };
}

/** JSON, or a form with files. @returns null where it is neither */
async function fieldsOf(contentType: string, body: Buffer): Promise<Fields | null> {
    if (contentType.startsWith('multipart/form-data')) {
        const form = await new Response(new Uint8Array(body), { headers: { 'Content-Type': contentType } }).formData();
        const fields: Fields = {};
        form.forEach((value, key) => void (fields[key] = value));
        return fields;
    }
    if (!contentType.startsWith('application/json')) return null;
    try {
        return JSON.parse(body.toString('utf8')) as Fields;
    } catch {
        return null;
    }
}
