import type { Setting as Declared } from '../../../nodes/runtime/settings/declaration';
import { shared } from '../texts';
import * as check from './checks';
import { checkRows } from './parameter-table';
import { checkRules } from '../rules/rule-table';

const PREFIX = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
const COMMUNITY = /^(?:https?:\/\/(?:m\.)?vk\.(?:com|ru)\/)?(?:-|club|public)?[1-9]\d{0,14}\/?$/;
/** Numbers from 1, separated by commas. */
const PKS = /^[1-9]\d*(\s*,\s*[1-9]\d*)*$/;
const WEB_PATH = /^\/?[\w.~-]+(\/[\w.~-]+)*\/?$/;

/** An amount above 0, as InvenTree keeps it. */
export const isQuantity = (value: string): boolean =>
    value !== '' && Number(value) > 0 && Number.isFinite(Number(value));

/** The dialog's view of a setting. */
interface Place {
    /** the node's texts */
    t: Translate;
    name: string;
    /** the setting's label */
    label: () => string;
    /** what is wrong with it, where its kind has no text of its own */
    wrong: () => string;
}

type Kind = Declared['kind'];
type OfKind<K extends Kind> = Extract<Declared, { kind: K }>;
type OfFixed<F extends OfKind<'typed'>['fixed']> = Extract<OfKind<'typed'>, { fixed: F }>;
/** Judges a fixed value: `true`, or what is wrong. */
type Judge = ReturnType<typeof check.text>;

/** What a typed setting may be where its value is fixed. */
function fixedValue(t: Translate, setting: OfKind<'typed'>): Judge {
    switch (setting.fixed) {
        case 'pk':
            return pk(t, setting);
        case 'text':
            return check.text(setting.most, setting.required);
        case 'quantity':
            return (value, label) => isQuantity(value) || t('error.quantity', { label });
    }
}

function pk(t: Translate, { wrong = 'error.pk', missing = 'error.pkMissing', optional }: OfFixed<'pk'>): Judge {
    const judge = check.pk(
        (values) => t(wrong, values),
        (values) => t(missing, values),
    );
    return (value, label) => (optional === true && value === '') || judge(value, label);
}

/** The types whose value is meant as it stands. */
const FIXED_TYPES: Readonly<Record<OfKind<'typed'>['fixed'], readonly string[]>> = {
    pk: ['num', 'str'],
    text: ['num', 'str'],
    quantity: ['num', 'plate'],
};

/**
 * How the dialog judges a setting, by its kind (`nodes/runtime/settings/declaration.ts`). Kinds that are not listed take
 * whatever is entered.
 */
const KINDS: { [K in Kind]?: (place: Place, setting: OfKind<K>) => Validator } = {
    number: ({ label }, { least, most }) => check.number(label, least, most),
    integer: ({ label }, { least, most }) => check.integer(label, least, most),
    amount: ({ t, label }) => check.amount(label, (values) => t('error.amount', values)),
    url: ({ t, label }, { required, example, withUser, orPath }) => {
        const address = check.url(label, {
            required: required ? () => t('error.urlMissing') : undefined,
            example,
            withUser,
        });
        if (!orPath) return address;
        return function (value, opt) {
            return (
                String(value || '')
                    .trim()
                    .startsWith('/') || address.call(this, value, opt)
            );
        };
    },
    path: ({ wrong }, { optional }) => {
        const path = check.path(wrong);
        return function (value, opt) {
            return (optional && String(value ?? '').trim() === '') || path.call(this, value, opt);
        };
    },
    webPath: ({ wrong }) =>
        function (value, _opt) {
            return !value || WEB_PATH.test(String(value)) || wrong();
        },
    names: ({ wrong }, { optional }) => {
        const names = check.names(wrong);
        return function (value, opt) {
            return (optional && !value) || names.call(this, value, opt);
        };
    },
    pks: ({ wrong }, { optional }) =>
        function (value, _opt) {
            const text = String(value ?? '').trim();
            return (optional && text === '') || check.isVariable(value) || PKS.test(text) || wrong();
        },
    prefix: ({ wrong }) =>
        function (value, _opt) {
            return PREFIX.test(String(value)) || wrong();
        },
    json: ({ label }) => check.jsonObject(label),
    community: ({ wrong }) =>
        function (value, _opt) {
            return COMMUNITY.test(String(value).trim()) || check.isVariable(value) || wrong();
        },
    configNode: ({ wrong }, { of, required }) =>
        function (value, _opt) {
            if (!value) return !required || wrong();
            const node = RED.nodes.node(String(value));
            return (node?.type === of && !node['d']) || check.isVariable(value) || wrong();
        },
    flowNode: ({ wrong }, { of }) =>
        function (value, _opt) {
            const chosen = typeof value === 'string' && value !== '' ? RED.nodes.node(value) : null;
            return (chosen !== null && chosen !== undefined && of.includes(chosen.type)) || wrong();
        },
    typed: ({ t, name }, setting) => check.typed(name, t, fixedValue(t, setting), FIXED_TYPES[setting.fixed]),
    parameters: () =>
        function (value: unknown, _opt) {
            return checkRows(value);
        },
    rules: (_place, { columns }) =>
        function (value: unknown, _opt) {
            return checkRules(value ?? [], columns);
        },
};

/**
 * The validator of a setting; the build writes its call into the node's html.
 * @param t the node's texts: `label.<name>` is its label, `error.<name>` what is wrong where the kind has no text of its own
 * @param setting as `settings.ts` declares it
 */
export function validator(t: Translate, name: string, setting: Declared): Validator {
    const label = (): string => (setting.label === 'shared' ? shared : t)(`label.${name}`);
    // its own kind's judge is found by it
    const judgeOf = KINDS[setting.kind] as ((place: Place, setting: Declared) => Validator) | undefined;
    const judge = judgeOf?.({ t, name, label, wrong: () => t(`error.${name}`) }, setting);
    const { onlyWith, onlyWithout } = setting;
    // Node-RED takes a text as the reason only from validators that are written with two parameters
    return function (value, opt) {
        if (onlyWith !== undefined && !check.ticked(this, onlyWith)) return true;
        if (onlyWithout !== undefined && check.ticked(this, onlyWithout)) return true;
        return judge === undefined || judge.call(this, value, opt);
    };
}
