// The tab "Catalog": stores and groups with their switches, the products in them, and what became of each in the shop.
import type { CatalogContent, CatalogOverview, ShopReport } from '../../../lib/admin/sidebar/catalog/wire';
import { button, fill, make } from '../page/elements';
import { number } from '../page/format';
import { mayWrite, newVoice, say, t } from '../page/texts';
import { whyOf } from '../runtime';
import { Accounts } from './accounts';
import { AlbumList } from './album-list';
import { missingParts } from './empty';
import { ItemTable } from './item-table';
import { ProductTable } from './product-table';
import { Questions } from './questions';
import { actOn, catalogs } from './requests';
import { SourceStatus } from './source-status';
import { StoreTree } from './store-tree';
import { Views } from './views';

const CHOSEN = 'print-to-stock-catalog';
/** the overview is asked for anew at most this often */
const PAUSE_MS = 1000;

type Open = CatalogOverview & CatalogContent;

export class CatalogTab {
    readonly element: HTMLElement;
    private all: readonly CatalogOverview[] = [];
    private catalog: CatalogOverview | null = null;
    private community: string | null = null;
    private dirty = true;
    private loading = false;
    private loadedAt = 0;
    private due: number | null = null;
    /** state of the tree, as the runtime told it last */
    private treeMark: number | null = null;
    private readonly chooser = make('select', {
        class: 'pts-store',
        'aria-label': t('catalog.choose'),
        on: { change: () => this.choose(this.chooser.value) },
    });
    private readonly shopChooser = make('select', {
        class: 'pts-store',
        'aria-label': t('catalog.chooseShop'),
        on: { change: () => this.chooseShop(this.shopChooser.value) },
    });
    private readonly refresh = button(
        t('catalog.refresh'),
        { icon: 'fa-refresh', iconOnly: true, 'data-act': 'refresh' },
        () => void this.sync(),
    );
    private readonly views = new Views(() => this.show());
    private readonly accountCount = make('span', { class: 'pts-count', hidden: true });
    private readonly accountsToggle = button(
        t('catalog.tool.accounts'),
        { icon: 'fa-users', 'aria-expanded': 'false', 'aria-controls': 'pts-panel-accounts', 'data-act': 'accounts' },
        () => this.openAccounts(this.accountsPanel.hidden),
    );
    private readonly tools = make('div', { class: 'pts-tools' }, [
        this.chooser,
        this.shopChooser,
        this.views.element,
        this.accountsToggle,
        this.refresh,
    ]);
    private readonly status = new SourceStatus((action) => void this.act(action));
    private readonly questions = new Questions(
        (action) => this.act(action),
        () => this.firstButton(),
    );
    private readonly products = new ProductTable(
        () => this.showEverything(),
        () => this.changed(),
    );
    private readonly tree = new StoreTree(
        (place) => this.products.choose(place),
        () => this.changed(),
    );
    private readonly items: ItemTable = new ItemTable(() => {
        this.albums.clear();
        this.items.choose(null);
    });
    private readonly albums = new AlbumList((album) => this.items.choose(album));
    private readonly accounts = new Accounts(() => this.changed());
    private readonly accountsPanel = make(
        'section',
        { class: 'pts-panel', id: 'pts-panel-accounts', 'aria-label': t('catalog.accounts.label'), hidden: true },
        [this.accounts.element],
    );
    /** accounts that waited when it was looked last: the panel opens for a new one */
    private pending = 0;
    private readonly productView = make('div', { class: 'pts-split' }, [this.tree.element, this.products.element]);
    private readonly shopView = make('div', { class: 'pts-split', hidden: true }, [
        this.albums.element,
        this.items.element,
    ]);
    private readonly missing = make('div', { class: 'pts-empty' });
    private readonly main = make('div', { class: 'pts-main' }, [
        this.status.element,
        this.questions.element,
        this.productView,
        this.shopView,
    ]);

    constructor(id: string) {
        this.element = make('div', { class: 'pts-sidebar pts-catalog', id }, [
            newVoice(),
            this.tools,
            this.accountsPanel,
            this.missing,
            this.main,
        ]);
        this.accountsToggle.append(this.accountCount);
    }

    /** Somebody looks at the tab (again): what has changed meanwhile is asked for. */
    seen(): void {
        if (this.dirty) void this.load();
    }

