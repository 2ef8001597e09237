// What the tab shows: the products of the catalog, those of the community as VK has them, or what a dry run would do.
import { button, make } from '../page/elements';
import { t } from '../page/texts';

const VIEWS = [
    { name: 'products', icon: 'fa-list' },
    { name: 'shop', icon: 'fa-shopping-basket' },
    { name: 'plan', icon: 'fa-tasks' },
] as const;
type View = (typeof VIEWS)[number]['name'];

export class Views {
    readonly element: HTMLElement;
    private current: View = 'products';
    private readonly buttons: readonly { name: View; button: HTMLButtonElement }[];

    /** @param changed told when another one is chosen */
    constructor(private readonly changed: () => void) {
        this.buttons = VIEWS.map(({ name, icon }) => ({
            name,
            button: button(t(`catalog.view.${name}`), { icon, 'data-act': `view-${name}` }, () => this.choose(name)),
        }));
        this.element = make(
            'div',
            { role: 'group', class: 'pts-views button-group', 'aria-label': t('catalog.view.label') },
            this.buttons.map((each) => each.button),
        );
        this.mark();
    }

    /** @param isPlanned there is a dry run */
    show(isPlanned: boolean): void {
        this.buttons.find(({ name }) => name === 'plan')!.button.hidden = !isPlanned;
        if (isPlanned || this.current !== 'plan') return;
        this.current = 'products';
        this.mark();
    }

    get value(): View {
        return this.current;
    }

    private choose(view: View): void {
        this.current = view;
        this.mark();
        this.changed();
    }

    private mark(): void {
        for (const { name, button: each } of this.buttons) {
            each.setAttribute('aria-pressed', String(name === this.current));
            each.classList.toggle('selected', name === this.current);
        }
    }
}
