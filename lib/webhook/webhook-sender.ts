import type { Picture } from '../http/picture-type';
import { redactor } from '../http/redact';
import type { NumberReader } from './template/json';
import { pythonNumber } from './legacy-octoprint-webhooks/python';
import { compileText, type TextTemplate } from './template/text-template';
import { systemClock, type Clock } from '../concurrency/clock';
import { DEFAULT_MESSAGES } from './request/events';
import { HookFailure } from './transport/failure';
import { OAuth, secretsIn } from './request/oauth';
import { compileOldCall } from './legacy-octoprint-webhooks/legacy-request';
import { compileCall, HOOK_FIELDS, messageText, OAUTH_FIELDS, type Call, type HookRequest } from './request/request';
import { sendWell, type HookAnswer, type SendOptions } from './transport/send';
import type { HookSecrets, HookSettings } from './request/settings';

export interface WebhookSenderOptions {
    timeoutMs: number;
    insecure: boolean;
    clock?: Clock;
}

/** Shorter ones would be found in ordinary words. */
const SHORTEST_KEY = 4;

/** A webhook, compiled once, that makes and sends the request of an event. */
export class WebhookSender {
    readonly call: Call;
    private readonly oauth: OAuth | null;
    private readonly messages: ReadonlyMap<string, string>;
    private readonly compiled = new Map<string, TextTemplate>();

    /** @throws HookMistake naming the setting, with line and column where it is no JSON */
    constructor(
        readonly settings: HookSettings,
        private readonly secrets: HookSecrets,
        private readonly options: WebhookSenderOptions,
    ) {
        const { oldRules, oauth } = settings;
        this.call = oldRules ? compileOldCall(settings, HOOK_FIELDS) : compileCall(settings, HOOK_FIELDS);
        const number: NumberReader = oldRules ? pythonNumber : Number;
        this.oauth =
            oauth === null
                ? null
                : new OAuth(
                      oldRules ? compileOldCall(oauth, OAUTH_FIELDS, true) : compileCall(oauth, OAUTH_FIELDS),
                      secrets.oauthSecret,
                      options.clock ?? systemClock,
                      number,
                  );
        this.messages = new Map(settings.topics.map(({ topic, message }) => [topic, message]));
    }

    /** Whether this topic is sent; none listed: all are. */
    wants(topic: string): boolean {
        return this.messages.size === 0 || this.messages.has(topic);
    }

    /**
     * The request of an event, with secrets in it.
     * @throws OldRulesError by the old rules
     */
    request(
        values: Readonly<Record<string, unknown>>,
        picture: Picture | null,
        oauth: Record<string, unknown> = {},
    ): HookRequest {
        const { oldRules } = this.settings;
        const message = oldRules ? this.template(values) : messageText(this.textOf(this.template(values)), values);
        const secrets = { ...oauth, apiSecret: this.secrets.apiSecret, ...(oldRules ? oauth : { oauth }) };
        return this.call.make({ values: { ...values, message }, secrets, picture });
    }

    /**
     * One attempt: OAuth, the request, and once more with a new token where that one was refused.
     * @param key for `Idempotency-Key`
     * @throws HookFailure; OldRulesError; ClosedError
     */
    async send(
        values: Readonly<Record<string, unknown>>,
        picture: Picture | null,
        key: string,
        signal?: AbortSignal,
    ): Promise<HookAnswer> {
        for (let renewed = false; ; renewed = true) {
            const oauth = (await this.oauth?.answer(this.sendOptions([], signal))) ?? {};
            const request = this.request(values, picture, oauth);
            const secrets = [...secretsIn(oauth), ...authorizationOf(request)];
            try {
                return await sendWell(withKey(request, key), this.sendOptions(secrets, signal));
            } catch (error) {
                const refused = error instanceof HookFailure && error.status === 401;
                if (this.oauth === null || !refused) throw error;
                this.oauth.drop();
                if (renewed) throw error;
            }
        }
    }

    /** Options for a call whose answer may repeat one of our secrets. */
    sendOptions(more: readonly string[] = [], signal?: AbortSignal): SendOptions {
        const { timeoutMs, insecure } = this.options;
        const secrets = [this.secrets.apiSecret, this.secrets.oauthSecret, ...more].filter((each) => each !== '');
        return { timeoutMs, insecure, secrets, signal };
    }

    /** Takes the user's secrets out of a text. */
    redact(text: string): string {
        return redactor([this.secrets.apiSecret, this.secrets.oauthSecret])(text);
    }

    /** The row's text, else what the event says itself, else the topic's usual one. */
    private template(values: Readonly<Record<string, unknown>>): string {
        const topic = String(values['topic']);
        const own = this.messages.get(topic) ?? '';
        if (own !== '') return own;
        const message = values['message'];
        // said by the event: no template
        if (typeof message === 'string' && message !== '')
            return this.settings.oldRules ? message : message.replaceAll('@', '@@');
        return DEFAULT_MESSAGES[topic] ?? topic;
    }

    private textOf(template: string): TextTemplate {
        let compiled = this.compiled.get(template);
        if (compiled === undefined) {
            // texts of events are as many as events
            if (this.compiled.size > 100) this.compiled.clear();
            this.compiled.set(template, (compiled = compileText(template)));
        }
        return compiled;
    }
}

function withKey(request: HookRequest, key: string): HookRequest {
    if (key === '' || request.headers.some(([name]) => name.toLowerCase() === 'idempotency-key')) return request;
    return { ...request, headers: [...request.headers, ['Idempotency-Key', key]] };
}

/** The value of Authorization is a secret, wherever it was set. */
function authorizationOf({ headers }: HookRequest): string[] {
    return headers
        .filter(([name]) => name.toLowerCase() === 'authorization')
        .flatMap(([, value]) => {
            const token = value.replace(/^\S+\s+/, '');
            if (!/^basic\s/i.test(value)) return [value, token];
            const [name, password] = Buffer.from(token, 'base64')
                .toString('utf8')
                .split(/:([^]*)/);
            // a key may stand alone before the @
            const key = password === undefined || password === '' ? (name ?? '') : password;
            return key.length < SHORTEST_KEY ? [value, token] : [value, token, key];
        });
}
