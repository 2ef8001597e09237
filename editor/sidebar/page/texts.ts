let translate: Translate = (key) => key;

/** A text of the sidebar. */
export const t: Translate = (key, values) => translate(key, values);

/** The texts are there once the plugin is registered. */
export function useTexts(texts: Translate): void {
    translate = texts;
}

/** Told to screen readers, seen by nobody. */
export const voice = document.createElement('div');

export function say(text: string | null): void {
    if (voice.textContent === text) voice.textContent = '';
    voice.textContent = text;
}

export const mayWrite = (): boolean => RED.user.hasPermission('print-to-stock.write');

/** A source's name, or that of its kind of node. */
export function sourceName({ name, kind }: { name: string; kind: string }): string {
    return name || t(kind === 'octoprint' ? 'source.octoprint' : 'source.unnamed');
}
