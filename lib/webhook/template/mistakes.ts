/**
 * All that can be wrong in a template, by keys that dialogs have a translation for. In English, as errors of the runtime
 * say it; what was typed is not repeated but for names and single characters: it may hold a secret.
 */
export const MISTAKES = {
    // JSON, told with line and column
    jsonEmpty: 'nothing is here; an empty object is {}',
    jsonTooMuch: '__char__ is too much: the JSON ends before it',
    jsonTooDeep: 'more than __most__ levels',
    jsonParameter: 'a parameter stands in quotation marks, as in "@topic"',
    jsonSingleQuote: "JSON takes double quotation marks, not '",
    jsonValueEnd: 'a value is missing: the text ends here',
    jsonValue: 'a value is expected, and not __char__',
    jsonSpareComma: 'a comma before __char__ is one too many',
    jsonNameEnd: 'a name in quotation marks is expected, and the text ends here',
    jsonName: 'a name in quotation marks is expected, not __char__',
    jsonColonEnd: ': is expected after the name, and the text ends here',
    jsonColon: ': is expected after the name, not __char__',
    jsonCommaEnd: ', or __close__ is expected, and the text ends here',
    jsonComma: ', or __close__ is expected, not __char__',
    jsonTextEnd: 'this text has no end: a quotation mark is missing',
    jsonLineBreak: 'a line break or tab inside a text is written \\n or \\t',
    jsonEscape: '\\__char__ means nothing; a backslash itself is \\\\',
    // told behind the name of the setting
    notObject: 'must be an object, as in {"topic": "@topic"}',
    urlEmpty: 'is empty',
    urlStart: 'must begin with http:// or https:// and a host',
    urlHost: 'must begin with http:// or https:// and a host; parameters may stand behind the host only',
    urlHostParameter: 'has no host of its own: a parameter cannot stand for the host',
    urlIncomplete: 'is not a complete address, like https://chat.example/hook',
    urlDots: 'must not hold /./ or /../: write the path it leads to',
    urlSecret: 'must not hold @__name__: addresses are written to logs. Put it into headers or data',
    headerName: 'has a header name that is none: __name__',
    headerOwn: 'must not set __name__: that is made from what is sent',
    headerValue: 'must hold a text for __name__',
    // whole sentences: where the plugin itself would fail
    oldAddressNoText: 'The address is one parameter, and that is no text',
    oldOtherHost: 'The address would lead to another host than __origin__',
    oldEndless: 'A template refers to itself and would never end',
    oldIntoText: '@__path__ goes into a text',
    oldIntoList: '@__path__ goes into a list',
    oldIntoNull: '@__path__ goes into null',
    oldIntoNumber: '@__path__ goes into a number or true/false',
    oldHeaderNoText: 'The header __name__ is no text',
    oldHeaderWrong: 'The header __name__ holds what no header may',
    oldHeadersNoObject: 'The headers are no JSON object',
    oldDataNoObject: 'The data are no JSON object',
} as const;

export type MistakeKey = keyof typeof MISTAKES;

/** What is wrong: a key, and the values of its text. */
export class Why {
    constructor(
        readonly key: MistakeKey,
        readonly values: Readonly<Record<string, string>> = {},
    ) {}

    /** In English. */
    get text(): string {
        const { values } = this;
        return MISTAKES[this.key].replace(/__(\w+?)__/g, (placeholder, name: string) => values[name] ?? placeholder);
    }
}