    get isSeen(): boolean {
        return this.element.offsetParent !== null && !document.hidden;
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

    /** What the runtime tells of a catalog: that something of it has changed. */
    heard(id: string, { tree }: { tree?: number }): void {
        if (this.catalog?.id !== id) return;
        this.changed();
        if (!this.isSeen) {
            this.treeMark = null;
            return;
        }
        if (this.views.value === 'products') this.products.changed();
        else this.items.changed();
        this.showTree(tree ?? null);
    }

    private get open(): Open | null {
        return this.catalog?.ready === true ? this.catalog : null;
    }

    private showTree(mark: number | null): void {
        if (mark !== null && mark === this.treeMark) return;
        this.treeMark = mark;
        this.tree.changed();
    }

    private async load(): Promise<void> {
        this.dirty = this.loading;
        if (this.loading) return;
        this.loading = true;
        this.loadedAt = Date.now();
        const { body, failed } = await catalogs.all().answer;
        if (failed === null) this.take(body.catalogs);
        else this.fail(failed);
        this.loading = false;
        if (this.dirty) this.changed();
    }

    private take(all: readonly CatalogOverview[]): void {
        this.all = all;
        const wanted = this.catalog?.id ?? localStorage.getItem(CHOSEN);
        this.catalog = all.find(({ id }) => id === wanted) ?? all[0] ?? null;
        this.chooser.hidden = all.length < 2;
        this.chooser.replaceChildren(
            ...all.map(({ id, name }) => make('option', { value: id, text: name || t('catalog.unnamed', { id }) })),
        );
        if (this.catalog) this.chooser.value = this.catalog.id;
        if (this.treeMark === null) this.showTree(null);
        this.show();
    }

    private choose(id: string): void {
        localStorage.setItem(CHOSEN, id);
        this.catalog = this.all.find((each) => each.id === id) ?? null;
        this.products.choose(null);
        this.show();
    }

    private chooseShop(community: string): void {
        this.community = community;
        this.show();
    }

    private show(): void {
        const { open } = this;
        fill(
            this.missing,
            missingParts(this.catalog, () => void this.sync()),
        );
        this.main.hidden = open === null || this.missing.childNodes.length > 0;
        this.tools.hidden = open === null && this.chooser.hidden;
        this.showAccounts(open);
        if (open === null) return;
        this.refresh.hidden = open.sources.length === 0 || !mayWrite();
        const shop = this.showShops(open.shops);
        this.status.show(open);
        this.questions.show(open);
        this.tree.show(open.id, open.stores);
        const names = open.stores.length > 1 ? new Map(open.stores.map(({ id, name }) => [id, name])) : null;
        const all = open.stores.reduce((sum, { products }) => sum + products, 0);
        const context = { catalog: open.id, community: shop?.community ?? null, storeNames: names };
        this.products.show(context, shop, all);
        this.showShopView(open.id, shop);
    }

    private showShopView(catalog: string, shop: ShopReport | null): void {
        this.views.element.hidden = shop === null;
        const isShop = shop !== null && this.views.value === 'shop';
        this.productView.hidden = isShop;
        this.shopView.hidden = !isShop;
        if (!isShop) return;
        this.items.show(catalog, shop.community);
        void this.albums.show(catalog, shop.community);
    }

    private showAccounts(open: Open | null): void {
        const accounts = open?.accounts ?? [];
        const waiting = accounts.filter(({ state }) => state === 'pending').length;
        this.accountsToggle.hidden = open === null || !open.sources.some(({ kind }) => kind === 'evotor');
        this.accountCount.hidden = waiting === 0;
        this.accountCount.textContent = String(waiting);
        if (open !== null) this.accounts.show(open.id, accounts);
        if (waiting > this.pending) {
            this.openAccounts(true);
            say(t('catalog.accounts.waiting', { n: number(waiting) }));
        }
        this.pending = waiting;
        if (this.accountsToggle.hidden && waiting === 0) this.openAccounts(false);
    }

    private openAccounts(open: boolean): void {
        this.accountsPanel.hidden = !open;
        this.accountsToggle.setAttribute('aria-expanded', String(open));
        this.accountsToggle.classList.toggle('selected', open);
    }

    /** @returns the one that is looked at */
    private showShops(shops: readonly ShopReport[]): ShopReport | null {
        const shop = shops.find(({ community }) => community === this.community) ?? shops[0] ?? null;
        this.shopChooser.hidden = shops.length < 2;
        const names = shops.map(({ community: id }) => make('option', { value: id, text: t('catalog.shop', { id }) }));
        this.shopChooser.replaceChildren(...names);
        if (shop !== null) this.shopChooser.value = shop.community;
        return shop;
    }

    private showEverything(): void {
        this.tree.clear();
        this.products.choose(null);
    }

    private async sync(): Promise<void> {
        this.refresh.disabled = true;
        const done = await this.act({ action: 'sync' });
        this.refresh.disabled = false;
        if (done) say(t('catalog.done.refresh'));
    }

    private async act(action: object): Promise<boolean> {
        if (this.catalog === null) return false;
        const answer = await actOn(this.catalog.id, action);
        this.changed();
        return answer !== undefined;
    }

    /** Where the focus goes when what had it is gone. */
    private firstButton(): void {
        [...this.element.querySelectorAll('button')].find((each) => each.offsetParent !== null)?.focus();
    }

    private fail(request: JQueryRequest): void {
        this.main.hidden = this.tools.hidden = true;
        fill(this.missing, [
            make('p', { text: whyOf(request) }),
            button(t('problem.again'), { icon: 'fa-refresh' }, () => void this.load()),
        ]);
    }
}
