import { object, oneOf, type OwnForm, type Shape } from '../../http/own-form';

const response: Shape = (body) => typeof body === 'object' && body !== null && Object.hasOwn(body, 'response');
const error: Shape = (body) =>
    typeof body === 'object' && body !== null && typeof (body as { error?: unknown }).error === 'object';

/** How api.vk.com answers: always 200, with the answer or the error inside. */
export const VK_FORM: OwnForm = [{ from: 200, to: 200, path: /^\/method\//, is: oneOf(response, error) }];

/**
 * How VK ID answers: a pair of tokens, or what is wrong. The status of a refusal is not documented, so that any below 500
 * with these fields is its own.
 */
export const VK_ID_FORM: OwnForm = [
    { from: 200, to: 200, is: oneOf(object({ access_token: 'text' }), object({ error: 'text' })) },
    { from: 400, to: 499, is: object({ error: 'text' }) },
];

/** An upload server: an object or a list in JSON, read as bytes since it is passed on as it came. */
const json: Shape = (body) => Buffer.isBuffer(body) && /^\s*[[{]/.test(body.subarray(0, 20).toString('utf8'));
export const UPLOAD_FORM: OwnForm = [{ from: 200, to: 200, is: json }];
