import { has } from './dialect';
import { created, fieldsOf, type Call, type Endpoint } from './endpoint';
import { crash, forbidden, invalid, invalidField, noSuch, type FieldErrors } from './errors';
import {
    applyRules,
    bool,
    nullableLink,
    nullableText,
    quantity,
    reference,
    tags,
    text,
    wholeNumber,
    wrong,
} from './fields';
import type { Rule, Rules } from './fields';
import { checkImage, existingImage, forgetImage, replaceImage, storeFile } from './images';
import { listParts } from './part-list';
import { checkPart, copyCategoryParameters, duplicateFrom, newPart, newStockItem } from './part-rows';
import { showPart } from './part-view';
import type { State } from './state';
import { checkLocation, track } from './stock-rows';
import { cleanTexts } from './text';
import { isUnit } from './units';
import type { Part } from './types';

const physicalUnit: Rule<string | null> = (value) => {
    if (value === null || value === '') return value;
    if (!isUnit(String(value))) throw wrong('Invalid physical unit');
    return String(value);
};

const rules: Rules<Part> = {
    active: bool,
    assembly: bool,
    category: reference(({ categories }) => categories),
    component: bool,
    default_expiry: wholeNumber,
    default_location: reference(({ locations }) => locations),
    description: text(250),
    IPN: text(100),
    is_template: bool,
    keywords: nullableText(250),
    link: nullableLink(),
    locked: bool,
    minimum_stock: quantity,
    name: text(100, { blank: false }),
    notes: nullableText(50_000),
    purchaseable: bool,
    revision: text(100),
    salable: bool,
    tags,
    testable: bool,
    trackable: bool,
    units: physicalUnit,
    variant_of: reference(({ parts }) => new Map([...parts].filter(([, part]) => part.is_template))),
    virtual: bool,
};

/** Notes that come with a POST are cleaned like all texts and then dropped without a word (recordings 083, 084, 872). */
const rulesOfPost: Rules<Part> = { ...rules, notes: undefined };

function create(call: Call): unknown {
    const { state, user } = call;
    if (Array.isArray(call.body)) throw crash('AttributeError', call.path);
    const fields = cleanTexts(state, fieldsOf(call));
    const { values, errors } = applyRules(state, rulesOfPost, fields);
    if (!('name' in fields)) errors.name = ['This field is required.'];
    refuseWrongImage(call, fields, errors);
    const stock = initialStock(call, fields, errors);
    if (Object.keys(errors).length > 0) throw invalid(errors);
    const part = newPart(state, { ...values, name: values.name!, creation_user: user.pk });
    checkPart(state, part, { unseen: call.unseen, twinOfUnseen: () => crash('IntegrityError', call.path) });
    if (stock) checkLocation(state, stock.location);
    const image = call.files.get('image');
    if (image) part.image = storeFile(state, 'part_images', image);
    else if ('existing_image' in fields) part.image = existingImage(state, fields.existing_image);
    state.addPart(part);
    if (fields.copy_category_parameters !== false && fields.copy_category_parameters !== 'false') {
        copyCategoryParameters(state, part, user);
    }
    if (isObject(fields.duplicate)) duplicateFrom(state, part, fields.duplicate);
    if (stock) {
        const item = state.addStock(newStockItem(state, { part: part.pk, ...stock }));
        track(state, item, user.pk, 'created');
    }
    return created(showPart(call, part, 'created'));
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}

/** Only JSON brings initial stock, and only its quantity and location count (recordings 809, 924). */
function initialStock(
    { state }: Call,
    { initial_stock }: Record<string, unknown>,
    errors: FieldErrors,
): { quantity: number; location: number | null } | null {
    if (!isObject(initial_stock)) return null;
    const amount = Number(initial_stock.quantity);
    if (amount < 0) errors.initial_stock = { quantity: ['Ensure this value is greater than or equal to 0.'] };
    const located = applyRules<{ location: number | null }>(
        state,
        { location: reference(({ locations }) => locations) },
        initial_stock,
    );
    if (located.errors.location) errors.initial_stock = located.errors;
    return amount > 0 ? { quantity: amount, location: located.values.location ?? null } : null;
}

