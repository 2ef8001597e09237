/**
 * Tabs of a dialog: its pages are the children of `<id>-content`, and each is called like its tab.
 * @param shown runs after a page was shown
 */
export function tabs(id: string, labels: Record<string, string>, shown?: () => void): void {
    const bar = RED.tabs.create({
        id,
        onchange: (tab) => {
            $(`#${id}-content`).children().hide();
            $(`#${tab.id}`).show();
            shown?.();
        },
    });
    for (const [page, label] of Object.entries(labels)) bar.addTab({ id: page, label });
    setTimeout(() => bar.resize(), 0);
}
