import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MISTAKES, Why, type MistakeKey } from '../../lib/webhook/template/mistakes';
import { oldUrl, OldRulesError } from '../../lib/webhook/legacy-octoprint-webhooks/legacy-template';
import { WebhookSender } from '../../lib/webhook/webhook-sender';
import { preview } from '../../lib/webhook/test-send/test-send';
import type { Mistake } from '../../lib/webhook/test-send/wire';
import type { HookSettings } from '../../lib/webhook/request/settings';
import { webhookSettings } from '../fixtures/webhook-settings';
import { projectRoot } from '../harness/project';
import { textAt } from './texts';

const KEYS = Object.keys(MISTAKES) as MistakeKey[];
const locales = join(projectRoot, 'nodes', 'print-webhook', 'locales');

const USUAL = webhookSettings();
const old = (change: Partial<HookSettings>): Partial<HookSettings> => ({ oldRules: true, ...change });

/** Settings that each mistake is found in, and the field under which it is told. */
const FOUND: Record<MistakeKey, [Partial<HookSettings>, field: string]> = {
    jsonEmpty: [{ data: ' ' }, 'data'],
    jsonTooMuch: [{ data: '{} x' }, 'data'],
    jsonTooDeep: [{ headers: '['.repeat(300) }, 'headers'],
    jsonParameter: [{ data: '{"a": @topic}' }, 'data'],
    jsonSingleQuote: [{ data: `{"a": 'b'}` }, 'data'],
    jsonValueEnd: [{ data: '{"a":' }, 'data'],
    jsonValue: [{ data: '{"a": ?}' }, 'data'],
    jsonSpareComma: [{ data: '{"a": 1,}' }, 'data'],
    jsonNameEnd: [{ data: '{"a": 1,' }, 'data'],
    jsonName: [{ data: '{a: 1}' }, 'data'],
    jsonColonEnd: [{ data: '{"a"' }, 'data'],
    jsonColon: [{ data: '{"a" 1}' }, 'data'],
    jsonCommaEnd: [{ data: '{"a": 1' }, 'data'],
    jsonComma: [{ data: '{"a": [1 2]}' }, 'data'],
    jsonTextEnd: [{ data: '{"a": "b' }, 'data'],
    jsonLineBreak: [{ data: '{"a": "b\n"}' }, 'data'],
    jsonEscape: [{ data: '{"a": "\\x"}' }, 'data'],
    notObject: [{ headers: '[]' }, 'headers'],
    urlEmpty: [{ url: '' }, 'url'],
    urlStart: [old({ url: 'h/' }), 'url'],
    urlHost: [{ url: 'ftp://h/' }, 'url'],
    urlHostParameter: [{ url: 'http://@host/' }, 'url'],
    urlIncomplete: [{ url: 'http://h:port/' }, 'url'],
    urlDots: [{ url: 'http://h/../x' }, 'url'],
    urlSecret: [{ url: 'http://h/@apiSecret' }, 'url'],
    headerName: [{ headers: '{"a b": "c"}' }, 'headers'],
    headerOwn: [{ headers: '{"Host": "c"}' }, 'headers'],
    headerValue: [{ headers: '{"X-A": []}' }, 'headers'],
    oldAddressNoText: [old({}), ''],
    oldOtherHost: [old({ url: 'http://h@topic' }), 'url'],
    oldEndless: [old({ data: '{"a": "@me"}' }), ''],
    oldIntoText: [old({ data: '{"a": "@topic.Print"}' }), 'data'],
    oldIntoList: [old({}), ''],
    oldIntoNull: [old({}), ''],
    oldIntoNumber: [old({}), ''],
    oldHeaderNoText: [old({ headers: '{"X-A": 1}' }), 'headers'],
    oldHeaderWrong: [old({ headers: '{"X-A": "\\n"}' }), 'headers'],
    oldHeadersNoObject: [old({ headers: '[]' }), 'headers'],
    oldDataNoObject: [old({ data: '[]' }), 'data'],
};
/** Those that the example's values do not lead to, by values that do. */
const BY_VALUES: Partial<Record<MistakeKey, [Partial<HookSettings>, Record<string, unknown>]>> = {
    oldEndless: [{ data: '{"a": "@me"}' }, { me: '@me x' }],
    oldIntoList: [{ data: '{"a": "@list.x"}' }, { list: ['x'] }],
    oldIntoNull: [{ data: '{"a": "@none.x"}' }, { none: null }],
    oldIntoNumber: [{ data: '{"a": "@n.x"}' }, { n: true }],
};

function found(settings: HookSettings): Mistake | undefined {
    return preview(settings, 'Print Done').mistakes[0];
}

describe('the mistakes in a webhook’s templates', () => {
    for (const key of KEYS.filter((each) => FOUND[each][1] !== '')) {
        it(`are told by a key, and where they are: ${key}`, () => {
            const [change, field] = FOUND[key];
            const mistake = found({ ...USUAL, ...change });
            assert.deepEqual([mistake?.key, mistake?.field], [key, field]);
            assert.equal(mistake!.why, new Why(key, mistake!.values).text);
            assert.doesNotMatch(mistake!.why, /__/);
            assert.equal(mistake!.line !== null, key.startsWith('json'));
        });
    }

    for (const [key, [change, values]] of Object.entries(BY_VALUES)) {
        it(`are told by a key where values lead to them: ${key}`, () => {
            const sender = new WebhookSender(
                { ...USUAL, ...old(change) },
                { apiSecret: '', oauthSecret: '' },
                { timeoutMs: 1000, insecure: false },
            );
            assert.throws(
                () => sender.request({ topic: 'T', ...values }, null),
                (error) => error instanceof OldRulesError && error.why.key === key,
            );
        });
    }

    it('are told by a key where an address is nothing but a parameter', () => {
        assert.throws(
            () => oldUrl('@n', { n: 1 }),
            (error) => error instanceof OldRulesError && error.why.key === 'oldAddressNoText',
        );
    });

    for (const language of readdirSync(locales)) {
        it(`have a text each in ${language}, with the same values`, () => {
            const texts: unknown = JSON.parse(readFileSync(join(locales, language, 'print-webhook.json'), 'utf8'));
            const places = (text: string): string[] => [...text.matchAll(/__\w+?__/g)].map(([each]) => each).sort();
            for (const key of KEYS) {
                const text = textAt(texts, `print-webhook.why.${key}`);
                assert.ok(text !== undefined, key);
                assert.deepEqual(places(text), places(MISTAKES[key]), key);
                // the runtime's words are the dialog's
                if (language === 'en-US') assert.equal(text, MISTAKES[key]);
                else assert.notEqual(text, MISTAKES[key], key);
            }
            const all = (texts as { 'print-webhook': { why: object } })['print-webhook'].why;
            assert.deepEqual(Object.keys(all).sort(), [...KEYS].sort());
        });
    }
});
