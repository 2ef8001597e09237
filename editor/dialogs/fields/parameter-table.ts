import type { ParameterConfig } from '../../../nodes/runtime/settings/parameter-table';
import { choices } from '../requests/choices';
import { resultLine, type Asked, type Results } from '../requests/preview';
import { shared } from '../texts';
import { isPrintField, valueOfType } from './checks';
import { say } from './lines';
import { printField } from './typed-fields';

/** What is saved without a type: a value of the print that our nodes know how to measure. */
const MEASURES = [
    'weight', 'time', 'cost', 'energyCost', 'layerHeight', 'filamentType', 'filamentColor', 'printer',
    'printerModel', 'project', 'name', 'filename', 'designer', 'actualWeight', 'actualTime',
    'plate', 'nozzle', 'nozzleTemperature', 'bed', 'bedTemperature', 'layers', 'energy', 'totalCost',
]; // prettier-ignore
/** Of the filament in each slot; an AMS has four. */
const SLOTS = [1, 2, 3, 4].flatMap((slot) => ['material', 'colour', 'grams'].map((name) => `slots.${slot}.${name}`));
const USUAL = 'weight';
const MEASURE = 'measure';

/** A row of the table that is open. */
interface ShownRow {
    saved: () => ParameterConfig;
    asked: () => Omit<Asked, 'id'>;
    show: (result: Results[string] | undefined) => void;
}

interface ParameterTable {
    /** as they are saved */
    rows: () => ParameterConfig[];
    /** what the preview asks for */
    values: () => Asked[];
    /** shows what the preview found */
    show: (results: Results | undefined) => void;
}

/** The table template ← value. */
export function parameterTable(
    list: JQuery,
    rows: readonly Partial<ParameterConfig>[],
    addLabel: string,
): ParameterTable {
    list.editableList<ParameterConfig>({
        addItem: (container, _index, row) => addRow(container, row),
        addButton: addLabel,
        sortable: true,
        removable: true,
        removeItem: () => list.trigger('change'),
        height: 220,
    });
    for (const row of rows) list.editableList('addItem', row);
    const shown = (): ShownRow[] =>
        list
            .editableList('items')
            .toArray()
            .map((item) => $(item).data('row') as ShownRow);
    return {
        rows: () =>
            shown()
                .map((row) => row.saved())
                .filter(({ template }) => template !== ''),
        values: () => shown().map((row, index) => ({ id: `parameters.${index}`, ...row.asked() })),
        show: (results) => shown().forEach((row, index) => row.show(results?.[`parameters.${index}`])),
    };
}

/** @returns true, or what is wrong with the rows of a table */
export function checkRows(rows: unknown): Verdict {
    if (!Array.isArray(rows)) return shared('error.parameters');
    const all = rows as Partial<ParameterConfig>[];
    const templates = all.map(({ template }) => String(template).toLowerCase());
    const twice = all.find(({ template }, index) => templates.indexOf(String(template).toLowerCase()) !== index);
    if (twice) return shared('error.parameterTwice', { template: twice.template });
    for (const { template, value, valueType = '' } of all) {
        if (['msg', 'jsonata', 'print'].includes(valueType) && !(valueType === 'print' && isPrintField(value))) {
            const verdict = valueOfType(value, valueType, String(template));
            if (verdict !== true) return verdict;
        }
    }
    return true;
}

function addRow(container: JQuery, row: Partial<ParameterConfig>): void {
    container.addClass('print-to-stock-parameter');
    const fields = $('<div class="print-to-stock-parameter-fields">').appendTo(container);
    const template = $('<input type="text" class="print-to-stock-template">')
        .attr({ placeholder: shared('parameters.template'), 'aria-label': shared('parameters.template') })
        .val(row.template || '')
        .appendTo(fields);
    const units = $('<span class="print-to-stock-units">').appendTo(fields);
    $('<i class="fa fa-long-arrow-left" aria-hidden="true">').appendTo(fields);
    const value = $('<input type="text" class="print-to-stock-value" style="width: 100%">').val(row.value ?? USUAL);
    $('<div class="print-to-stock-parameter-value">').append(value).appendTo(fields);
    const line = $('<div class="print-to-stock-line" aria-live="polite">').appendTo(container).hide();

    value.typedInput({ types: typesWith(row), default: MEASURE });
    value.typedInput('type', row.valueType || MEASURE);
    value.typedInput('value', row.value ?? USUAL);
    value.next().find('input').attr('aria-label', shared('parameters.value'));
    value
        .next()
        .find('.red-ui-typedInput-type-select')
        .attr('aria-label', shared('type.of', { label: shared('parameters.value') }));
    templateField(template, units);

    const shown: ShownRow = {
        saved: () => {
            const type = value.typedInput('type');
            const saved = { template: template.val().trim(), value: value.typedInput('value') };
            return type === MEASURE ? saved : { ...saved, valueType: type };
        },
        // what a name stands for is the runtime's to know: its rows have no type either
        asked: () => {
            const type = value.typedInput('type');
            return {
                template: template.val().trim(),
                value: value.typedInput('value'),
                type: type === MEASURE ? '' : type,
            };
        },
        show: (result) => say(line, resultLine(result)),
    };
    container.data('row', shown);
}

function typesWith({ value, valueType }: Partial<ParameterConfig>): (RedInputType | string)[] {
    // a name that only a flow made by hand knows stays
    const known = valueType || !value || MEASURES.includes(value) ? MEASURES : [...MEASURES, value];
    const options = known.map((name) => ({
        value: name,
        label: MEASURES.includes(name) ? shared(`measure.${name}`) : name,
    }));
    return [
        { value: MEASURE, label: shared('type.measure'), options },
        printField(SLOTS),
        'msg',
        'jsonata',
        'str',
        'num',
    ];
}

/** The templates of InvenTree while one is typed. */
export function suggestTemplates(template: JQuery): void {
    template.autoComplete({
        minLength: 0,
        search: (text, done) => {
            void choices('templates', { search: text.trim(), limit: 20 }).then((answer) =>
                done(
                    (answer?.items ?? []).map(({ name, units: unit }) => ({
                        value: name,
                        label: unit ? `${name} (${unit})` : name,
                    })),
                ),
            );
        },
    });
}

/** The templates of InvenTree while one is typed, and the unit of the one that stands there. */
function templateField(template: JQuery, units: JQuery): void {
    suggestTemplates(template);
    const look = async (): Promise<void> => {
        const name = template.val().trim();
        const answer = name === '' ? null : await choices('templates', { search: name, limit: 20 });
        if (template.val().trim() !== name) return;
        const known = answer !== null && !answer.problem ? answer.items : null;
        const found = known?.find((item) => item.name.toLowerCase() === name.toLowerCase());
        const missing = known !== null && found === undefined;
        units
            .text(missing ? shared('parameters.missing') : found?.units || '')
            .attr('title', missing ? shared('parameters.missingHint') : '')
            .toggleClass('print-to-stock-bad', missing);
    };
    template.on('change', () => void look());
    $('#node-input-sync').on('change', () => void look());
    void look();
}
