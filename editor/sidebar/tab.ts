// The tab itself: puts the parts together, and brings them up to date as the runtime tells of changes.
import type { LedgerOverview, Note, StoreOverview } from '../../lib/admin/sidebar/wire';
import { Diagnostics } from './page/diagnostics';
import { Notes } from './notes';
import { OverviewLoader } from './overview-loader';
import { Chooser } from './page/chooser';
import { button, fill, focusFirstButton, isSeen, make } from './page/elements';
import { showFailure } from './page/failure';
import { mayWrite, newVoice, say, t, unnamedStore } from './page/texts';
import { Panels } from './panels';
import { emptyTable, missingParts } from './prints/empty';
import { Notices } from './prints/notices';
import { Offered } from './prints/offered';
import { PrintView } from './prints/print-view';
import { PrintingNow } from './printing/printing-now';
import { RetryAll } from './prints/retry-all';
import { act, runtime, type Done } from './runtime';
import type { Gaps } from './setup/gaps';
import { maySetUp, Setup } from './setup/setup';
import { Webhooks } from './webhooks/webhooks';

const CHOSEN = 'print-to-stock-store';
/** while a server is off, the overview is asked for so often */
const OUTAGE_MS = 5000;

export class Tab {
    readonly element: HTMLElement;
    private readonly overview = new OverviewLoader({
        ask: () => runtime.stores(),
        take: (body) => this.take(body.stores),
        fail: (request) => this.fail(request),
        isSeen: () => this.isSeen,
    });
    private readonly notes = new Notes();
    /** id of a store whose older prints are previewed once it is open; empty: none */
    private previewed = '';
    private readonly notices = new Notices();
    private readonly prints = new PrintView(
        (filter) =>
            emptyTable(
                filter,
                this.open?.sources ?? [],
                () => this.prints.clear(),
                () => this.panels.openHistory(),
            ),
        () => {
            if (this.open !== null) this.showNotices(this.open);
        },
        () => this.panels.close(),
    );
    private again: number | null = null;
    private readonly retryAll = new RetryAll(() => void this.retryParked());
    private readonly panels = new Panels(
        (source, action) => void this.act(source, action),
        () => this.showList(),
    );
    private readonly chooser = new Chooser<StoreOverview>(t('store.choose'), CHOSEN, unnamedStore, () => {
        this.panels.forgetChoice();
        this.show();
    });
    private readonly poll = button(
        t('tool.poll'),
        { icon: 'fa-refresh', iconOnly: true, 'data-act': 'poll' },
        () => void this.pollAll(),
    );
    private readonly diagnostics = new Diagnostics();
    private readonly another = button(t('setup.more'), { icon: 'fa-magic', iconOnly: true, 'data-act': 'setup' }, () =>
        this.setUp(),
    );
    private readonly tools = make('div', { class: 'pts-tools' }, [
        this.chooser.element,
        this.prints.toggle,
        ...this.panels.toggles,
        this.another,
        this.poll,
        this.diagnostics.toggle,
    ]);
    private readonly setup = new Setup({
        closed: () => {
            this.show();
            focusFirstButton(this.element);
        },
        history: (store) => this.showHistory(store),
    });
    readonly webhooks = new Webhooks(
        () => this.isSeen,
        () => focusFirstButton(this.element),
    );
    private readonly offered = new Offered(
        (action) => this.act(undefined, action),
        () => this.prints.chooseNamed('offered'),
        () => focusFirstButton(this.element),
    );
    readonly printing = new PrintingNow(() => this.isSeen);
    private readonly missing = make('div', { class: 'pts-empty' });
    private readonly main = make('div', { class: 'pts-main' }, [
        this.notices.element,
        this.offered.element,
        this.printing.element,
        ...this.panels.elements,
        ...this.prints.elements(this.retryAll.element),
    ]);

    constructor(id: string) {
        this.element = make('div', { class: 'pts-sidebar', id }, [
            newVoice(),
            this.tools,
            this.diagnostics.element,
            this.webhooks.element,
            this.setup.element,
            this.missing,
            this.main,
        ]);
    }

    /** Somebody looks at the tab (again): what has changed meanwhile is asked for. */
    seen(): void {
        this.overview.seen();
        this.webhooks.seen();
        this.printing.seen();
    }

    get isSeen(): boolean {
        return isSeen(this.element);
    }

