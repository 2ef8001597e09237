// The panel of the Evotor accounts, with the button that opens it: it opens by itself where an account waits for a yes.
import type { CatalogContent, CatalogOverview } from '../../../lib/admin/sidebar/catalog/wire';
import { button, make } from '../page/elements';
import { number } from '../page/format';
import { say, t } from '../page/texts';
import { Accounts } from './accounts';

const ID = 'pts-panel-accounts';

export class AccountsPanel {
    readonly element: HTMLElement;
    private readonly accounts: Accounts;
    private readonly count = make('span', { class: 'pts-count', hidden: true });
    readonly toggle = button(
        t('catalog.tool.accounts'),
        { icon: 'fa-users', 'aria-expanded': 'false', 'aria-controls': ID, 'data-act': 'accounts' },
        () => this.open(this.element.hidden),
    );
    /** accounts that waited when it was looked last: the panel opens for a new one */
    private pending = 0;

    /** @param changed told when something of them was changed here */
    constructor(changed: () => void) {
        this.accounts = new Accounts(changed);
        this.element = make(
            'section',
            { class: 'pts-panel', id: ID, 'aria-label': t('catalog.accounts.label'), hidden: true },
            [this.accounts.element],
        );
        this.toggle.append(this.count);
    }

    /** @param catalog null: none is open */
    show(catalog: (CatalogOverview & CatalogContent) | null): void {
        const accounts = catalog?.accounts ?? [];
        const waiting = accounts.filter(({ state }) => state === 'pending').length;
        this.toggle.hidden = catalog === null || !catalog.sources.some(({ kind }) => kind === 'evotor');
        this.count.hidden = waiting === 0;
        this.count.textContent = String(waiting);
        if (catalog !== null) this.accounts.show(catalog.id, accounts);
        if (waiting > this.pending) {
            this.open(true);
            say(t('catalog.accounts.waiting', { n: number(waiting) }));
        }
        this.pending = waiting;
        if (this.toggle.hidden && waiting === 0) this.open(false);
    }

    private open(open: boolean): void {
        this.element.hidden = !open;
        this.toggle.setAttribute('aria-expanded', String(open));
        this.toggle.classList.toggle('selected', open);
    }
}
