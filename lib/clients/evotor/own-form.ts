import { object, oneOf, whatever, type OwnForm, type Shape } from '../../http/own-form';

/** What its 401, 403 and 404 say is not documented: nothing, or JSON. A page is a proxy's or a login's. */
const nothing: Shape = (body) => body === '';
const refusal = oneOf(nothing, object({}));

/** How Evotor's cloud answers, as far as we ask it. */
export const EVOTOR_FORM: OwnForm = [
    {
        from: 200,
        to: 299,
        path: /^\/stores(\/[^/]+\/(product-groups|products(\/[^/]+\/images)?))?$/,
        is: object({ items: 'list' }),
    },
    // a file, of whatever kind: what is no picture is told from one by its bytes
    { from: 200, to: 299, is: (body) => Buffer.isBuffer(body) },
    // nothing on the way answers these: their words may be anything
    { from: 402, to: 402, is: whatever },
    { from: 429, to: 429, is: whatever },
    { from: 400, to: 599, is: refusal },
];
