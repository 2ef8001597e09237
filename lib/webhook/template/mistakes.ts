/**
 * All errors in a template, by the keys of their translations. The runtime uses these English texts. Of the template only
 * names and single characters are repeated, because it may contain a secret.
 */
export const MISTAKES = {
    // JSON: shown with line and column
    jsonEmpty: 'empty; an empty object is {}',
    jsonTooMuch: 'unexpected __char__ after the end of the JSON',
    jsonTooDeep: 'more than __most__ levels',
    jsonParameter: 'parameters need quotation marks, as in "@topic"',
    jsonSingleQuote: "JSON uses double quotation marks, not '",
    jsonValueEnd: 'unexpected end: a value is missing',
    jsonValue: 'a value is expected instead of __char__',
    jsonSpareComma: 'superfluous comma before __char__',
    jsonNameEnd: 'unexpected end: a name in quotation marks is missing',
    jsonName: 'a name in quotation marks is expected instead of __char__',
    jsonColonEnd: 'unexpected end: : is missing after the name',
    jsonColon: ': is expected after the name instead of __char__',
    jsonCommaEnd: 'unexpected end: , or __close__ is missing',
    jsonComma: ', or __close__ is expected instead of __char__',
    jsonTextEnd: 'unterminated string: a quotation mark is missing',
    jsonLineBreak: 'write a line break or tab inside a string as \\n or \\t',
    jsonEscape: '\\__char__ is not a valid escape; write a backslash as \\\\',
    // shown after the name of the setting
    notObject: 'must be an object, as in {"topic": "@topic"}',
    urlEmpty: 'is empty',
    urlStart: 'must begin with http:// or https:// and a host',
    urlHost: 'must begin with http:// or https:// and a host; parameters are allowed after the host only',
    urlHostParameter: 'needs a fixed host: a parameter cannot be the host',
    urlIncomplete: 'is not a complete URL, such as https://chat.example/hook',
    urlDots: 'must not contain /./ or /../: enter the resolved path',
    urlSecret: 'must not contain @__name__, because URLs are logged. Use headers or data',
    headerName: 'contains an invalid header name: __name__',
    headerOwn: 'must not set __name__: the node sets this header',
    headerValue: 'needs a string for __name__',
    // whole sentences: errors of the plugin itself
    oldAddressNoText: 'The URL is a single parameter, and its value is not a string',
    oldOtherHost: 'The URL would lead to another host than __origin__',
    oldEndless: 'A template refers to itself and would never end',
    oldIntoText: '@__path__ accesses a key of a string',
    oldIntoList: '@__path__ accesses a key of a list',
    oldIntoNull: '@__path__ accesses a key of null',
    oldIntoNumber: '@__path__ accesses a key of a number or boolean',
    oldHeaderNoText: 'The header __name__ is not a string',
    oldHeaderWrong: 'The header __name__ contains invalid characters',
    oldHeadersNoObject: 'The headers are not a JSON object',
    oldDataNoObject: 'The data is not a JSON object',
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
