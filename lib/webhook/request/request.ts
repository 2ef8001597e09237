import { multipart, type FormField } from '../../http/wire/multipart';
import type { Picture } from '../../http/picture-type';
import type { JsonTemplate } from '../template/json-template';
import { compileObject, parametersOf, render, TemplateMistake } from '../template/json-template';
import { JsonMistake } from '../template/json';
import { Why } from '../template/mistakes';
import { lookIn, type Look } from '../template/path';
import { renderText, wordsOf, type TextTemplate } from '../template/text-template';
import { compileUrl, renderUrl, type UrlTemplate } from '../template/url-template';
import { CONNECTION_HEADERS, formEncoded, headerText, isHeaderName, MEDIA_TYPES } from './encoding';
import { HookMistake, type CallSettings, type HookField, type Method } from './settings';

export type { Picture };

/** One request, ready to be sent. */
export interface HookRequest {
    method: Method;
    /** scheme, host and port */
    origin: string;
    /** path and query, as they go onto the wire */
    target: string;
    headers: [string, string][];
    body: Buffer | null;
}

/** What a request is made of: values of the message, and the secrets, which go nowhere near an address. */
export interface RenderContext {
    values: Readonly<Record<string, unknown>>;
    secrets: Readonly<Record<string, unknown>>;
    /** null: there is none */
    picture: Picture | null;
}

export interface Call {
    /** some data is "@snapshot" */
    wantsPicture: boolean;
    /** first names of the parameters that are used */
    uses: ReadonlySet<string>;
    /** where it goes; no message changes that */
    origin: string;
    make: (from: RenderContext) => HookRequest;
}

/** A call's fields by their names in the dialog. */
export type Fields = Record<'url' | 'headers' | 'data', HookField>;
export const HOOK_FIELDS: Fields = { url: 'url', headers: 'headers', data: 'data' };
export const OAUTH_FIELDS: Fields = { url: 'oauthUrl', headers: 'oauthHeaders', data: 'oauthData' };

/** Parameters that are secrets by their name, whatever the message holds. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
    'apiSecret',
    'oauthSecret',
    'oauth',
    'access_token',
    'refresh_token',
]);

/**
 * Compiles a call by the new rules, once; `make` then never throws.
 * @throws HookMistake
 */
export function compileCall(settings: CallSettings, fields: Fields): Call {
    const { method, type } = settings;
    const url = expand(fields.url, () => compileUrl(settings.url, (name) => SECRET_NAMES.has(name)));
    const headers = expand(fields.headers, () => compileObject(settings.headers));
    const data = expand(fields.data, () => compileObject(settings.data));
    checkHeaders(headers, fields.headers);
    const pictured = data.entries.filter(([, item]) => isSnapshot(item)).map(([key]) => key);
    const withBody = method !== 'GET';
    const paths = [
        ...parametersOf(headers),
        ...parametersOf(data),
        ...url.rest.filter((piece) => typeof piece !== 'string'),
    ];
    return {
        wantsPicture: withBody && pictured.length > 0,
        uses: new Set(paths.map(([name]) => name!)),
        origin: url.origin,
        make: ({ values, secrets, picture }) => {
            const look = lookIn(values, secrets);
            const fill = (item: JsonTemplate): unknown => render(item, look);
            const base = addressed(method, url, lookIn(values));
            const made = headersOf(headers, look, url.user);
            const rest = data.entries.filter(([key]) => !pictured.includes(key));
            if (!withBody) {
                const open = rest.filter(([, item]) => !usesSecret(item, values, secrets));
                const query = formEncoded(formPairs(open.map(([key, item]) => [key, fill(item)])));
                return {
                    ...base,
                    target: withQuery(base.target, query),
                    headers: without(made, 'content-type'),
                    body: null,
                };
            }
            const entries = rest.map(([key, item]) => [key, fill(item)] as const);
            if (pictured.length > 0) {
                const { body, contentType } = multipart([
                    ...formPairs(entries).map(([name, content]): FormField => ({ name, content })),
                    ...(picture === null ? [] : pictured.map((name) => pictureField(name, picture))),
                ]);
                return { ...base, headers: [...without(made, 'content-type'), ['Content-Type', contentType]], body };
            }
            const body =
                type === 'form' ? formEncoded(formPairs(entries)) : JSON.stringify(Object.fromEntries(entries));
            return { ...base, headers: withContentType(made, type), body: Buffer.from(body) };
        },
    };
}

