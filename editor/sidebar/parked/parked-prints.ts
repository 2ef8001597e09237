// Parked prints are announced outside the tab: a button in the status bar with their number, and a notification.
import type { Note, StoreOverview } from '../../../lib/admin/sidebar/wire';
import { OverviewLoader } from '../overview-loader';
import { icon, make } from '../page/elements';
import { number } from '../page/format';
import { t } from '../page/texts';
import { runtime } from '../runtime';
import { causesOf, DismissedCauses, parkedOf } from './causes';
import { ParkedNotification } from './notification';

const ID = 'print-to-stock-parked';

/** The tab as it is used from outside. */
interface PrintsTab {
    readonly isSeen: boolean;
    /** brings the tab to the front, at the parked prints of a store */
    showParked: (store: string) => void;
}

export class ParkedPrints {
    private readonly count = make('span', { class: 'pts-parked-count' });
    private readonly button = make(
        'button',
        { type: 'button', class: 'red-ui-footer-button pts-parked-button', on: { click: () => this.look() } },
        [icon('fa-warning'), this.count],
    );
    private readonly overview = new OverviewLoader({
        ask: () => runtime.stores(),
        take: ({ stores }) => this.take(stores),
        // the tab says so where a person looks
        fail: () => undefined,
        isSeen: () => !document.hidden,
    });
    private readonly dismissed = new DismissedCauses(RED.settings.user?.username ?? null);
    private readonly notification = new ParkedNotification({
        look: () => this.look(),
        dismiss: () => this.dismiss(),
    });
    private stores: readonly StoreOverview[] = [];
    /** by store, as the runtime told it last */
    private readonly marks = new Map<string, string>();

    constructor(private readonly tab: PrintsTab) {
        RED.popover.tooltip($(this.button), t('parked.open'));
        RED.statusBar.add({ id: ID, align: 'right', element: $(this.button) });
        RED.statusBar.hide(ID);
        this.dismissed.onElsewhere(() => this.announce());
        document.addEventListener('visibilitychange', () => this.overview.seen());
    }

    /** Stores came or went, or nothing was heard of them for a while. */
    changed(): void {
        this.overview.changed();
    }

    /** What the runtime tells of a store; most of it is about other things. */
    heard(store: string, { parkedMark, counts }: Note): void {
        const mark = `${counts.parked} ${parkedMark}`;
        if (this.marks.get(store) === mark) return;
        this.marks.set(store, mark);
        this.overview.changed();
    }

    private take(stores: readonly StoreOverview[]): void {
        this.stores = stores;
        this.marks.clear();
        for (const store of stores)
            if (store.ready) this.marks.set(store.id, `${store.counts.parked} ${store.parkedMark}`);
        const parked = stores.reduce((sum, store) => sum + parkedOf(store), 0);
        this.count.textContent = number(parked);
        this.button.setAttribute('aria-label', t('parked.title', { n: number(parked) }));
        if (parked > 0) RED.statusBar.show(ID);
        else RED.statusBar.hide(ID);
        this.announce();
    }

    /** Who looks at the list sees it there. */
    private announce(): void {
        const causes = this.dismissed.newOf(causesOf(this.stores));
        if (this.notification.isOpen || !this.tab.isSeen) this.notification.show(causes);
    }

    private dismiss(): void {
        this.dismissed.dismiss(causesOf(this.stores));
        this.announce();
    }

    private look(): void {
        this.dismiss();
        const most = [...this.stores].sort((a, b) => parkedOf(b) - parkedOf(a))[0];
        if (most !== undefined) this.tab.showParked(most.id);
    }
}
