// One step of the set-up: its head stays in sight with what was entered, its body is shown while it is worked on.
import { icon, make } from '../page/elements';
import { t } from '../page/texts';

export type StepState = 'open' | 'done' | 'ahead';

/** The code that the dialogs share; it is loaded before anything can be set up. */
export const shared = (): NonNullable<NonNullable<typeof PrintToStock>['dialogs']> => {
    const dialogs = globalThis.PrintToStock?.dialogs;
    if (dialogs === undefined) throw new Error('dialogs.js of this package is not loaded');
    return dialogs;
};

export class Step {
    readonly element: HTMLLIElement;
    private readonly mark = make('span', { class: 'pts-setup-step-mark', 'aria-hidden': 'true' });
    private readonly state = make('span', { class: 'pts-unseen' });
    private readonly summary = make('span', { class: 'pts-setup-step-summary' });
    private readonly head: HTMLButtonElement;

    /**
     * @param below stays in sight when the step is done; null: nothing does
     * @param of what it is about: a type of config node, or the last step
     * @param back opens it again when it is done
     * @param focus puts the focus where one begins
     */
    constructor(
        private readonly n: number,
        of: string,
        title: string,
        private readonly body: HTMLElement,
        below: HTMLElement | null,
        back: () => void,
        readonly focus: () => void,
    ) {
        this.head = make('button', { type: 'button', class: 'pts-setup-step-head', on: { click: back } }, [
            this.mark,
            make('span', { class: 'pts-setup-step-title', text: title }),
            this.summary,
            this.state,
        ]);
        body.classList.add('pts-setup-step-body');
        this.element = make('li', { class: 'pts-setup-step', 'data-step': n, 'data-of': of }, [this.head, body, below]);
    }

    show(state: StepState, summary: string): void {
        this.element.dataset['state'] = state;
        this.body.hidden = state !== 'open';
        this.head.disabled = state !== 'done';
        if (state === 'open') this.element.setAttribute('aria-current', 'step');
        else this.element.removeAttribute('aria-current');
        this.mark.replaceChildren(state === 'done' ? icon('fa-check') : String(this.n + 1));
        this.summary.textContent = state === 'done' ? summary : '';
        this.state.textContent = ` (${t(`setup.state.${state}`)})`;
    }
}

/** A field with its label above it. */
export function field(label: string, input: HTMLInputElement, hint = ''): HTMLElement {
    const id = `pts-setup-${Math.random().toString(36).slice(2)}`;
    input.id = id;
    if (hint !== '') input.setAttribute('aria-describedby', `${id}-hint`);
    return make('div', { class: 'pts-field' }, [
        make('label', { for: id, text: label }),
        input,
        hint === '' ? null : make('p', { class: 'pts-hint', id: `${id}-hint`, text: hint }),
    ]);
}

/** A box that is ticked or not. */
export function tick(label: string, box: HTMLInputElement): HTMLLabelElement {
    box.type = 'checkbox';
    return make('label', { class: 'pts-tick' }, [box, make('span', { text: label })]);
}
