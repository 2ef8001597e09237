import { randomUUID } from 'node:crypto';
import { redactor } from '../../http/redact';
import type { MistakeKey, Why } from '../template/mistakes';
import { OldRulesError } from '../legacy-octoprint-webhooks/legacy-template';
import { eventOf } from '../request/events';
import { HookFailure, isSuccess } from '../transport/failure';
import { WebhookSender } from '../webhook-sender';
import { fetchPicture, fitted } from '../picture/picture';
import type { Picture } from '../../http/picture-type';
import type { HookRequest } from '../request/request';
import { ERROR, sampleMessage, SAMPLE_PICTURE } from './samples';
import { HookMistake, type HookField, type HookSecrets, type HookSettings } from '../request/settings';
import type { Mistake, Preview, ShownRequest, TestSend } from './wire';

/** What the dialog shows in the place of a secret. */
export const MASK = '•••';
const MOST_SHOWN = 4000;

const LIMITS = { timeoutMs: 30_000, insecure: false };
const MASKED: HookSecrets = { apiSecret: MASK, oauthSecret: MASK };
const MASKED_OAUTH = { access_token: MASK, refresh_token: MASK, token_type: 'Bearer', expires_in: 3600 };

/** The one type of node that `ERROR` of the samples names beside core's. */
const parksInSamples = (type: string): boolean => type === ERROR.source.type;

/** The request that an event of this topic would send, its secrets masked; every mistake of the settings at once. */
export function preview(settings: HookSettings, topic: string): Preview {
    const { values, topic: known } = eventOf(sampleMessage(topic), settings.deviceIdentifier, parksInSamples);
    const mistakes = mistakesOf(settings);
    if (mistakes.length > 0) return { topic: known, wanted: false, request: null, mistakes };
    const sender = new WebhookSender(settings, MASKED, LIMITS);
    try {
        const picture = { bytes: Buffer.from('(picture)'), type: 'image/jpeg' };
        const request = sender.request(values, picture, settings.oauth === null ? {} : MASKED_OAUTH);
        return { topic: known, wanted: sender.wants(known), request: shown(request, settings), mistakes };
    } catch (error) {
        return { topic: known, wanted: false, request: null, mistakes: [mistakeOf(error)] };
    }
}

/** Sends it once, to the real address, whatever topics are chosen. Never throws. */
export async function testSend(
    settings: HookSettings,
    secrets: HookSecrets,
    topic: string,
    options: { timeoutMs: number; insecure: boolean; snapshotUrl: string },
): Promise<TestSend> {
    const seen = preview(settings, topic);
    if (seen.request === null) return { ...seen, answer: null, failure: null };
    const sender = new WebhookSender(settings, secrets, options);
    const { values } = eventOf(sampleMessage(topic), settings.deviceIdentifier, parksInSamples);
    const redact = redactor([secrets.apiSecret, secrets.oauthSecret]);
    try {
        const picture = sender.call.wantsPicture ? await pictureFor(sender, options.snapshotUrl) : null;
        const { status, headers, body, ms } = await sender.send(values, picture, randomUUID());
        const shownHeaders = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
        const answer = {
            status,
            ok: isSuccess(status),
            headers: Object.fromEntries(shownHeaders.map(([name, value]) => [name, redact(value)])),
            body: redact(body.toString('utf8')).slice(0, MOST_SHOWN),
            ms,
        };
        return { ...seen, answer, failure: null };
    } catch (error) {
        if (!(error instanceof HookFailure) || error.status === undefined || error.message.startsWith('OAuth'))
            return { ...seen, answer: null, failure: redact(error instanceof Error ? error.message : String(error)) };
        const answer = { status: error.status, ok: false, headers: {}, body: error.body ?? '', ms: 0 };
        return { ...seen, answer, failure: redact(error.message) };
    }
}

/** All mistakes, not only the first: each field is compiled with the others left out. */
export function mistakesOf(settings: HookSettings): Mistake[] {
    const bare = { ...settings, headers: '{}', data: '{}', url: 'http://h/', oauth: null };
    const { oauth } = settings;
    const bareOAuth = oauth === null ? null : { ...oauth, url: 'http://h/', headers: '{}', data: '{}' };
    const attempts: HookSettings[] = [
        { ...bare, url: settings.url },
        { ...bare, headers: settings.headers },
        { ...bare, data: settings.data },
        ...(oauth === null || bareOAuth === null
            ? []
            : [
                  { ...bare, oauth: { ...bareOAuth, url: oauth.url } },
                  { ...bare, oauth: { ...bareOAuth, headers: oauth.headers } },
                  { ...bare, oauth: { ...bareOAuth, data: oauth.data } },
              ]),
    ];
    return attempts.flatMap((attempt) => {
        try {
            new WebhookSender(attempt, MASKED, LIMITS);
            return [];
        } catch (error) {
            if (error instanceof HookMistake) return [mistakeOf(error)];
            throw error;
        }
    });
}

/** Of the old rules' mistakes those that are not in the data. */
const OLD_FIELDS: Partial<Record<MistakeKey, HookField>> = {
    oldAddressNoText: 'url',
    oldOtherHost: 'url',
    oldHeaderNoText: 'headers',
    oldHeaderWrong: 'headers',
    oldHeadersNoObject: 'headers',
};

function mistakeOf(error: unknown): Mistake {
    const reasonOf = ({ key, values, text }: Why) => ({ key, values, why: text });
    if (error instanceof HookMistake)
        return { field: error.field, line: error.line, column: error.column, ...reasonOf(error.why) };
    if (error instanceof OldRulesError)
        return { field: OLD_FIELDS[error.why.key] ?? 'data', line: null, column: null, ...reasonOf(error.why) };
    const why = error instanceof Error ? error.message : String(error);
    return { field: 'data', line: null, column: null, why, key: null, values: {} };
}

/** As it would be sent, but for user name and password of the address. */
function shown(request: HookRequest, settings: HookSettings): ShownRequest {
    const own = /"authorization"/i.test(settings.headers);
    return {
        method: request.method,
        url: request.origin + request.target,
        headers: request.headers.map(([name, value]) => [
            name,
            name.toLowerCase() === 'authorization' && !own ? MASK : Buffer.from(value, 'latin1').toString('utf8'),
        ]),
        body: (request.body ?? '').toString('utf8').slice(0, MOST_SHOWN),
    };
}

async function pictureFor(sender: WebhookSender, address: string): Promise<Picture | null> {
    if (address === '') return SAMPLE_PICTURE;
    const picture = await fetchPicture(address, sender.sendOptions());
    return picture === null ? null : fitted(picture);
}