    /** The store that is shown, once it is open. */
    private get open(): (StoreOverview & LedgerOverview) | null {
        const store = this.chooser.value;
        return store?.ready === true ? store : null;
    }

    changed(): void {
        this.overview.changed();
    }

    /** @param gaps a chain that is there, and lacks something; null: a new one */
    setUp(gaps: Gaps | null = null): void {
        this.setup.open(gaps);
        this.show();
    }

    /** The parked prints of a store; while a set-up is open, once that is left. */
    showParked(store: string): void {
        this.chooser.prefer(store);
        this.panels.close();
        this.prints.list('parked');
    }

    /** After a set-up: what an import of the older prints would do. */
    private showHistory(store: string): void {
        this.previewed = store;
        if (this.chooser.has(store)) this.chooser.choose(store);
        else this.changed();
    }

    /** Once the store that was just set up is open. */
    private beginPreview(): void {
        this.previewed = '';
        this.panels.openHistory();
        this.panels.preview();
    }

    private take(stores: readonly StoreOverview[]): void {
        this.chooser.show(stores, this.previewed || undefined);
        this.show();
    }

    private show(): void {
        const store = this.open;
        fill(this.missing, this.setup.isOpen ? [] : missingParts(this.chooser.value, (gaps) => this.setUp(gaps)));
        this.main.hidden = store === null || this.setup.isOpen;
        this.tools.hidden = this.setup.isOpen || (store === null && this.chooser.element.hidden);
        this.another.hidden = !maySetUp();
        this.printing.show(store?.id ?? null);
        if (store === null) return;
        this.poll.hidden = store.sources.length === 0 || !mayWrite();
        this.showNotices(store);
        this.showQuestions(store);
        this.panels.show(store.id, store.sources);
        this.prints.show(store.id);
        if (this.previewed === store.id && store.sources.length > 0) this.beginPreview();
    }

    /** The list, or a panel in its place. */
    private showList(): void {
        this.prints.setAway(this.panels.isOpen);
        this.printing.element.classList.toggle('pts-beside', this.panels.isOpen);
        if (this.open !== null) this.showNotices(this.open);
    }

    private showNotices(store: LedgerOverview): void {
        this.notices.show(
            store,
            (source) => void this.act(source, { action: 'resume' }),
            () => void this.pollAll(),
        );
        this.retryAll.show(store.parked, this.prints.isOfParked);
        // when it is tried next changes without anything being told
        if (store.off.length > 0 && this.again === null)
            this.again = setTimeout(() => {
                this.again = null;
                this.changed();
            }, OUTAGE_MS);
    }

    private showQuestions({ counts, questions }: LedgerOverview): void {
        this.prints.showCounts(counts, questions);
        this.offered.show(questions);
    }

    /** What the runtime tells of a store. */
    heard(id: string, note: Note): void {
        const store = this.open;
        if (store === null || store.id !== id) return this.changed();
        const leftOpen = this.notes.take(store, note);
        if (leftOpen !== null) this.changed();
        if (leftOpen === 'all') return;
        if (!this.isSeen) return this.overview.setOutdated();
        this.showQuestions(store);
        this.showNotices(store);
        this.panels.showOpen();
        this.prints.heard();
    }

    /** @param source its id; undefined: the store finds out whose it is */
    private async act(source: string | undefined, action: object): Promise<Done | undefined> {
        const store = this.chooser.value;
        if (store === null) return undefined;
        const answer = await act(store.id, { source, ...action });
        this.changed();
        return answer;
    }

    /** @returns whether every source did it */
    private async actOnAll(action: object): Promise<boolean> {
        const sources = this.open?.sources ?? [];
        return (await Promise.all(sources.map(({ id }) => this.act(id, action)))).every(Boolean);
    }

    private async pollAll(): Promise<void> {
        this.poll.disabled = true;
        const isDone = await this.actOnAll({ action: 'poll' });
        this.poll.disabled = false;
        if (isDone) say(t('done.poll'));
    }

    /** Each source tries its own. */
    private async retryParked(): Promise<void> {
        if (await this.actOnAll({ action: 'retry-all' })) say(t('retryAll.done'));
    }

    private fail(request: JQueryRequest): void {
        this.main.hidden = this.tools.hidden = true;
        showFailure(this.missing, request, () => void this.overview.load());
    }
}
