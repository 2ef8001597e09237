import { whenGone } from './requests/routes';

export interface CodeEditors {
    value: (property: string) => string;
    write: (property: string, text: string) => void;
    /** after their places were shown or hidden */
    fit: () => void;
}

/**
 * The editors of a dialog for JSON, one for each property.
 * @param places property → the element where its editor goes
 * @param values property → its text
 * @param changed runs after every change
 */
export function codeEditors(
    places: Record<string, string>,
    values: Record<string, string | undefined>,
    changed: () => void,
): CodeEditors {
    const editors = Object.entries(places).map(([property, id]) => {
        const editor = RED.editor.createEditor({ id, mode: 'ace/mode/json', value: values[property] ?? '' });
        editor.getSession().on('change', changed);
        whenGone($(`#${id}`).data('editor', editor), () => editor.destroy());
        return [property, editor] as const;
    });
    const byProperty = new Map(editors);
    return {
        value: (property) => byProperty.get(property)?.getValue() ?? '',
        write: (property, text) => byProperty.get(property)?.setValue(text, -1),
        fit: () => editors.forEach(([, editor]) => editor.resize?.()),
    };
}
