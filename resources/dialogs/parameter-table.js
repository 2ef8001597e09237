import { isPrintField, valueOfType } from './checks.js';
import { choices } from './choices.js';
import { say } from './lines.js';
import { resultLine } from './preview.js';
import { shared } from './texts.js';
import { printField } from './typed-fields.js';

/** What is saved without a type: a value of the print that our nodes know how to measure. */
const MEASURES = [
    'weight', 'time', 'cost', 'energyCost', 'layerHeight', 'filamentType', 'filamentColor', 'printer',
    'printerModel', 'project', 'name', 'filename', 'designer', 'actualWeight', 'actualTime',
]; // prettier-ignore
const MEASURE = 'measure';

/** The table template ← value. @returns `rows()` as they are saved, `values()` and `show(results)` for the preview */
export function parameterTable(list, rows, addLabel) {
    list.editableList({
        addItem: (container, _index, row) => addRow(container, row),
        addButton: addLabel,
        sortable: true,
        removable: true,
        removeItem: () => list.trigger('change'),
        height: 220,
    });
    for (const row of rows) list.editableList('addItem', row);
    const shown = () =>
        list
            .editableList('items')
            .toArray()
            .map((item) => $(item).data('row'));
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
export function checkRows(rows) {
    if (!Array.isArray(rows)) return shared('error.parameters');
    const templates = rows.map(({ template }) => String(template).toLowerCase());
    const twice = rows.find(({ template }, index) => templates.indexOf(String(template).toLowerCase()) !== index);
    if (twice) return shared('error.parameterTwice', { template: twice.template });
    for (const { template, value, valueType } of rows) {
        if (['msg', 'jsonata', 'print'].includes(valueType) && !(valueType === 'print' && isPrintField(value))) {
            const verdict = valueOfType(value, valueType, template);
            if (verdict !== true) return verdict;
        }
    }
    return true;
}

function addRow(container, row) {
    container.addClass('print-to-stock-parameter');
    const fields = $('<div class="print-to-stock-parameter-fields">').appendTo(container);
    const template = $('<input type="text" class="print-to-stock-template">')
        .attr({ placeholder: shared('parameters.template'), 'aria-label': shared('parameters.template') })
        .val(row.template || '')
        .appendTo(fields);
    const units = $('<span class="print-to-stock-units">').appendTo(fields);
    $('<i class="fa fa-long-arrow-left" aria-hidden="true">').appendTo(fields);
    const value = $('<input type="text" class="print-to-stock-value" style="width: 100%">').val(
        row.value ?? MEASURES[0],
    );
    $('<div class="print-to-stock-parameter-value">').append(value).appendTo(fields);
    const line = $('<div class="print-to-stock-line" aria-live="polite">').appendTo(container).hide();

    value.typedInput({ types: typesWith(row), default: MEASURE });
    value.typedInput('type', row.valueType || MEASURE);
    value.typedInput('value', row.value ?? MEASURES[0]);
    value.next().find('input').attr('aria-label', shared('parameters.value'));
    value
        .next()
        .find('.red-ui-typedInput-type-select')
        .attr('aria-label', shared('type.of', { label: shared('parameters.value') }));
    suggestTemplates(template, units);

    container.data('row', {
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
    });
}

function typesWith(row) {
    // a name that only a flow made by hand knows stays
    const known = row.valueType || !row.value || MEASURES.includes(row.value) ? MEASURES : [...MEASURES, row.value];
    const options = known.map((name) => ({
        value: name,
        label: MEASURES.includes(name) ? shared(`measure.${name}`) : name,
    }));
    return [{ value: MEASURE, label: shared('type.measure'), options }, printField(), 'msg', 'jsonata', 'str', 'num'];
}

/** The templates of InvenTree while one is typed, and the unit of the one that stands there. */
function suggestTemplates(template, units) {
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
    const look = async () => {
        const name = template.val().trim();
        const answer = name === '' ? null : await choices('templates', { search: name, limit: 20 });
        if (template.val().trim() !== name) return;
        const known = answer && !answer.problem;
        const found = known ? answer.items.find((item) => item.name.toLowerCase() === name.toLowerCase()) : undefined;
        const missing = known && !found;
        units
            .text(missing ? shared('parameters.missing') : found?.units || '')
            .attr('title', missing ? shared('parameters.missingHint') : '')
            .toggleClass('print-to-stock-bad', Boolean(missing));
    };
    template.on('change', () => void look());
    $('#node-input-sync').on('change', () => void look());
    void look();
}
