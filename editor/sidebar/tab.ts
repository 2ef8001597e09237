// The tab itself: puts the parts together, and brings them up to date as the runtime tells of changes.
import type { LedgerOverview, Note, Outage, StoreOverview } from '../../lib/admin/sidebar/wire';
import { Diagnostics } from './page/diagnostics';
import { button, fill, make } from './page/elements';
import { mayWrite, newVoice, say, t } from './page/texts';
import { Panels } from './panels';
import { emptyTable, missingParts } from './prints/empty';
import { Filters } from './prints/filters';
import { Notices } from './prints/notices';
import { Offered } from './prints/offered';
import { PrintTable } from './prints/print-table';
import { RetryAll } from './prints/retry-all';
import { act, runtime, whyOf, type Done } from './runtime';
import type { Gaps } from './setup/gaps';
import { maySetUp, Setup } from './setup/setup';
import { Webhooks } from './webhooks/webhooks';

const CHOSEN = 'print-to-stock-store';
/** the overview is asked for anew at most this often */
const PAUSE_MS = 1000;
/** while a server is off, the overview is asked for so often */
const OUTAGE_MS = 5000;

/** A store without a name is called as its dialog calls it: by its servers. */
function nameless(id: string): string {
    const node = RED.nodes.node(id);
    return node ? RED.utils.getNodeLabel(node, id) : t('store.unnamed', { id });
}

