import assert from 'node:assert/strict';
import { JsonMistake, parseJson } from '../../../../lib/webhook/template/json';
import { compileObject, render, TemplateMistake } from '../../../../lib/webhook/template/json-template';
import { lookIn } from '../../../../lib/webhook/template/path';
import { compileText, renderWhole } from '../../../../lib/webhook/template/text-template';
import { compileUrl, renderUrl } from '../../../../lib/webhook/template/url-template';
import { oldText, OldRulesError } from '../../../../lib/webhook/legacy-octoprint-webhooks/legacy-template';
import { repr, Float } from '../../../../lib/webhook/legacy-octoprint-webhooks/python';

const VALUES = {
    topic: 'Print Done',
    message: 'Your print is done.',
    percent: 50,
    current: 'CUR',
    currentZ: 1.2,
    none: null,
    yes: true,
    mail: 'user@example.com',
    list: ['a', { k: 'v' }],
    job: { file: { name: 'my file.gcode' }, user: 'me', average: null, 'a-b': 1 },
    evil: '@topic $& $1',
};

const text = (template: string): unknown => renderWhole(compileText(template), lookIn(VALUES));

describe('a text with parameters', () => {
    for (const [template, expected, promise] of [
        ['(@topic)', '(Print Done)', 'a parameter ends where an identifier ends'],
        ['@topic: @message', 'Print Done: Your print is done.', 'a colon ends it'],
        ['@topic.', 'Print Done.', 'a full stop ends it'],
        ['@percent% complete', '50% complete', 'a percent sign ends it'],
        ['@topic\nnext', 'Print Done\nnext', 'a line break ends it'],
        ['@topic@percent', 'Print Done50', 'another parameter ends it'],
        ['me@example.com, @topic', 'me@example.com, Print Done', 'an e-mail address stays whole'],
        ['@@topic', '@topic', 'two are one literal'],
        ['@topic@@x', 'Print Done@x', 'also behind a parameter'],
        ['@ 5', '@ 5', 'an @ alone stays'],
        ['@current @currentZ', 'CUR 1.2', 'a longer name is another name'],
        ['@{current}Z', 'CURZ', 'braces end a name'],
        ['@{job.a-b}!', '1!', 'braces hold names that are no identifiers'],
        ['@list.0', 'a', 'list indexes work'],
        ['@list.1.k', 'v', 'also on the way'],
        ['@list.length', '', 'a list has no names'],
        ['@job.average._default', '', 'a path into null is missing'],
        ['@topic.length', '', 'a path into a text is missing'],
        ['@job.constructor.name', '', 'nothing of a prototype'],
        ['@none', null, 'null alone is null'],
        ['[@none]', '[]', 'null in a text is nothing'],
        ['@yes', true, 'a type is kept'],
        ['is @yes', 'is true', 'and written as JSON in a text'],
        ['@job.file', { name: 'my file.gcode' }, 'objects too'],
        ['f @job.file', 'f {"name":"my file.gcode"}', 'as JSON in a text'],
        ['@missing', '', 'missing is empty'],
        ['@mail', 'user@example.com', 'values are never expanded again'],
        ['<@evil>', '<@topic $& $1>', 'whatever they hold'],
        ['über@topic', 'über@topic', 'letters of every alphabet'],
    ] as [string, unknown, string][]) {
        it(`${promise}: ${JSON.stringify(template)}`, () => assert.deepEqual(text(template), expected));
    }
});

