import { isPrintField } from './checks.js';
import { lineBelow } from './lines.js';
import { shared } from './texts.js';

const PRINT_FIELDS = [
    'name', 'quantity', 'filename', 'plate', 'status', 'startedAt', 'completedAt', 'filamentType', 'filamentColor',
    'layerHeight', 'weightGrams', 'printSeconds', 'estimate.grams', 'estimate.seconds', 'cost', 'energyCost',
    'printer.name', 'printer.model', 'printer.id', 'project.name', 'project.id', 'tags', 'designer', 'url',
    'makerworldUrl', 'externalUrl', 'archiveId', 'runId', 'batch', 'identity',
]; // prettier-ignore

/** The type for a field of the print. */
export const printField = () => ({
    value: 'print',
    label: 'print.',
    validate: isPrintField,
    autoComplete: (text) =>
        PRINT_FIELDS.filter((field) => field.toLowerCase().includes(text.toLowerCase())).map((value) => ({
            value,
            label: value,
        })),
});

/** The type that leaves a value to the print. */
export const fromPrint = () => ({ value: 'auto', label: shared('type.auto'), hasValue: false });

/**
 * Makes typed inputs of a dialog's fields.
 * @param fields by property: the types of its own, the first is the default; a field of the print, a message property,
 * an environment variable and an expression go with each
 */
export function typedFields(fields) {
    for (const [property, own] of Object.entries(fields)) {
        const input = $(`#node-input-${property}`);
        input.typedInput({
            default: own[0].value || own[0],
            typeField: `#node-input-${property}Type`,
            types: [...own, printField(), 'msg', 'env', 'jsonata'],
        });
        // the label belongs to a field that is hidden now
        const label = $(`label[for="node-input-${property}"]`).text().trim();
        const container = input.next('.red-ui-typedInput-container');
        container.find('.red-ui-typedInput-input').attr('aria-label', label);
        container.find('.red-ui-typedInput-type-select').attr('aria-label', shared('type.of', { label }));
        container.find('.red-ui-typedInput-option-expand').attr('aria-label', shared('picker.open', { label }));
        lineBelow(input);
        for (const type of own) type.attach?.(input);
    }
}
