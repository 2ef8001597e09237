import { SERVERS } from './server-kinds';

/** `label` of a node: its name, else what the palette calls it. */
export const ownName = (t: Translate) =>
    function (this: EditorNode): string {
        return this.name || t('paletteLabel');
    };

/** `labelStyle` of a node. */
export function nameStyle(this: EditorNode): string {
    return this.name ? 'node_label_italic' : '';
}

/** `label` of a server: its name, else what it is with its address, such as "InvenTree 192.168.1.20:8001". */
export const serverName = (t: Translate) =>
    function (this: EditorNode): string {
        const url = typeof this['url'] === 'string' ? this['url'] : '';
        const address = url.replace(/^https?:\/\//, '').replace(/\/+$/, '');
        return this.name || (address && `${SERVERS[this.type]!.label} ${address}`) || t('paletteLabel');
    };
