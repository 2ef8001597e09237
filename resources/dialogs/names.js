/** `label` of a node: its name, else what the palette calls it. */
export const ownName = (t) =>
    function () {
        return this.name || t('paletteLabel');
    };

/** `labelStyle` of a node. */
export function nameStyle() {
    return this.name ? 'node_label_italic' : '';
}

/** `label` of a server: its name, else its address. */
export const serverName = (t) =>
    function () {
        const address = String(this.url || '');
        return this.name || address.replace(/^https?:\/\//, '').replace(/\/+$/, '') || t('paletteLabel');
    };
