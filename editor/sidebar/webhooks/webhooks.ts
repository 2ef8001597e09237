// Webhooks that were not delivered, of all webhook nodes. There only while there are some.
import type { WebhookOverview } from '../../../lib/admin/sidebar/wire';
import { hasFocus, icon, make } from '../page/elements';
import { number } from '../page/format';
import { say, t } from '../page/texts';
import { OverviewLoader } from '../overview-loader';
import { runtime } from '../runtime';
import { WebhookList } from './webhook-list';

export class Webhooks {
    readonly element: HTMLElement;
    private readonly overview: OverviewLoader<{ webhooks: WebhookOverview[] }>;
    private parked = 0;
    private webhooks: readonly WebhookOverview[] = [];
    private lists = new Map<string, WebhookList>();
    private readonly title = make('span');
    private readonly arrow = icon('fa-chevron-right');
    private readonly body = make('div', { class: 'pts-webhooks-body', id: 'pts-webhooks-body', hidden: true });
    private readonly toggle = make(
        'button',
        {
            type: 'button',
            class: 'pts-webhooks-toggle',
            'data-act': 'webhooks',
            'aria-expanded': 'false',
            'aria-controls': 'pts-webhooks-body',
            on: { click: () => this.open(this.body.hidden) },
        },
        [this.arrow, make('span', { class: 'pts-dot pts-red', 'aria-hidden': 'true' }), this.title],
    );

    /**
     * @param isSeen () → whether somebody looks at the tab
     * @param leave called where the part goes while it has the focus
     */
    constructor(
        isSeen: () => boolean,
        private readonly leave: () => void,
    ) {
        this.overview = new OverviewLoader({
            ask: () => runtime.webhooks(),
            take: ({ webhooks }) => this.show(webhooks),
            // the prints say what is wrong; these are asked for again when something is told, or somebody looks
            fail: () => this.overview.setOutdated(),
            isSeen,
        });
        this.element = make('section', { class: 'pts-webhooks', 'aria-label': t('webhooks.label'), hidden: true }, [
            this.toggle,
            this.body,
        ]);
    }

    /** Somebody looks at the tab (again). */
    seen(): void {
        this.overview.seen();
    }

    /** Something parked has changed, or a webhook came or went. */
    changed(): void {
        this.overview.changed();
    }

    private open(open: boolean): void {
        this.body.hidden = !open;
        this.toggle.setAttribute('aria-expanded', String(open));
        this.arrow.className = `fa fa-chevron-${open ? 'down' : 'right'}`;
        this.showLists();
    }

    private show(webhooks: readonly WebhookOverview[]): void {
        this.webhooks = webhooks;
        const parked = webhooks.reduce((sum, each) => sum + each.parked, 0);
        const before = this.parked;
        this.parked = parked;
        this.title.textContent = t('webhooks.title', { n: number(parked) });
        const focused = hasFocus(this.element);
        this.element.hidden = parked === 0;
        if (parked > before) say(this.title.textContent);
        this.showLists();
        if (!focused || hasFocus(this.element)) return;
        if (parked === 0) this.leave();
        else this.toggle.focus();
    }

    /** Only what is open is asked for. */
    private showLists(): void {
        if (this.body.hidden) return;
        const before = this.lists;
        this.lists = new Map(
            this.webhooks.map((webhook) => {
                const list = before.get(webhook.id);
                list?.show(webhook);
                return [webhook.id, list ?? new WebhookList(webhook, () => this.leave())];
            }),
        );
        const wanted = [...this.lists.values()].map(({ element }) => element);
        const now = [...this.body.children];
        // what is in its place stays there, and its focus with it
        if (wanted.length !== now.length || wanted.some((element, at) => element !== now[at]))
            this.body.replaceChildren(...wanted);
    }
}
