/** `label` of a node: its name, else what the palette calls it. */
export const ownName = (t: Translate) =>
    function (this: EditorNode): string {
        return this.name || t('paletteLabel');
    };

/** `labelStyle` of a node. */
export function nameStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
}

/** `label` of a server: its name, else its address. */
export const serverName = (t: Translate) =>
    function (this: EditorNode): string {
        const address = typeof this['url'] === 'string' ? this['url'] : '';
        return this.name || address.replace(/^https?:\/\//, '').replace(/\/+$/, '') || t('paletteLabel');
    };
