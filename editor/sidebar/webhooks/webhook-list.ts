// What one webhook node has parked: a page of it, with what can be done.
import type { ParkedDelivery, ParkedPage, WebhookOverview } from '../../../lib/admin/sidebar/wire';
import { button, hasFocus, make, pressable } from '../page/elements';
import { number } from '../page/format';
import { Pager } from '../page/pager';
import { rowBusy, Rows } from '../page/rows';
import { mayWrite, say, t } from '../page/texts';
import { answered, runtime, whyOf } from '../runtime';
import { webhookRow, type WebhookAction } from './webhook-row';

const PAGE = 20;
const COLUMNS = ['topic', 'device', 'when', 'status', 'actions', 'reason'];

type Action = { action: 'retry-all' } | { action: WebhookAction; id: string };

export class WebhookList {
    readonly element: HTMLElement;
    private readonly id: string;
    private asking: Promise<void> | null = null;
    /** something has changed while a page was asked for */
    private again = false;
    private readonly title: HTMLElement;
    private readonly host = make('span', { class: 'pts-at' });
    private readonly lost = make('p', { class: 'pts-failed', hidden: true });
    private readonly failed = make('p', { class: 'pts-failed', hidden: true });
    private readonly retryAll = button(t('webhooks.retryAll'), { icon: 'fa-repeat', 'data-act': 'retry-all' }, () => {
        void this.act({ action: 'retry-all' }, this.title.textContent ?? '');
    });
    private readonly body = make('div', { role: 'rowgroup' });
    private readonly rows = new Rows<ParkedDelivery>(
        this.body,
        ({ id }) => id,
        (delivery) => webhookRow(delivery, (action, row, name) => this.actOn(delivery, action, row, name)),
    );
    private readonly table: HTMLElement;
    private readonly pager = new Pager<string>(t('webhooks.pages'), () => this.ask());

    /** @param leave called where nothing is left that could have the focus */
    constructor(
        webhook: WebhookOverview,
        private readonly leave: () => void,
    ) {
        this.id = webhook.id;
        this.title = make('strong', { class: 'pts-name', id: `pts-webhook-${webhook.id}` });
        const heads = COLUMNS.map((name) => make('div', { role: 'columnheader', text: t(`webhooks.column.${name}`) }));
        this.table = make('div', { role: 'table', 'aria-labelledby': this.title.id }, [
            make('div', { role: 'rowgroup', class: 'pts-unseen' }, [make('div', { role: 'row' }, heads)]),
            this.body,
        ]);
        this.pager.element.hidden = true;
        this.element = make('div', { class: 'pts-webhook-list', 'data-webhook': webhook.id }, [
            make('div', { class: 'pts-webhook-head' }, [
                make('span', { class: 'pts-title' }, [this.title, this.host]),
                this.retryAll,
            ]),
            this.lost,
            this.failed,
            this.table,
            this.pager.element,
        ]);
        this.show(webhook);
    }

    /** Its overview has changed, and what it has parked with it. */
    show({ name, host, parked, dropped }: WebhookOverview): void {
        this.title.textContent = name || t('webhooks.unnamed');
        this.host.textContent = host;
        this.retryAll.hidden = !mayWrite() || parked === 0;
        this.lost.hidden = dropped === 0;
        this.lost.textContent = t('webhooks.dropped', { n: number(dropped) });
        void this.ask();
    }

    /** One question at a time; what changed meanwhile is asked for behind it. */
    private ask(): Promise<void> {
        if (this.asking !== null) {
            this.again = true;
            return this.asking;
        }
        this.again = false;
        this.asking = this.load();
        return this.asking;
    }

    private async load(): Promise<void> {
        const { body, failed } = await runtime.parkedWebhooks(this.id, this.pager.place, PAGE).answer;
        if (failed === null) this.take(body);
        else this.fail(failed);
        this.asking = null;
        if (this.again) await this.ask();
    }

    private take({ deliveries, total, next }: ParkedPage): void {
        const before = this.pager.pagesBefore * PAGE;
        // the page that was shown is gone: back to the newest
        if (deliveries.length === 0 && before > 0) {
            this.pager.toFirst();
            this.again = true;
            return;
        }
        this.failed.hidden = true;
        this.rows.show(deliveries);
        this.pager.show({ from: before + 1, to: before + deliveries.length, total: number(total), next });
        this.pager.element.hidden = before === 0 && next === null;
        this.table.setAttribute('aria-rowcount', String(total + 1));
    }

    private fail(request: JQueryRequest): void {
        // a node that was taken away meanwhile goes with the next overview
        if (request.status === 404) return;
        this.failed.hidden = false;
        this.failed.textContent = whyOf(request);
    }

    private actOn({ id }: ParkedDelivery, action: WebhookAction, row: HTMLElement, name: string): void {
        const at = [...this.body.children].indexOf(row);
        rowBusy(row);
        void this.act({ action, id }, name, at, action);
        // refused or not, it is shown anew
        this.rows.drop(id);
    }

    /** @param at row that the focus stays at; @param pressed the button there */
    private async act(body: Action, name: string, at = 0, pressed: WebhookAction = 'retry'): Promise<void> {
        const had = hasFocus(this.element);
        this.retryAll.disabled = true;
        const answer = await answered(runtime.actOnWebhook(this.id, body));
        this.retryAll.disabled = false;
        if (answer) say(t(`webhooks.done.${body.action}`, { name, n: number(answer.count) }));
        await this.ask();
        if (had) this.keepFocus(at, pressed);
    }

    /** What was pressed may be gone: on to the row that came into its place. */
    private keepFocus(at: number, act: string): void {
        const now = document.activeElement;
        const isDisabled = now instanceof HTMLButtonElement && now.disabled;
        if (now !== null && now !== document.body && now.isConnected && !isDisabled) return;
        const rows = this.body.children;
        const next = pressable(rows[Math.min(at, rows.length - 1)], act);
        if (next) next.focus();
        else this.leave();
    }
}
