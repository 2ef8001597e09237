import express, { type Request, type Response } from 'express';
import { Simulator, type SimulatorOptions } from '../simulator';
import { Access, mustAcceptV2, type Account, type AccountOptions } from './access';
import { answer, answerErrors, Refusal, type RefusalBody } from './answers';
import { pageOf } from './pages';
import { Rates } from './rates';
import type { ProductRow, StoreRow } from './rows';
import { Tills } from './tills';
import { groupView, imageView, productView, storeView } from './views';

export interface EvotorOptions extends SimulatorOptions {
    /** milliseconds since 1970 */
    now?: () => number;
    /** rows of a page; Evotor's are 1,000, which clients cannot change */
    pageSize?: number;
}

/**
 * Evotor's cloud, version 2, as documented: stores, groups, products, images, several accounts. Clients ask it over HTTP; a
 * test plays the people at the tills (`tills`) and the cabinet (`access`). Nothing of it was measured on the real one.
 */
export class EvotorSimulator extends Simulator {
    readonly access = new Access();
    readonly rates: Rates;
    readonly tills: Tills;
    /** of the first account, which may read everything */
    readonly account: Account;
    pageSize: number;
    refusals: RefusalBody = 'empty';
    /** where pictures are said to lie; default: here */
    pictureHost: string | null = null;
    /** the credentials that requests for pictures came with; empty: none */
    readonly shownToPictures: string[] = [];
    /** pictures on this host ask for the token */
    picturesNeedToken = false;

    constructor(options: EvotorOptions = {}) {
        super(options);
        const now = options.now ?? Date.now;
        this.pageSize = options.pageSize ?? 1000;
        this.rates = new Rates(now);
        this.tills = new Tills(now);
        this.account = this.access.add();
        this.app.get('/pictures/:product/:image', (req, res) => this.picture(req, res));
        this.app.use(this.api());
        this.app.use((_req, _res, next) => next(new Refusal(404)));
        this.app.use(answerErrors(() => this.refusals));
    }

    get token(): string {
        return this.account.token;
    }

    addAccount(options?: AccountOptions): Account {
        return this.access.add(options);
    }

    private api(): express.Router {
        const api = express.Router({ caseSensitive: true, strict: true });
        const asked = (req: Request, res: Response, right: keyof Account['rights']): Account => {
            const account = this.access.accountOf(req);
            mustAcceptV2(req);
            this.rates.count(req, res, account.token);
            if (!account.rights[right]) throw new Refusal(403);
            return account;
        };
        api.get('/stores', (req, res) => {
            const { userId } = asked(req, res, 'stores');
            const rows = this.tills.storesOf(userId);
            answer(res, pageOf(req, rows, storeView, { pageSize: this.pageSize, takesSince: false }));
        });
        api.get('/stores/:store/product-groups', (req, res) => {
            const store = this.store(req, asked(req, res, 'products'));
            const options = { pageSize: this.pageSize, takesSince: false };
            answer(
                res,
                pageOf(req, [...store.groups.values()], (row) => groupView(row, store), options),
            );
        });
        api.get('/stores/:store/products', (req, res) => {
            const account = asked(req, res, 'products');
            const store = this.store(req, account);
            const options = { pageSize: this.pageSize, takesSince: true };
            answer(
                res,
                pageOf(req, [...store.products.values()], (row) => productView(row, store, account), options),
            );
        });
        api.get('/stores/:store/products/:product', (req, res) => {
            const account = asked(req, res, 'products');
            const store = this.store(req, account);
            answer(res, productView(this.product(req, store), store, account));
        });
        api.get('/stores/:store/products/:product/images', (req, res) => {
            const store = this.store(req, asked(req, res, 'images'));
            const product = this.product(req, store);
            const options = { pageSize: this.pageSize, takesSince: false };
            const host = this.pictureHost ?? this.url;
            const address = (id: string): string =>
                `${host}/pictures/${product.id}/${id}.png?sign=${product.code ?? 'x'}`;
            answer(
                res,
                pageOf(req, product.images, (row) => imageView(row, product, store, address(row.id)), options),
            );
        });
        return api;
    }

    /** @throws Refusal 404 for one of another account too; 402 */
    private store(req: Request, { userId }: Account): StoreRow {
        const store = this.tills.stores.get(req.params['store']!);
        if (store?.userId !== userId) throw new Refusal(404);
        if (store.unpaid) throw new Refusal(402);
        return store;
    }

    private product(req: Request, store: StoreRow): ProductRow {
        const product = store.products.get(req.params['product']!);
        if (product === undefined) throw new Refusal(404);
        return product;
    }

    private picture(req: Request, res: Response): void {
        const shown = req.get('authorization') ?? req.get('x-authorization') ?? '';
        this.shownToPictures.push(shown);
        if (this.picturesNeedToken) this.access.accountOf(req);
        const { product, image } = req.params as { product: string; image: string };
        const bytes = this.tills.picture(product, image.replace(/\.png$/, ''));
        if (bytes === null) throw new Refusal(404);
        res.setHeader('content-type', 'image/png');
        res.end(bytes);
    }
}
