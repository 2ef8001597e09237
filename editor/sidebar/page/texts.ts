let translate: Translate = (key) => key;

/** A text of the sidebar. */
export const t: Translate = (key, values) => translate(key, values);

/** The texts are there once the plugin is registered. */
export function useTexts(texts: Translate): void {
    translate = texts;
}

const voices: HTMLElement[] = [];

/** What a tab tells screen readers, seen by nobody. Of a tab that is hidden it is not read out. */
export function newVoice(): HTMLElement {
    const voice = document.createElement('div');
    voice.className = 'pts-voice';
    voice.setAttribute('role', 'status');
    voice.setAttribute('aria-live', 'polite');
    voices.push(voice);
    return voice;
}

/** Tells screen readers, in the tab that is shown. */
export function say(text: string | null): void {
    for (const voice of voices) {
        if (voice.textContent === text) voice.textContent = '';
        voice.textContent = text;
    }
}

export const mayWrite = (): boolean => RED.user.hasPermission('print-to-stock.write');

/** A source's name, or what its node's own definition calls one without a name; in a subflow no node is drawn. */
export function sourceName({ id, name, kindLabel }: { id: string; name: string; kindLabel: string }): string {
    const node = RED.nodes.node(id);
    return name || (node ? RED.utils.getNodeLabel(node, kindLabel) : kindLabel);
}

/** A store without a name is called as its dialog calls it: by its servers. */
export function unnamedStore(id: string): string {
    const node = RED.nodes.node(id);
    return node ? RED.utils.getNodeLabel(node, id) : t('store.unnamed', { id });
}