/** Compiling tells the mistake's field; the text itself is not repeated, it may hold a secret. */
export function expand<T>(field: HookField, compile: () => T): T {
    try {
        return compile();
    } catch (error) {
        if (error instanceof JsonMistake) throw new HookMistake(field, error.why, error.line, error.column);
        if (error instanceof TemplateMistake) throw new HookMistake(field, error.why);
        throw error;
    }
}

export function withQuery(target: string, query: string): string {
    return query === '' ? target : `${target}${target.includes('?') ? '&' : '?'}${query}`;
}

function addressed(
    method: Method,
    template: UrlTemplate,
    look: Look,
): Pick<HookRequest, 'method' | 'origin' | 'target'> {
    const url = renderUrl(template, look);
    return { method, origin: template.origin, target: `${url.pathname}${url.search}` };
}

function isSnapshot(item: JsonTemplate): boolean {
    if (item.kind !== 'text' || item.text.length !== 1) return false;
    const [only] = item.text;
    return typeof only !== 'string' && only?.length === 1 && only[0] === 'snapshot';
}

/** A secret that goes into a query would stand in logs; what holds one is left out of it. */
function usesSecret(item: JsonTemplate, values: RenderContext['values'], secrets: RenderContext['secrets']): boolean {
    return parametersOf(item).some(
        ([name]) => SECRET_NAMES.has(name!) || (!Object.hasOwn(values, name!) && Object.hasOwn(secrets, name!)),
    );
}

function checkHeaders(headers: Extract<JsonTemplate, { kind: 'object' }>, field: HookField): void {
    for (const [name, item] of headers.entries) {
        if (!isHeaderName(name)) throw new HookMistake(field, new Why('headerName', { name: JSON.stringify(name) }));
        if (CONNECTION_HEADERS.has(name.toLowerCase())) throw new HookMistake(field, new Why('headerOwn', { name }));
        if (item.kind === 'list' || item.kind === 'object')
            throw new HookMistake(field, new Why('headerValue', { name }));
    }
}

/** A header whose value is empty or null is left out. */
function headersOf(
    template: Extract<JsonTemplate, { kind: 'object' }>,
    look: Look,
    user: UrlTemplate['user'],
): [string, string][] {
    const headers: [string, string][] = template.entries
        .map(([name, item]): [string, string] => [name, headerText(wordsOf(render(item, look)))])
        .filter(([, value]) => value !== '');
    if (user === null || headers.some(([name]) => name.toLowerCase() === 'authorization')) return headers;
    const basic = Buffer.from(`${user.name}:${user.password}`).toString('base64');
    return [...headers, ['Authorization', `Basic ${basic}`]];
}

function without(headers: [string, string][], name: string): [string, string][] {
    return headers.filter(([each]) => each.toLowerCase() !== name);
}

/** The header `Content-Type` says what the body is; one that does not is corrected, and a missing one added. */
function withContentType(headers: [string, string][], type: CallSettings['type']): [string, string][] {
    const wanted = MEDIA_TYPES[type];
    const fits = (value: string): boolean =>
        value.toLowerCase().includes(wanted) || (type === 'json' && /\+json\b/i.test(value));
    if (!headers.some(([name]) => name.toLowerCase() === 'content-type')) return [...headers, ['Content-Type', wanted]];
    return headers.map(([name, value]) =>
        name.toLowerCase() === 'content-type' && !fits(value) ? [name, wanted] : [name, value],
    );
}

/** Form values: null is left out, lists and objects are JSON text. */
function formPairs(entries: readonly (readonly [string, unknown])[]): [string, string][] {
    return entries.filter(([, value]) => value !== null).map(([key, value]) => [key, wordsOf(value)]);
}

function pictureField(name: string, { bytes, type }: Picture): FormField {
    const extension = type === 'image/jpeg' ? 'jpg' : (/^image\/(png|webp|gif)$/.exec(type)?.[1] ?? 'jpg');
    return { name, content: bytes, file: { name: `snapshot.${extension}`, type } };
}

/** A message text with its parameters: secrets are none of them. */
export function messageText(template: TextTemplate, values: RenderContext['values']): string {
    return renderText(template, lookIn(values));
}
