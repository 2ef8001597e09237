import { whenGone } from './routes.js';

/**
 * The editors of a dialog for JSON, one for each property.
 * @param places property → the element where its editor goes
 * @param values property → its text
 * @param changed runs after every change
 * @returns `value(property)`; `fit()` after their places were shown or hidden
 */
export function codeEditors(places, values, changed) {
    const editors = Object.entries(places).map(([property, id]) => {
        const editor = RED.editor.createEditor({ id, mode: 'ace/mode/json', value: values[property] ?? '' });
        editor.getSession().on('change', changed);
        whenGone($(`#${id}`).data('editor', editor), () => editor.destroy());
        return [property, editor];
    });
    const byProperty = Object.fromEntries(editors);
    return {
        value: (property) => byProperty[property].getValue(),
        fit: () => editors.forEach(([, editor]) => editor.resize?.()),
    };
}