/** A text in the place of a file, or a picture that is none. */
function refuseWrongImage(call: Call, fields: Record<string, unknown>, errors: FieldErrors): void {
    const file = call.files.get('image');
    if (file) checkImage(file);
    else if ('image' in fields && fields.image !== null && fields.image !== '') {
        errors.image = ['The submitted data was not a file. Check the encoding type on the form.'];
    }
    if (fields.remote_image) {
        const allowed = call.state.setting('INVENTREE_DOWNLOAD_FROM_URL') === true;
        errors.remote_image = [
            allowed ? 'Failed to download image from remote URL' : 'Downloading images from remote URL is not enabled',
        ];
    }
}

function retrieve(call: Call): unknown {
    return showPart(call, partOf(call), 'retrieve');
}

function partOf({ state, pk }: Call): Part {
    const part = state.parts.get(pk);
    if (!part) throw noSuch('Part');
    return part;
}

function patch(call: Call): unknown {
    const { state } = call;
    const part = partOf(call);
    const fields = cleanTexts(state, fieldsOf(call));
    const changes = changesOf(call, part, fields);
    noteOverwriting(state, part, changes);
    state.changePart(part, changes);
    return showPart(call, part, 'patched');
}

function changesOf(call: Call, part: Part, fields: Record<string, unknown>): Partial<Part> {
    const { state } = call;
    const { values, errors } = applyRules(state, rules, fields);
    refuseWrongImage(call, fields, errors);
    if (Object.keys(errors).length > 0) throw invalid(errors);
    checkPart(state, { ...part, ...values });
    const file = call.files.get('image');
    if (file) return { ...values, image: replaceImage(state, part, file) };
    if (fields.image === null) {
        forgetImage(state, part);
        return { ...values, image: null };
    }
    return 'existing_image' in fields ? { ...values, image: existingImage(state, fields.existing_image) } : values;
}

/** what belongs to people once the Part is there, whoever wrote it; a name does when a person wrote it */
const ofPeople = new Set(['IPN', 'description', 'category']);

function noteOverwriting(state: State, part: Part, changes: Partial<Part>): void {
    for (const field of Object.keys(changes)) {
        if (ofPeople.has(field)) state.violations.push(`PATCH of ${field} of Part ${part.pk}`);
        else if (part.setByPerson.has(field)) {
            state.violations.push(`PATCH of ${field} of Part ${part.pk}, which a person set`);
        }
    }
}

function bulkPatch(call: Call): unknown {
    const { state } = call;
    const { items, ...others } = fieldsOf(call);
    const found = Array.isArray(items) ? items.map((pk) => state.parts.get(Number(pk))) : [];
    if (found.length === 0) throw invalidField('items', 'This field is required.');
    const parts = found.filter((part) => part !== undefined);
    const fields = cleanTexts(state, others);
    for (const part of parts) {
        const changes = changesOf(call, part, fields);
        noteOverwriting(state, part, changes);
        state.changePart(part, changes);
    }
    const success = `Updated ${parts.length} items`;
    if (!has(state.apiVersion, 'detailsOnRequest')) return { success };
    return { success, items: parts.map((one) => showPart(call, one, 'bulk')) };
}

function remove(call: Call): unknown {
    const part = partOf(call);
    if (!call.user.admin) throw forbidden();
    if (part.active) throw invalidField('non_field_errors', 'Cannot delete this part as it is still active');
    call.state.removePart(part);
    return null;
}

export const partEndpoints: Endpoint[] = [
    { path: '/api/part/', access: 'part', inTree: true, handlers: { GET: listParts, POST: create, PATCH: bulkPatch } },
    { path: '/api/part/:pk/', access: 'part', handlers: { GET: retrieve, PATCH: patch, PUT: patch, DELETE: remove } },
];
