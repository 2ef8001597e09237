// The printers that have a job: what they print, how far it is, and what came of it.
import type { PrinterCard } from '../../../lib/admin/sidebar/wire';
import { make } from '../page/elements';
import { t } from '../page/texts';
import { OverviewLoader } from '../overview-loader';
import { runtime } from '../runtime';
import { printerCard } from './printer-card';

export class PrintingNow {
    readonly element: HTMLElement;
    private store: string | null = null;
    private readonly list = make('ul', { class: 'pts-printers' });
    /** cards by the keys of their printers */
    private cards = new Map<string, ReturnType<typeof printerCard>>();
    private readonly loader: OverviewLoader<{ printers: PrinterCard[] }>;

    /** @param isSeen whether somebody looks at the tab */
    constructor(isSeen: () => boolean) {
        const id = 'pts-printing-title';
        // where it is scrolled, the keys need a stop in it
        this.element = make('section', { class: 'pts-printing', 'aria-labelledby': id, tabindex: 0, hidden: true }, [
            make('h3', { id, text: t('printing.title') }),
            this.list,
        ]);
        this.loader = new OverviewLoader({
            ask: () => runtime.printing(this.store ?? ''),
            take: ({ printers }) => this.take(printers),
            // what they do is not known: the list below says why nothing is answered
            fail: () => this.take([]),
            isSeen: () => this.store !== null && isSeen(),
        });
    }

    /** @param store null: none is open */
    show(store: string | null): void {
        if (store === this.store) return;
        this.store = store;
        this.take([]);
        this.loader.changed();
    }

    /** The printers of a store do something else. */
    changed(store: string): void {
        if (store === this.store) this.loader.changed();
    }

    /** The connection was away: what was told meanwhile was not heard. */
    lost(): void {
        this.loader.changed();
    }

    seen(): void {
        if (this.store !== null) this.loader.seen();
    }

    private take(printers: readonly PrinterCard[]): void {
        const { store } = this;
        const before = this.cards;
        this.cards = new Map(
            printers.map((each) => [each.key, before.get(each.key) ?? printerCard(store ?? '')] as const),
        );
        for (const each of printers) this.cards.get(each.key)!.show(each);
        const wanted = [...this.cards.values()].map(({ element }) => element);
        for (const child of [...this.list.children]) if (!wanted.includes(child as HTMLElement)) child.remove();
        // what stands where it belongs is left there: a link in it keeps the focus
        wanted.forEach((element, index) => {
            if (this.list.children[index] !== element)
                this.list.insertBefore(element, this.list.children[index] ?? null);
        });
        this.element.hidden = printers.length === 0;
    }
}
