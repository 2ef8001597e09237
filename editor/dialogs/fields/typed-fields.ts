import { isPrintField } from './checks';
import { nameByLabel } from './labels';
import { lineBelow } from './lines';
import { shared } from '../texts';

const PRINT_FIELDS = [
    'name', 'quantity', 'filename', 'plate', 'status', 'startedAt', 'completedAt', 'filamentType', 'filamentColor',
    'layerHeight', 'weightGrams', 'printSeconds', 'estimate.grams', 'estimate.seconds', 'cost', 'energyCost',
    'printer.name', 'printer.model', 'printer.id', 'project.name', 'project.id', 'tags', 'designer', 'url',
    'makerworldUrl', 'externalUrl', 'archiveId', 'runId', 'batch', 'identity',
]; // prettier-ignore

/** The type for a field of the print. @param more that are known besides */
export const printField = (more: readonly string[] = []): RedInputType => ({
    value: 'print',
    label: 'print.',
    validate: isPrintField,
    autoComplete: (text: string) =>
        [...PRINT_FIELDS, ...more]
            .filter((field) => field.toLowerCase().includes(text.toLowerCase()))
            .map((value) => ({
                value,
                label: value,
            })),
});

/** A type of a dialog's own. */
export interface OwnType extends RedInputType {
    /** is given the field once it is a typed input */
    attach?: (input: JQuery) => void;
    /** (label of the field) → the name of the button that opens its choices */
    openText?: (label: string) => string;
}

/** The type that leaves a value to the print. */
export const fromPrint = (): RedInputType => ({ value: 'auto', label: shared('type.auto'), hasValue: false });

/**
 * Makes typed inputs of a dialog's fields.
 * @param fields by property: the types of its own, the first is the default; a field of the print, a message property,
 * an environment variable and an expression go with each
 * @param ofPrint false: messages carry no print
 */
export function typedFields(
    fields: Record<string, readonly [OwnType | string, ...(OwnType | string)[]]>,
    ofPrint = true,
): void {
    for (const [property, own] of Object.entries(fields)) {
        const input = $(`#node-input-${property}`);
        input.typedInput({
            default: typeof own[0] === 'string' ? own[0] : own[0].value,
            typeField: `#node-input-${property}Type`,
            types: [...own, ...(ofPrint ? [printField()] : []), 'msg', 'env', 'jsonata'],
        });
        // the label belongs to a field that is hidden now
        const container = input.next('.red-ui-typedInput-container');
        nameByLabel(`node-input-${property}`, (label) => {
            container.find('.red-ui-typedInput-input').attr('aria-label', label);
            container.find('.red-ui-typedInput-type-select').attr('aria-label', shared('type.of', { label }));
            const opens = own.flatMap((type) => (typeof type === 'object' && type.openText ? [type.openText] : []))[0];
            container.find('.red-ui-typedInput-option-expand').attr('aria-label', opens?.(label) ?? label);
        });
        lineBelow(input);
        for (const type of own) if (typeof type !== 'string') type.attach?.(input);
    }
}
