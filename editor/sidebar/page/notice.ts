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
    /** what follows when, brought up to date without being read out again */
    next?: string;
    /** asks what is paused to go on, or what it is called */
    act?: () => void;
    button?: { text: string; icon: string; act: string };
}

/** A notice as it stands in the tab. */
export function notice({ kind, sign, text, more, words, next, act, button: its }: Notice): HTMLElement {
    return make('div', { class: `pts-notice pts-notice-${kind}` }, [
        icon(sign),
        make('div', {}, [
            make('strong', { text }),
            more ? make('span', { text: ` ${more}` }) : null,
            next === undefined ? null : make('span', { class: 'pts-next-try', text: next }),
            words ? make('span', { class: 'pts-words', text: words }) : null,
        ]),
        act && mayWrite()
            ? button(
                  its?.text ?? t('tool.resume'),
                  { icon: its?.icon ?? 'fa-play', 'data-act': its?.act ?? 'resume' },
                  act,
              )
            : null,
    ]);
}
