import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { parseJson } from '../../lib/webhook/template/json';
import { OldRulesError } from '../../lib/webhook/legacy-octoprint-webhooks/legacy-template';
import { pythonNumber } from '../../lib/webhook/legacy-octoprint-webhooks/python';
import { compileOldCall } from '../../lib/webhook/legacy-octoprint-webhooks/legacy-request';
import type { Picture } from '../../lib/http/picture-type';
import { HOOK_FIELDS, OAUTH_FIELDS, type HookRequest } from '../../lib/webhook/request/request';
import { HookMistake, type CallSettings, type Method } from '../../lib/webhook/request/settings';
import { recordingsAvailable, recordingsRoot } from './recordings';

const FOLDER = 'octoprint-webhooks';
type Values = Record<string, unknown>;

interface Recorded {
    hook?: Record<string, string> & { oauth?: boolean };
    trigger?: Record<string, { event?: string }>;
    oauth_answer?: { status: number; body: unknown } | null;
    params_seen_by_witness_hook?: Values | null;
    requests?: { method: string; target: string; headers: [string, string][]; body_b64: string }[] | null;
}

const MESSAGES: Record<string, string> = {
    PrintStarted: 'eventPrintStartedMessage',
    PrintDone: 'eventPrintDoneMessage',
    PrintFailed: 'eventPrintFailedMessage',
    PrintPaused: 'eventPrintPausedMessage',
    plugin_webhooks_notify: 'eventUserActionNeededMessage',
    plugin_webhooks_progress: 'eventPrintProgressMessage',
    Error: 'eventErrorMessage',
};

/** What the old rules cannot be held to here, with the reason. */
const NOT_REPLAYED: Record<string, string> = {
    '75b-oauth-list-pairs': 'a list of pairs that Python takes for an object by accident; to us it is no OAuth answer',
    '82-url-empty': 'refused at deploy, as a setting',
    '83-url-no-scheme': 'refused at deploy, as a setting',
};

/** There the plugin had no picture, or lost it (97a, 97b: it cannot make one smaller any more; we can). */
const WITHOUT_PICTURE = /^(97[abcd]|98b)/;

/** The plugin's own sending of OAuth fails before the hook is made: there is nothing to compare. */
const answers = ({ oauth_answer: answer }: Recorded): Values => {
    const body = typeof answer?.body === 'string' ? undefined : answer?.body;
    return (body ?? {}) as Values;
};

describe('the old rules against what OctoPrint-Webhooks 3 sent', function () {
    const folder = path.join(recordingsRoot, FOLDER);
    if (!recordingsAvailable(FOLDER)) {
        it('needs the recordings');
        return;
    }
    const names = fs
        .readdirSync(folder)
        .filter((file) => /^[2-9]\d.*\.json$/.test(file))
        .map((file) => file.slice(0, -'.json'.length))
        .filter((name) => !(name in NOT_REPLAYED));

    let compared = 0;
    for (const name of names) {
        const read = (): Recorded =>
            parseJson(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'), pythonNumber) as Recorded;
        const { hook, params_seen_by_witness_hook: seen, trigger } = read();
        const event = Object.values(trigger ?? {})[0]?.event;
        if (hook === undefined || Array.isArray(hook) || seen === undefined || seen === null || event === undefined)
            continue;
        compared++;

        it(name, () => {
            const recorded = read();
            const sent = (recorded.requests ?? []).filter(({ target }) => /^\/(hook|u\b)/.test(target));
            const made = requestOf(
                hook,
                {
                    ...recorded.params_seen_by_witness_hook,
                    deviceIdentifier: hook['deviceIdentifier'],
                    message: hook[MESSAGES[event] ?? ''] ?? '',
                },
                answers(recorded),
                WITHOUT_PICTURE.test(name) ? null : { bytes: Buffer.from('picture'), type: 'image/jpeg' },
            );
            const hookSent = sent.at(0);
            if (hookSent === undefined) {
                // the plugin dropped it: we either refuse to make it, or its OAuth call failed, or nothing answered
                assert.ok(made instanceof Error || failedElsewhere(recorded, name), String(made));
                return;
            }
            assert.ok(!(made instanceof Error), String(made));
            same(made, hookSent);
        });
        if (hook.oauth !== true || !/^7[012]/.test(name)) continue;
        it(`${name}: its OAuth call`, () => {
            const call = compileOldCall(oauthOf(hook), OAUTH_FIELDS, true);
            same(call.make({ values: {}, secrets: {}, picture: null }), read().requests![0]!);
        });
    }

    it('compares most of the recordings', () => assert.ok(compared >= 70, String(compared)));
});

function requestOf(
    hook: Record<string, string>,
    values: Values,
    oauth: Values,
    picture: Picture | null,
): HookRequest | Error {
    try {
        const call = compileOldCall(callOf(hook), HOOK_FIELDS);
        return call.make({ values, secrets: { apiSecret: hook['apiSecret'] ?? '', ...oauth }, picture });
    } catch (error) {
        if (error instanceof OldRulesError || error instanceof HookMistake) return error;
        throw error;
    }
}

function callOf(hook: Record<string, string>): CallSettings {
    return {
        url: hook['url']!,
        method: hook['http_method'] as Method,
        type: hook['content_type'] === 'JSON' ? 'json' : 'form',
        headers: hook['headers']!,
        data: hook['data']!,
    };
}

function oauthOf(hook: Record<string, string>): CallSettings {
    return {
        url: hook['oauth_url']!,
        method: hook['oauth_http_method'] as Method,
        type: hook['oauth_content_type'] === 'JSON' ? 'json' : 'form',
        headers: hook['oauth_headers']!,
        data: hook['oauth_data']!,
    };
}

/** Nothing came although we would send: the picture of these cases is of how an answer or a server failed. */
function failedElsewhere({ hook, oauth_answer: answer }: Recorded, name: string): boolean {
    const oauthFailed = hook?.oauth === true && (typeof answer?.body !== 'object' || (answer?.status ?? 0) >= 400);
    return oauthFailed || /^(7[3-8]|81|85)/.test(name);
}

function same(made: HookRequest, sent: NonNullable<Recorded['requests']>[number]): void {
    assert.equal(made.method, sent.method);
    assert.equal(made.target, sent.target);
    const types = (headers: readonly (readonly [string, string])[]): string[] =>
        headers
            .filter(([name]) => name.toLowerCase().includes('content-type'))
            .map(([name, value]) => `${name}: ${value.replace(/boundary=.*/, 'boundary=')}`)
            .sort();
    assert.deepEqual(types(made.headers), types(sent.headers));
    const own = (headers: readonly (readonly [string, string])[]): string[] =>
        headers
            .filter(([name]) => /^(x-|from|authorization)/i.test(name))
            .map(([name, value]) => `${name}: ${value}`)
            .sort();
    assert.deepEqual(own(made.headers), own(sent.headers));
    const body = Buffer.from(sent.body_b64, 'base64');
    if (types(sent.headers).some((type) => type.includes('multipart'))) {
        assert.deepEqual(partsOf(made.body!), partsOf(body));
    } else {
        assert.equal((made.body ?? Buffer.alloc(0)).toString('utf8'), body.toString('utf8'));
    }
}

/** Heads and texts of a multipart body; of a file its head alone. */
function partsOf(body: Buffer): string[] {
    const text = body.toString('latin1');
    const boundary = text.slice(0, text.indexOf('\r\n'));
    return text
        .split(boundary)
        .map((part) => (part.includes('filename=') ? part.slice(0, part.indexOf('\r\n\r\n')) : part));
}