export class Tab {
    readonly element: HTMLElement;
    private stores: readonly StoreOverview[] = [];
    private store: StoreOverview | null = null;
    private dirty = true;
    private loading = false;
    private loadedAt = 0;
    private due: number | null = null;
    /** of the sources' long work, as the runtime told it last */
    private marks = '';
    /** id of a store whose older prints are previewed once it is open; empty: none */
    private previewed = '';
    private readonly notices = new Notices();
    private readonly table = new PrintTable((filter) =>
        emptyTable(
            filter,
            this.open?.sources ?? [],
            () => this.filters.clear(),
            () => this.panels.openHistory(),
        ),
    );
    private again: number | null = null;
    private readonly retryAll = new RetryAll(() => void this.retryParked());
    private readonly filters = new Filters((filter) => {
        this.table.show(this.store?.id ?? null, filter);
        if (this.open !== null) this.showNotices(this.open);
    });
    private readonly panels = new Panels(
        (source, action) => void this.act(source, action),
        () => this.showList(),
    );
    private readonly chooser = make('select', {
        class: 'pts-store',
        'aria-label': t('store.choose'),
        on: { change: () => this.choose(this.chooser.value) },
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
        this.chooser,
        ...this.panels.toggles,
        this.another,
        this.poll,
        this.diagnostics.toggle,
    ]);
    private readonly setup = new Setup({
        closed: () => {
            this.show();
            this.firstButton();
        },
        history: (store) => this.showHistory(store),
    });
    readonly webhooks = new Webhooks(
        () => this.isSeen,
        () => this.firstButton(),
    );
    private readonly offered = new Offered(
        (action) => this.act(undefined, action),
        () => this.filters.chooseNamed('offered'),
        () => this.firstButton(),
    );
    private readonly missing = make('div', { class: 'pts-empty' });
    private readonly main = make('div', { class: 'pts-main' }, [
        this.notices.element,
        this.offered.element,
        ...this.panels.elements,
        this.filters.element,
        this.retryAll.element,
        this.table.element,
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
        if (this.dirty) void this.load();
        this.webhooks.seen();
    }

    get isSeen(): boolean {
        return this.element.offsetParent !== null && !document.hidden;
    }

    /** The store that is shown, once it is open. */
    private get open(): (StoreOverview & LedgerOverview) | null {
        return this.store?.ready === true ? this.store : null;
    }

    /** Where the focus goes when what had it is gone. */
    private firstButton(): void {
        [...this.element.querySelectorAll('button')].find((each) => each.offsetParent !== null)?.focus();
    }

    changed(): void {
        this.dirty = true;
        if (!this.isSeen || this.due !== null) return;
        const wait = Math.max(0, this.loadedAt + PAUSE_MS - Date.now());
        this.due = setTimeout(() => {
            this.due = null;
            if (this.isSeen) void this.load();
        }, wait);
    }

    /** @param gaps a chain that is there, and lacks something; null: a new one */
    setUp(gaps: Gaps | null = null): void {
        this.setup.open(gaps);
        this.show();
    }

    /** After a set-up: what an import of the older prints would do. */
    private showHistory(store: string): void {
        this.previewed = store;
        if (this.stores.some(({ id }) => id === store)) this.choose(store);
        else this.changed();
    }

    /** Once the store that was just set up is open. */
    private beginPreview(): void {
        this.previewed = '';
        this.panels.openHistory();
        this.panels.preview();
    }

    private async load(): Promise<void> {
        this.dirty = this.loading;
        if (this.loading) return;
        this.loading = true;
        this.loadedAt = Date.now();
        const { body, failed } = await runtime.stores().answer;
        if (failed === null) this.take(body.stores);
        else this.fail(failed);
        this.loading = false;
        if (this.dirty) this.changed();
    }

    private take(stores: readonly StoreOverview[]): void {
        this.stores = stores;
        const wanted = this.previewed || (this.store ? this.store.id : localStorage.getItem(CHOSEN));
        this.store = stores.find(({ id }) => id === wanted) ?? stores[0] ?? null;
        this.chooser.hidden = stores.length < 2;
        this.chooser.replaceChildren(
            ...stores.map(({ id, name }) => make('option', { value: id, text: name || nameless(id) })),
        );
        if (this.store) this.chooser.value = this.store.id;
        this.show();
    }

    private choose(id: string): void {
        localStorage.setItem(CHOSEN, id);
        this.store = this.stores.find((store) => store.id === id) ?? null;
        this.panels.forgetChoice();
        this.show();
    }

    private show(): void {
        const store = this.open;
        fill(this.missing, this.setup.isOpen ? [] : missingParts(this.store, (gaps) => this.setUp(gaps)));
        this.main.hidden = store === null || this.setup.isOpen;
        this.tools.hidden = this.setup.isOpen || (store === null && this.chooser.hidden);
        this.another.hidden = !maySetUp();
        if (store === null) return;
        this.poll.hidden = store.sources.length === 0 || !mayWrite();
        this.showNotices(store);
        this.showQuestions(store);
        this.panels.show(store.sources);
        this.table.show(store.id, this.filters.value);
        if (this.previewed === store.id && store.sources.length > 0) this.beginPreview();
    }

    /** The list, or a panel in its place. */
    private showList(): void {
        this.filters.element.hidden = this.table.element.hidden = this.panels.isOpen;
        if (this.open !== null) this.showNotices(this.open);
    }

    private showNotices(store: LedgerOverview): void {
        this.notices.show(
            store,
            (source) => void this.act(source, { action: 'resume' }),
            () => void this.pollAll(),
        );
        this.retryAll.show(store.parked, this.filters.value.states.includes('parked') && !this.panels.isOpen);
        // when it is tried next changes without anything being told
        if (store.off.length > 0 && this.again === null)
            this.again = setTimeout(() => {
                this.again = null;
                this.changed();
            }, OUTAGE_MS);
    }

    private showQuestions({ counts, questions }: LedgerOverview): void {
        this.filters.show(counts, questions);
        this.offered.show(questions);
    }

    /** What the runtime tells goes in at once; what it does not hold is asked for. */
    heard(id: string, note: Note): void {
        const store = this.open;
        if (store === null || store.id !== id) return this.changed();
        const parked = store.counts.parked;
        Object.assign(store, { counts: note.counts, questions: note.questions });
        const off = (list: readonly Pick<Outage, 'server' | 'since'>[]): string =>
            list.map(({ server, since }) => server + since).join();
        const marks = note.sources.map(({ id: source, mark }) => source + mark).join();
        const known = marks === this.marks && off(store.off) === off(note.off);
        this.marks = marks;
        for (const { id: told, paused, backfill } of note.sources) {
            const source = store.sources.find((each) => each.id === told);
            if (source) Object.assign(source, { paused, backfill });
        }
        // why they are parked is asked for
        if (parked !== note.counts.parked) this.changed();
        if (!known || note.sources.length !== store.sources.length) return this.changed();
        if (!this.isSeen) {
            this.dirty = true;
            return;
        }
        this.showQuestions(store);
        this.showNotices(store);
        this.panels.showOpen();
        this.table.changed();
    }

    /** @param source its id; undefined: the store finds out whose it is */
    private async act(source: string | undefined, action: object): Promise<Done | undefined> {
        if (this.store === null) return undefined;
        const answer = await act(this.store.id, { source, ...action });
        this.changed();
        return answer;
    }

    private async pollAll(): Promise<void> {
        this.poll.disabled = true;
        const sources = this.open?.sources ?? [];
        const answers = await Promise.all(sources.map(({ id }) => this.act(id, { action: 'poll' })));
        this.poll.disabled = false;
        if (answers.every(Boolean)) say(t('done.poll'));
    }

    /** Each source tries its own. */
    private async retryParked(): Promise<void> {
        const sources = this.open?.sources ?? [];
        const answers = await Promise.all(sources.map(({ id }) => this.act(id, { action: 'retry-all' })));
        if (answers.every(Boolean)) say(t('retryAll.done'));
    }

    private fail(request: JQueryRequest): void {
        this.main.hidden = this.tools.hidden = true;
        fill(this.missing, [
            make('p', { text: whyOf(request) }),
            button(t('problem.again'), { icon: 'fa-refresh' }, () => void this.load()),
        ]);
    }
}
