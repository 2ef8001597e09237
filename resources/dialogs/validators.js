import * as check from './checks.js';
import { checkRows } from './parameter-table.js';
import { shared } from './texts.js';

const PREFIX = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
const WEB_PATH = /^\/?[\w.~-]+(\/[\w.~-]+)*\/?$/;

/** An amount above 0, as InvenTree keeps it. */
export const isQuantity = (value) => value !== '' && Number(value) > 0 && Number.isFinite(Number(value));

/** What a typed setting may be where its value is fixed: (t, setting) → (text, label) → true or what is wrong. */
const FIXED = {
    pk: (t, { wrong = 'error.pk', missing = 'error.pkMissing' }) =>
        check.pk(
            (values) => t(wrong, values),
            (values) => t(missing, values),
        ),
    text: (_t, { most, required }) => check.text(most, required),
    quantity: (t) => (value, label) => isQuantity(value) || t('error.quantity', { label }),
};

/** The types whose value is meant as it stands, where they are others than the usual. */
const FIXED_TYPES = { quantity: ['num', 'plate'] };

/**
 * How the dialog judges a setting, by its kind (`nodes/runtime/settings/declaration.ts`). Kinds that are not listed take
 * whatever is entered.
 * @param t the node's texts. @param label () → the setting's label. @param wrong () → what is wrong with it
 */
const KINDS = {
    number: ({ label, least, most }) => check.number(label, least, most),
    integer: ({ label, least, most }) => check.integer(label, least, most),
    amount: ({ t, label }) => check.amount(label, (values) => t('error.amount', values)),
    url: ({ t, label, required, example, withUser, orPath }) => {
        const address = check.url(label, { required: required && (() => t('error.urlMissing')), example, withUser });
        if (!orPath) return address;
        return (value, opt) =>
            String(value || '')
                .trim()
                .startsWith('/') || address(value, opt);
    },
    path: ({ wrong }) => check.path(wrong),
    webPath:
        ({ wrong }) =>
        (value, _opt) =>
            !value || WEB_PATH.test(value) || wrong(),
    names: ({ wrong, optional }) => {
        const names = check.names(wrong);
        return (value, opt) => (optional && !value) || names(value, opt);
    },
    prefix:
        ({ wrong }) =>
        (value, _opt) =>
            PREFIX.test(value) || wrong(),
    json: ({ label }) => check.jsonObject(label),
    flowNode:
        ({ wrong, of }) =>
        (value, _opt) =>
            (!!value && RED.nodes.node(value)?.type === of) || wrong(),
    typed: ({ t, name, fixed, ...setting }) =>
        check.typed(name, t, FIXED[fixed](t, setting), FIXED_TYPES[fixed] ?? ['num', 'str']),
    parameters: () => (value, _opt) => checkRows(value),
};

/**
 * The validator of a setting; the build writes its call into the node's html.
 * @param t the node's texts: `label.<name>` is its label, `error.<name>` what is wrong where the kind has no text of its own
 * @param setting as `settings.ts` declares it
 */
export function validator(t, name, setting) {
    const label = () => (setting.label === 'shared' ? shared : t)(`label.${name}`);
    const judge = KINDS[setting.kind]({ ...setting, t, name, label, wrong: () => t(`error.${name}`) });
    const { onlyWith } = setting;
    // Node-RED takes a text as the reason only from validators that are written with two parameters
    return function (value, opt) {
        return (onlyWith && !check.ticked(this, onlyWith)) || judge.call(this, value, opt);
    };
}
