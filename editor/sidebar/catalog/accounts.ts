// The Evotor accounts of a catalog: who waits for a yes, who is read, who is left alone; and codes for new ones.
import type { AccountView, OneTimeCode } from '../../../lib/admin/sidebar/catalog/wire';
import { askIn } from '../page/ask';
import { button, make, pressable } from '../page/elements';
import { number, when } from '../page/format';
import { rowBusy, Rows } from '../page/rows';
import { mayWrite, say, t } from '../page/texts';
import { PARTINGS } from './partings';
import { actOnAccounts } from './requests';

const DOTS = { pending: 'yellow', active: 'green', suspended: 'grey' } as const;
const COLUMNS = ['account', 'state', 'actions'];
type Action = { action: 'approve' | 'suspend' | 'remove'; parting?: string };

export class Accounts {
    readonly element: HTMLElement;
    private catalog = '';
    private readonly table: HTMLElement;
    private readonly rows: Rows<AccountView>;
    private readonly none = make('p', { text: t('catalog.accounts.none') });
    private readonly codeText = make('p', { class: 'pts-code', role: 'status', hidden: true });
    private readonly codeName = make('input', {
        type: 'text',
        id: 'pts-code-name',
        maxlength: 60,
        placeholder: t('catalog.accounts.codeFor'),
        on: {
            keydown: (event) => {
                if (event.key === 'Enter') void this.offerCode();
            },
        },
    });
    private readonly form = make('div', { class: 'pts-form' }, [
        make('label', { for: 'pts-code-name', text: t('catalog.accounts.codeLabel') }),
        this.codeName,
        button(t('catalog.accounts.code'), { icon: 'fa-key', 'data-act': 'code' }, () => void this.offerCode()),
    ]);

    /** @param changed told when something of them was changed here */
    constructor(private readonly changed: () => void) {
        const body = make('div', { role: 'rowgroup' });
        this.rows = new Rows<AccountView>(
            body,
            ({ id }) => id,
            (account) => this.row(account),
        );
        const heads = COLUMNS.map((name) =>
            make('div', { role: 'columnheader', text: t(`catalog.accounts.column.${name}`) }),
        );
        this.table = make('div', { role: 'table', 'aria-label': t('catalog.accounts.label') }, [
            make('div', { role: 'rowgroup', class: 'pts-unseen' }, [make('div', { role: 'row' }, heads)]),
            body,
        ]);
        this.element = make('div', { class: 'pts-accounts' }, [
            this.none,
            this.table,
            make('div', { class: 'pts-panel-body' }, [
                make('p', { class: 'pts-hint', text: t('catalog.accounts.hint') }),
                this.form,
                this.codeText,
            ]),
        ]);
    }

    show(catalog: string, accounts: readonly AccountView[]): void {
        if (catalog !== this.catalog) this.codeText.hidden = true;
        this.catalog = catalog;
        this.form.hidden = !mayWrite();
        this.none.hidden = accounts.length > 0;
        this.table.hidden = accounts.length === 0;
        this.rows.show(accounts, catalog);
    }

    private row(account: AccountView): HTMLElement {
        const { id, name, user, state, node, verifiedAs, stores, products, at } = account;
        const called = nameOf(account);
        const actions = make('div', { role: 'cell', class: 'pts-actions' });
        const facts = [
            name === null ? null : user,
            verifiedAs === null ? null : t('catalog.accounts.verifiedAs', { name: verifiedAs }),
            node === null ? t('catalog.accounts.linked') : t('catalog.accounts.typed'),
            stores > 0 ? t('catalog.accounts.content', { stores: number(stores), products: number(products) }) : null,
        ];
        const row = make('div', { role: 'row', class: `pts-row pts-account pts-account-${state}`, 'data-key': id }, [
            make('div', { role: 'cell', class: 'pts-title' }, [
                make('span', { class: 'pts-name', text: called, title: id }),
                make('span', { class: 'pts-at', text: facts.filter(Boolean).join(' · ') }),
            ]),
            make('div', { role: 'cell', class: 'pts-state', title: when(at) }, [
                make('span', { class: `pts-dot pts-${DOTS[state]}`, 'aria-hidden': 'true' }),
                make('span', { text: t(`catalog.accounts.state.${state}`) }),
            ]),
            actions,
        ]);
        if (mayWrite()) actions.append(...this.buttonsOf(row, account, called));
        return row;
    }

    private buttonsOf(row: HTMLElement, { id, state, node }: AccountView, name: string): HTMLElement[] {
        const one = (act: string, icon: string, go: () => void): HTMLElement =>
            button(
                t(`catalog.accounts.act.${act}`),
                {
                    icon,
                    'data-act': act,
                    'aria-label': t('catalog.accounts.actOn', { act: t(`catalog.accounts.act.${act}`), name }),
                },
                go,
            );
        const ask = (): void =>
            askIn(
                row,
                t('catalog.accounts.question', { name }),
                PARTINGS.map(({ parting, icon }) => ({
                    text: t(`catalog.accounts.parting.${parting}`),
                    act: `remove-${parting}`,
                    icon,
                    go: () => void this.act(row, id, name, { action: 'remove', parting }),
                })),
                () => pressable(row, 'remove')?.focus(),
            );
        return [
            state === 'active'
                ? one('suspend', 'fa-pause', () => void this.act(row, id, name, { action: 'suspend' }))
                : one('approve', 'fa-check', () => void this.act(row, id, name, { action: 'approve' })),
            // one that is typed would come back with its config node
            ...(node === null ? [one('remove', 'fa-trash-o', ask)] : []),
        ];
    }

    private async act(row: HTMLElement, id: string, name: string, action: Action): Promise<void> {
        rowBusy(row);
        const answer = await actOnAccounts(this.catalog, { ...action, id });
        this.rows.drop(id);
        if (answer !== undefined) say(t(`catalog.accounts.done.${action.action}`, { name }));
        this.changed();
    }

    private async offerCode(): Promise<void> {
        const name = this.codeName.value.trim();
        if (name === '') return void this.codeName.focus();
        const answer = await actOnAccounts<OneTimeCode>(this.catalog, { action: 'code', name });
        if (answer === undefined) return;
        const until = when(new Date(answer.until).toISOString());
        this.codeText.hidden = false;
        this.codeText.replaceChildren(
            make('strong', { class: 'pts-code-text', text: answer.code }),
            make('span', { text: t('catalog.accounts.codeIs', { name: answer.name, until }) }),
        );
        this.codeName.value = '';
    }
}

/** One without a name is called as its config node's dialog calls it, else by its user. */
function nameOf({ id, name, user, node }: AccountView): string {
    if (name) return name;
    const typed = node === null ? null : RED.nodes.node(node);
    return typed ? RED.utils.getNodeLabel(typed, user ?? id) : (user ?? id);
}