describe('a JSON template', () => {
    it('is filled in all its texts, and in no name', () => {
        const template = compileObject('{"@topic": ["@percent", {"a": "x @yes"}], "n": 1.5, "z": null}');
        assert.deepEqual(render(template, lookIn(VALUES)), { '@topic': [50, { a: 'x true' }], n: 1.5, z: null });
    });

    it('keeps __proto__ a name like any other', () => {
        const filled = render(compileObject('{"__proto__": {"x": "@percent"}}'), lookIn(VALUES)) as object;
        assert.equal(JSON.stringify(filled), '{"__proto__":{"x":50}}');
        assert.equal(({} as Record<string, unknown>)['x'], undefined);
    });

    for (const [json, line, column] of [
        ['{"a": @topic}', 1, 7],
        ['{\n  "a": 1,\n}', 3, 1],
        ['{\n  "a": "x\n"}', 2, 10],
        ["{'a': 1}", 1, 2],
        ['{"a": 1} x', 1, 10],
        ['{"a": "\\x"}', 1, 8],
        ['', 1, 1],
        ['{"a": 01}', 1, 8],
        ['{"a"\n 1}', 2, 2],
        ['[1, 2', 1, 6],
        ['{"a": NaN}', 1, 7],
    ] as [string, number, number][]) {
        it(`says where the mistake is: ${JSON.stringify(json)}`, () => {
            assert.throws(
                () => parseJson(json),
                (error) => error instanceof JsonMistake && error.line === line && error.column === column,
            );
        });
    }

    it('takes what JSON.parse takes, and nothing else', () => {
        for (const json of [
            '{"a":[1,-0.5e3,true,null,"\\u00fc\\ud83d\\ude00\\n"],"b":{}}',
            ' [] ',
            '"x"',
            '{"a":1,"a":2}',
        ])
            assert.deepEqual(parseJson(json), JSON.parse(json));
        for (const json of ['{', '[1,]', '.5', '+1', '1.', 'tru', '"\t"', '{a:1}', '[]]', '-', '\u00a0{}'])
            assert.throws(() => parseJson(json), JsonMistake, json);
        assert.throws(() => parseJson('['.repeat(100_000)), JsonMistake);
    });

    it('must be an object', () => {
        assert.throws(() => compileObject('["@topic"]'), TemplateMistake);
    });
});

describe('an address with parameters', () => {
    const url = (template: string, values: Record<string, unknown> = VALUES): string =>
        renderUrl(
            compileUrl(template, (name) => name === 'apiSecret'),
            lookIn(values),
        ).href;

    it('encodes values', () => {
        assert.equal(
            url('http://h/u/@topic?m=@mail&n=@job.file.name#@topic'),
            'http://h/u/Print%20Done?m=user%40example.com&n=my%20file.gcode',
        );
    });

    it('is led nowhere else by them', () => {
        for (const value of [
            '../..',
            '..',
            '.',
            '//evil.example/',
            '@evil.example',
            '\\evil',
            '?x#y',
            'http://evil.example',
        ]) {
            const made = new URL(url('http://h:81/a/@x/b?q=@x', { x: value }));
            assert.equal(made.host, 'h:81');
            assert.match(made.pathname, /^\/a\/[^/]+\/b$/);
        }
    });

    it('keeps user and password, and takes no parameter for the host', () => {
        const template = compileUrl('http://me:p%40ss@host.lan/x@topic', () => false);
        assert.deepEqual([template.origin, template.user], ['http://host.lan', { name: 'me', password: 'p@ss' }]);
        for (const wrong of ['http://@topic/x', '@topic', 'ftp://h/', 'http://', '', 'http://h/../x', '//h/x'])
            assert.throws(() => compileUrl(wrong, () => false), TemplateMistake, wrong);
    });

    it('takes no secret', () => {
        assert.throws(() => url('http://h/@apiSecret'), /URLs are logged/);
    });
});

describe('the old rules', () => {
    it('end with an error where the plugin never ends', () => {
        for (const text of ['@self', '@ping', 'x @grow y', '@twice'])
            assert.throws(
                () =>
                    oldText(text, {
                        self: '@self',
                        ping: '@pong',
                        pong: '@ping',
                        grow: 'x @grow',
                        twice: '@twice @twice',
                    }),
                OldRulesError,
            );
    });

    it('write numbers as Python does', () => {
        for (const [value, written] of [
            [1e22, '10000000000000000000000'],
            [new Float(1e22), '1e+22'],
            [1e-7, '1e-07'],
            [0.0001, '0.0001'],
            [0.00001234, '1.234e-05'],
            [new Float(100), '100.0'],
            [new Float(1e15), '1000000000000000.0'],
            [new Float(1e16), '1e+16'],
            [new Float(-0), '-0.0'],
            [123456.789, '123456.789'],
            [-0.5, '-0.5'],
        ] as [unknown, string][])
            assert.equal(repr(value), written);
    });
});
