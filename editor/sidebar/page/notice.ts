// What a person must know before anything else.
import { button, icon, make } from './elements';
import { mayWrite, t } from './texts';

export interface Notice {
    kind: 'error' | 'warning';
    sign: string;
    text: string;
    more?: string;
    /** the words of an error */
    words?: string | null;
    /** asks what is paused to go on */
    act?: () => void;
}

/** A notice as it stands in the tab. */
export function notice({ kind, sign, text, more, words, act }: Notice): HTMLElement {
    return make('div', { class: `pts-notice pts-notice-${kind}` }, [
        icon(sign),
        make('div', {}, [
            make('strong', { text }),
            more ? make('span', { text: ` ${more}` }) : null,
            words ? make('span', { class: 'pts-words', text: words }) : null,
        ]),
        act && mayWrite() ? button(t('tool.resume'), { icon: 'fa-play', 'data-act': 'resume' }, act) : null,
    ]);
}
