import assert from 'node:assert/strict';
import fc from 'fast-check';
import { oldText, OldRulesError } from '../../../../lib/webhook/legacy-octoprint-webhooks/legacy-template';
import { HookMistake } from '../../../../lib/webhook/request/settings';
import { compileCall, HOOK_FIELDS } from '../../../../lib/webhook/request/request';
import { METHODS } from '../../../../lib/webhook/request/settings';

const RUNS = 10_000;
const SECRET = 'sEcReT-7f3a';
const TOKEN = 'tOkEn-91bc';

/** Characters and pieces that mean something to templates, URLs, JSON or headers. */
const piece = fc.oneof(
    fc.constantFrom(
        '@',
        '@@',
        '.',
        '/',
        '?',
        '#',
        '&',
        '=',
        ':',
        '\\',
        '{',
        '}',
        '"',
        '%',
        ' ',
        '\n',
        '\r\n',
        '..',
        '//',
        '$&',
        '@{',
    ),
    fc.constantFrom(
        '@topic',
        '@message',
        '@apiSecret',
        '@access_token',
        '@oauth.access_token',
        '@extra.deep.0',
        '@snapshot',
        '@evil',
    ),
    fc.constantFrom(
        'http://evil.example/',
        'evil.example',
        '@evil.example',
        'user:pass@',
        '\u202e',
        '\ud800',
        'ü',
        '😀',
        '\0',
    ),
    fc.string({ maxLength: 4 }),
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const json = fc.jsonValue({ maxDepth: 3 });

describe(`${RUNS.toLocaleString('en-US')} random templates`, function () {
    this.timeout(120_000);

    it('make a request or a mistake at once, never with a secret or another host in the address', () => {
        fc.assert(
            fc.property(
                fc.record({
                    rest: text,
                    header: text,
                    data: fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 3 })), { maxKeys: 4 }),
                    method: fc.constantFrom(...METHODS),
                    type: fc.constantFrom('json' as const, 'form' as const),
                    values: fc.dictionary(
                        fc.constantFrom('topic', 'message', 'extra', 'evil', '__proto__'),
                        fc.oneof(text, json),
                    ),
                    pictured: fc.boolean(),
                }),
                ({ rest, header, data, method, type, values, pictured }) => {
                    const settings = {
                        url: `http://good.example:8080/${rest}`,
                        method,
                        type,
                        headers: JSON.stringify({ 'X-Any': header }),
                        data: JSON.stringify(data),
                    };
                    let call;
                    try {
                        call = compileCall(settings, HOOK_FIELDS);
                    } catch (error) {
                        assert.ok(error instanceof HookMistake, String(error));
                        return;
                    }
                    const secrets = { apiSecret: SECRET, access_token: TOKEN, oauth: { access_token: TOKEN } };
                    const picture = pictured ? { bytes: Buffer.from('x'), type: 'image/jpeg' } : null;
                    const made = call.make({ values, secrets, picture });
                    assert.equal(made.origin, 'http://good.example:8080');
                    assert.equal(new URL(made.origin + made.target).origin, made.origin);
                    // nothing in it that a server or proxy could read as another request or host
                    assert.match(made.target, /^\/[\x21-\x7e]*$/);
                    for (const secret of [SECRET, TOKEN]) assert.ok(!made.target.includes(secret));
                    for (const [name, value] of made.headers)
                        assert.match(`${name}: ${value}`, /^[\x20-\x7e\x80-\xff]*$/);
                },
            ),
            { numRuns: RUNS, seed: 9 },
        );
    });

    it('end by the old rules too, with a text or an error', () => {
        fc.assert(
            fc.property(
                text,
                fc.dictionary(fc.constantFrom('topic', 'message', 'evil', 'extra'), fc.oneof(text, json)),
                (template, values) => {
                    try {
                        oldText(template, values);
                    } catch (error) {
                        assert.ok(error instanceof OldRulesError, String(error));
                    }
                },
            ),
            { numRuns: RUNS, seed: 9 },
        );
    });
});
