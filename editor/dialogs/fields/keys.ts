/** Shows which keys are chosen, as the boxes of a group. @param group holds a box for each key, its value */
export function showKeys(group: JQuery, label: string, chosen: readonly string[] = []): void {
    group.attr('aria-label', label);
    group.find('input').each(function (this: HTMLElement) {
        const box = $(this);
        box.prop('checked', chosen.includes(box.val()));
    });
}

/** @returns the keys that are ticked, in the order of their boxes */
export function chosenKeys(group: JQuery): string[] {
    return group
        .find('input:checked')
        .toArray()
        .map((box) => $(box).val());
}
