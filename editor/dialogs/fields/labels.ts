/**
 * Gives what belongs to a field its name for screen readers. Node-RED puts the texts into a dialog after `oneditprepare`:
 * until then its labels are empty.
 * @param id of the field
 * @param name is given the text of its label
 */
export function nameByLabel(id: string, name: (label: string) => void): void {
    setTimeout(() => name($(`label[for="${id}"]`).text().trim()), 0);
}
