import { parseJson } from '../template/json';
import { Why } from '../template/mistakes';
import { oldUrl, oldValue, OldRulesError } from './legacy-template';
import { dumps, Float, pythonNumber, str } from './python';
import { multipart, type FormField } from '../../http/wire/multipart';
import { formEncoded, isHeaderName, MEDIA_TYPES } from '../request/encoding';
import { expand, withQuery, type Call, type Fields, type HookRequest, type RenderContext } from '../request/request';
import { HookMistake, type CallSettings } from '../request/settings';

type Values = Readonly<Record<string, unknown>>;

/**
 * Compiles a call exactly as OctoPrint-Webhooks 3 makes it. Its `make` throws OldRulesError where the plugin drops the
 * webhook with "Unknown Issue when trying to call API.".
 * @param verbatim OAuth fields have no parameters
 * @throws HookMistake where the plugin says "Invalid JSON"
 */
export function compileOldCall(settings: CallSettings, fields: Fields, verbatim = false): Call {
    const headers = expand(fields.headers, () => parseJson(settings.headers, pythonNumber));
    const data = expand(fields.data, () => parseJson(settings.data, pythonNumber));
    const origin = originOf(settings.url);
    if (origin === null) throw new HookMistake(fields.url, new Why('urlStart'));
    const snapshot = verbatim ? undefined : snapshotKey(data);
    const fill = (value: unknown, from: Values): unknown =>
        verbatim ? secretOnly(value, from) : oldValue(value, from);
    return {
        wantsPicture: snapshot !== undefined && settings.method !== 'GET',
        uses: new Set(['*']),
        origin,
        make: ({ values, secrets, picture }) => {
            // later ones win: what OAuth answered over everything
            const from = { ...values, ...secrets };
            const address = verbatim ? settings.url : oldUrl(settings.url, from);
            if (originOf(address) !== origin) throw new OldRulesError('oldOtherHost', { origin });
            const { method, type } = settings;
            const base = { method, origin, target: targetOf(address) };
            const sent = textHeaders(fill(mustBeObject(headers, 'oldHeadersNoObject'), from) as Values);
            const given = mustBeObject(data, 'oldDataNoObject');
            const rest = Object.fromEntries(Object.entries(given).filter(([key]) => key !== snapshot));
            const filled = fill(rest, from) as Values;
            if (method === 'GET')
                return {
                    ...base,
                    target: withQuery(base.target, formEncoded(pairs(filled))),
                    headers: sent,
                    body: null,
                };
            if (snapshot !== undefined) return pictured(base, sent, filled, snapshot, picture);
            return {
                ...base,
                headers: Object.entries(checkedHeaders(Object.fromEntries(sent), MEDIA_TYPES[type])),
                body: Buffer.from(
                    type === 'json' ? dumps(filled) : formEncoded(pairs(verbatim ? filled : innerJson(filled))),
                ),
            };
        },
    };
}

/**
 * Every header with "content-type" in its name must hold the wanted type, or its value is replaced; where there is none,
 * one is added in lower case.
 */
export function checkedHeaders(headers: Readonly<Record<string, string>>, wanted: string): Record<string, string> {
    const named = Object.keys(headers).filter((name) => name.toLowerCase().includes('content-type'));
    if (named.length === 0) return { ...headers, 'content-type': wanted };
    return Object.fromEntries(
        Object.entries(headers).map(([name, value]) =>
            named.includes(name) && !value.toLowerCase().includes(wanted) ? [name, wanted] : [name, value],
        ),
    );
}

/** Form data: lists and objects become JSON texts, the rest stays as it is. */
export function innerJson(data: Values): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, isContainer(value) ? dumps(value) : value]),
    );
}

function pictured(
    base: Pick<HookRequest, 'method' | 'origin' | 'target'>,
    headers: [string, string][],
    data: Values,
    key: string,
    picture: RenderContext['picture'],
): HookRequest {
    const parts = pairs(innerJson(data)).map(([name, content]): FormField => ({ name, content }));
    // always named and typed so, whatever it is
    const file = { name: 'snapshot.jpg', type: 'image/jpeg' };
    if (picture !== null) parts.push({ name: key, content: picture.bytes, file });
    const { body, contentType } = multipart(parts);
    const others = headers.filter(([name]) => !name.toLowerCase().includes('content-type'));
    return { ...base, headers: [...others, ['Content-Type', contentType]], body };
}

/** As requests writes them: null is left out, a list repeats its name, an object stands for its keys. */
function pairs(data: Values): [string, string][] {
    return Object.entries(data).flatMap(([key, value]) => {
        const all = Array.isArray(value) ? value : isContainer(value) ? Object.keys(value) : [value];
        return all.filter((each) => each !== null).map((each): [string, string] => [key, str(each)]);
    });
}

/** The first key of the first level whose value is exactly "@snapshot". */
function snapshotKey(data: unknown): string | undefined {
    if (!isContainer(data) || Array.isArray(data)) return undefined;
    return Object.entries(data).find(([, value]) => value === '@snapshot')?.[0];
}

/** Header values are texts; null leaves the header out; others, and characters beyond Latin-1, fail. */
function textHeaders(headers: Values): [string, string][] {
    return Object.entries(headers)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => {
            if (typeof value !== 'string') throw new OldRulesError('oldHeaderNoText', { name });

            if (!isHeaderName(name) || /[^\t\u0020-\u007e\u0080-\u00ff]|^\s/.test(value))
                throw new OldRulesError('oldHeaderWrong', { name });
            return [name, value];
        });
}

function mustBeObject(value: unknown, otherwise: 'oldHeadersNoObject' | 'oldDataNoObject'): Values {
    if (isContainer(value) && !Array.isArray(value)) return value as Values;
    throw new OldRulesError(otherwise);
}

function isContainer(value: unknown): value is object {
    return typeof value === 'object' && value !== null && !(value instanceof Float);
}

/** In OAuth fields one thing is put in, because a secret has no place in a flow. */
function secretOnly(value: unknown, from: Values): unknown {
    if (value === '@oauthSecret') return from['oauthSecret'] ?? '';
    if (Array.isArray(value)) return value.map((each) => secretOnly(each, from));
    if (!isContainer(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, secretOnly(each, from)]));
}

function originOf(address: string): string | null {
    try {
        const { origin, protocol } = new URL(address);
        return protocol === 'http:' || protocol === 'https:' ? origin : null;
    } catch {
        return null;
    }
}

/** Path and query as requests writes them: what it may keep stays, all else is UTF-8 in percent. */
function targetOf(address: string): string {
    const found = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(address);
    const rest = found?.[1] ?? '';
    const kept = encodeURI(rest.toWellFormed())
        .replace(/%5B/g, '[')
        .replace(/%5D/g, ']')
        .replace(/%25([0-9A-Fa-f]{2})/g, '%$1')
        .replace(/%([0-9A-Fa-f]{2})/g, (hex, code: string) => {
            const char = String.fromCharCode(parseInt(code, 16));
            return /[A-Za-z0-9_.~-]/.test(char) ? char : hex.toUpperCase();
        });
    return kept.startsWith('/') ? kept : `/${kept}`;
}
