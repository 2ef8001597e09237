import { DEFAULT_CURRENCY } from './money';
import { day } from './clock';
import { has } from './dialect';
import { invalid, type FieldErrors } from './errors';
import { toNumber } from './parameter-values';
import type { State } from './state';
import type { Part, StockItem, User } from './types';

/** The row of a new Part with the database's defaults. */
export function newPart(state: State, fields: Partial<Part> & { name: string }): Part {
    return {
        IPN: '',
        revision: '',
        description: '',
        category: null,
        keywords: null,
        link: null,
        notes: null,
        units: '',
        revision_of: null,
        variant_of: null,
        tags: [],
        active: true,
        assembly: false,
        component: state.setting('PART_COMPONENT') === true,
        is_template: false,
        locked: false,
        purchaseable: state.setting('PART_PURCHASEABLE') === true,
        salable: state.setting('PART_SALABLE') === true,
        testable: false,
        trackable: state.setting('PART_TRACKABLE') === true,
        virtual: state.setting('PART_VIRTUAL') === true,
        default_location: null,
        default_expiry: 0,
        minimum_stock: 0,
        image: null,
        barcode_hash: '',
        creation_date: day(),
        creation_user: null,
        pricing_updated: null,
        setByPerson: new Set(),
        ...fields,
        pk: state.pk('part', fields.pk),
    };
}

/** What must hold for a Part as a whole; checked with every save, so an old sin fails a new PATCH. */
/** @param unseen Parts that another request wrote after this one looked, and what that answers where they have its identity */
export function checkPart(
    state: State,
    part: Part,
    { unseen, twinOfUnseen }: { unseen: ReadonlySet<number>; twinOfUnseen: () => Error } = {
        unseen: new Set(),
        twinOfUnseen: () => new Error(),
    },
): void {
    const twin = state.partByIdentity(part);
    if (twin && unseen.has(twin.pk)) throw twinOfUnseen();
    if (twin && twin.pk !== part.pk) {
        throw invalid({ non_field_errors: ['The fields name, IPN, revision must make a unique set.'] });
    }
    const pattern = String(state.setting('PART_IPN_REGEX'));
    if (pattern !== '' && !new RegExp(pattern).test(part.IPN)) {
        throw invalid({ non_field_errors: [`IPN must match regex pattern ${pattern}`] });
    }
    const errors: FieldErrors = {};
    const forbidsDuplicates = state.setting('PART_ALLOW_DUPLICATE_IPN') === false;
    if (
        forbidsDuplicates &&
        part.IPN !== '' &&
        state.partsByIpn(part.IPN).some(({ pk }) => pk !== part.pk && !unseen.has(pk))
    ) {
        errors.IPN = ['Duplicate IPN not allowed in part settings'];
    }
    if (part.category !== null && state.categories.get(part.category)?.structural) {
        errors.category = ['Parts cannot be assigned to structural part categories!'];
    }
    if (Object.keys(errors).length > 0) throw invalid(errors);
}

/** The parameters that a category and those above it give to their new Parts. */
export function copyCategoryParameters(state: State, part: Part, user: User): void {
    // with the parameters of any model came a bulk insert: no number is computed, nobody noted (recording 801)
    const inBulk = has(state.apiVersion, 'genericParameters');
    for (let pk = part.category; pk !== null; pk = state.categories.get(pk)?.parent ?? null) {
        for (const { category, template, default_value } of state.categoryParameters.values()) {
            if (category !== pk || state.parameterOf(part.pk, template)) continue;
            addParameterRow(state, part.pk, template, default_value, inBulk ? null : user);
        }
    }
}

function addParameterRow(state: State, part: number, template: number, data: string, user: User | null): void {
    const units = state.templates.get(template)?.units ?? '';
    state.addParameter({
        pk: state.pk('parameter'),
        part,
        template,
        data,
        note: '',
        data_numeric: user ? toNumber(data, units) : null,
        updated: user ? new Date() : null,
        updated_by: null,
        setByPerson: new Set(),
    });
}

/** `duplicate: {part, copy_parameters, copy_image, copy_notes}` */
export function duplicateFrom(state: State, part: Part, wish: Record<string, unknown>): void {
    const original = state.parts.get(Number(wish.part));
    if (!original) return;
    if (wish.copy_image === true) state.changePart(part, { image: original.image });
    if (wish.copy_notes === true) state.changePart(part, { notes: original.notes });
    if (wish.copy_parameters !== true) return;
    for (const parameter of state.parametersOf(original.pk)) {
        if (state.parameterOf(part.pk, parameter.template)) continue;
        state.addParameter({
            ...parameter,
            pk: state.pk('parameter'),
            part: part.pk,
            setByPerson: new Set(),
        });
    }
}

export function newStockItem(state: State, fields: Partial<StockItem> & { part: number; quantity: number }): StockItem {
    return {
        batch: '',
        serial: null,
        location: null,
        parent: null,
        status: 10,
        allocated: 0,
        is_building: false,
        build: null,
        belongs_to: null,
        customer: null,
        consumed_by: null,
        delete_on_deplete: state.setting('STOCK_DELETE_DEPLETED_DEFAULT') === true,
        expiry_date: null,
        link: '',
        notes: null,
        packaging: null,
        owner: null,
        purchase_price: null,
        purchase_price_currency: DEFAULT_CURRENCY,
        tags: [],
        barcode_hash: '',
        creation_date: day(),
        updated: new Date(),
        setByPerson: new Set(),
        ...fields,
        pk: state.pk('stock', fields.pk),
    };
}
