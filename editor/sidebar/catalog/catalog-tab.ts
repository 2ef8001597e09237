// The tab "Catalog": stores and groups with their switches, the products in them, and what became of each in the shop.
import type { CatalogContent, CatalogOverview, ShopReport } from '../../../lib/admin/sidebar/catalog/wire';
import { Chooser } from '../page/chooser';
import { button, fill, focusFirstButton, isSeen, make } from '../page/elements';
import { mayWrite, newVoice, say, t } from '../page/texts';
import { OverviewLoader } from '../overview-loader';
import { showFailure } from '../page/failure';
import { AccountsPanel } from './accounts-panel';
import { AlbumList } from './album-list';
import { missingParts } from './empty';
import { ItemTable } from './item-table';
import { PlanTable } from './plan/plan-table';
import { ProductTable } from './product-table';
import { Questions } from './questions';
import { actOn, catalogs } from './requests';
import { SourceStatus } from './source-status';
import { StoreTree } from './store-tree';
import { Views } from './views';

const CHOSEN = 'print-to-stock-catalog';

type Open = CatalogOverview & CatalogContent;

export class CatalogTab {
    readonly element: HTMLElement;
    private community: string | null = null;
    /** state of the tree, as the runtime told it last */
    private treeMark: number | null = null;
    private readonly overview = new OverviewLoader({
        ask: () => catalogs.all(),
        take: (body) => this.take(body.catalogs),
        fail: (request) => this.fail(request),
        isSeen: () => this.isSeen,
    });
    private readonly chooser = new Chooser<CatalogOverview>(
        t('catalog.choose'),
        CHOSEN,
        (id) => t('catalog.unnamed', { id }),
        () => {
            this.products.choose(null);
            this.show();
        },
    );
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
    private readonly accounts = new AccountsPanel(() => this.changed());
    private readonly tools = make('div', { class: 'pts-tools' }, [
        this.chooser.element,
        this.shopChooser,
        this.views.element,
        this.accounts.toggle,
        this.refresh,
    ]);
    private readonly status = new SourceStatus((action) => void this.act(action));
    private readonly questions = new Questions(
        (action) => this.act(action),
        () => focusFirstButton(this.element),
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
    private readonly productView = make('div', { class: 'pts-split' }, [this.tree.element, this.products.element]);
    private readonly shopView = make('div', { class: 'pts-split', hidden: true }, [
        this.albums.element,
        this.items.element,
    ]);
    private readonly plan = new PlanTable();
    private readonly missing = make('div', { class: 'pts-empty' });
    private readonly main = make('div', { class: 'pts-main' }, [
        this.status.element,
        this.questions.element,
        this.productView,
        this.shopView,
        this.plan.element,
    ]);

    constructor(id: string) {
        this.element = make('div', { class: 'pts-sidebar pts-catalog', id }, [
            newVoice(),
            this.tools,
            this.accounts.element,
            this.missing,
            this.main,
        ]);
    }

    /** Somebody looks at the tab (again): what has changed meanwhile is asked for. */
    seen(): void {
        this.overview.seen();
    }

    get isSeen(): boolean {
        return isSeen(this.element);
    }

    changed(): void {
        this.overview.changed();
    }

    /** What the runtime tells of a catalog: that something of it has changed. */
    heard(id: string, { tree }: { tree?: number }): void {
        if (this.chooser.value?.id !== id) return;
        this.changed();
        if (!this.isSeen) {
            this.treeMark = null;
            return;
        }
        if (this.views.value === 'products') this.products.changed();
        else if (this.views.value === 'shop') this.items.changed();
        else this.plan.changed();
        this.showTree(tree ?? null);
    }

    private get open(): Open | null {
        const catalog = this.chooser.value;
        return catalog?.ready === true ? catalog : null;
    }

    private showTree(mark: number | null): void {
        if (mark !== null && mark === this.treeMark) return;
        this.treeMark = mark;
        this.tree.changed();
    }

    private take(all: readonly CatalogOverview[]): void {
        this.chooser.show(all);
        if (this.treeMark === null) this.showTree(null);
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
            missingParts(this.chooser.value, () => void this.sync()),
        );
        this.main.hidden = open === null || this.missing.childNodes.length > 0;
        this.tools.hidden = open === null && this.chooser.element.hidden;
        this.accounts.show(open);
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
        this.views.show(shop?.planned != null);
        const view = shop === null ? 'products' : this.views.value;
        this.productView.hidden = view !== 'products';
        this.shopView.hidden = view !== 'shop';
        this.plan.element.hidden = view !== 'plan';
        if (shop !== null && view === 'plan') return this.plan.show(catalog, shop);
        if (shop === null || view !== 'shop') return;
        this.items.show(catalog, shop.community);
        void this.albums.show(catalog, shop.community);
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
        const catalog = this.chooser.value;
        if (catalog === null) return false;
        const answer = await actOn(catalog.id, action);
        this.changed();
        return answer !== undefined;
    }

    private fail(request: JQueryRequest): void {
        this.main.hidden = this.tools.hidden = true;
        showFailure(this.missing, request, () => void this.overview.load());
    }
}
