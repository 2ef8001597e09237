/**
 * The quiet line below a field: what it stands for, or what is wrong with it.
 * @param field the input of the dialog, e.g. `#node-input-category`
 */
export function lineBelow(field: JQueryContent): JQuery {
    const id = `${$(field).attr('id')}-line`;
    const found = $(`#${id}`);
    if (found.length > 0) return found;
    const line = $('<div class="print-to-stock-line" aria-live="polite">').attr('id', id);
    const row = $(field).closest('.form-row');
    line.insertAfter(row);
    row.find('input:visible').attr('aria-describedby', id);
    return line.hide();
}

/** What a line says. */
export interface Line {
    text: string;
    /** it is an error */
    bad?: boolean;
    title?: string;
    /** for screen readers alone: it stands in the field */
    unseen?: boolean;
}

/** @param state null: nothing to say */
export function say(line: JQuery, state: Line | null): void {
    line.text(state?.text ?? '')
        .toggleClass('print-to-stock-bad', state?.bad === true)
        .toggleClass('print-to-stock-unseen', state?.unseen === true)
        .attr('title', state?.title ?? null)
        .toggle(Boolean(state?.text));
}

/** What a field gives for the newest print. @param text empty or null: nothing to say */
export function sayBelow(property: string, text: string | null | undefined): void {
    say(lineBelow(`#node-input-${property}`), text ? { text: `→ ${text}` } : null);
}

/** Marks a field that Node-RED does not judge itself. @param verdict true, or what is wrong with it */
export function judge(field: JQueryContent, verdict: Verdict): void {
    const bad = verdict !== true;
    $(field).toggleClass('input-error', bad).attr('aria-invalid', String(bad));
    say(lineBelow(field), bad ? { text: String(verdict), bad } : null);
}
