import { systemClock, type Clock } from '../../concurrency/clock';
import { serverAddress } from '../../http/address';
import { RejectedError, UnavailableError } from '../../http/errors';
import { Http, type Answer, type RequestOptions } from '../../http/http';
import type { Picture } from '../../http/picture-type';
import {
    groupSchema,
    imageSchema,
    productSchema,
    storeSchema,
    type EvotorGroup,
    type EvotorImage,
    type EvotorProduct,
    type EvotorStore,
    type Row,
} from './answers';
import { Authorization, WAYS, type AuthorizationWay } from './authorization';
import { PaymentRequiredError } from './errors';
import { EVOTOR_FORM } from './own-form';
import { pagesOf, wholeList, type ListQuery, type Page } from './pages';
import { Pictures, PICTURE_REQUEST } from './pictures';
import { RateLimits } from './rate-limits';
import { EVOTOR } from './server-traits';

export interface EvotorSettings {
    /** e.g. `https://api.evotor.ru` */
    url: string;
    /** of the pair application and user */
    token: string;
    authorization: 'auto' | AuthorizationWay;
    /** seconds */
    timeout: number;
}

/** A whole list, as far as it could be read. */
export interface EvotorList<T> {
    rows: Row<T>[];
    /** the server said that it ends here: what is not in it is gone */
    isComplete: boolean;
}

/** The headers name the version: without them the answer may be another's. No body is ever sent, so no Content-Type. */
const ACCEPT = { Accept: 'application/vnd.evotor.v2+json' };
/** How often a request is sent again that came over the limit. */
const RATE_RETRIES = 3;

/**
 * Evotor's cloud, version 2, as far as we read it; nothing is ever written. Every call may throw what `Http.request`
 * throws, and PaymentRequiredError. Documented, not measured: see docs.
 */
export class EvotorClient {
    /** without a trailing slash */
    readonly address: string;
    private connections: Readonly<Record<AuthorizationWay, Http>>;
    private readonly authorization: Authorization;
    private readonly limits: RateLimits;
    private readonly pictures: Pictures;

    /** @throws ConfigError for an address that cannot be one */
    constructor(
        private readonly settings: EvotorSettings,
        clock: Clock = systemClock,
    ) {
        const { token, timeout } = settings;
        this.address = serverAddress(settings.url, EVOTOR);
        this.authorization = new Authorization(settings.authorization);
        this.limits = new RateLimits(clock);
        this.connections = this.connectionsWith(token, [token]);
        this.pictures = new Pictures({
            timeout,
            api: this.address,
            own: (path, search, signal) => this.ask(path, { ...PICTURE_REQUEST, search, signal }),
        });
    }

    /** The way of showing the token that is known, or thought, to work. */
    get way(): AuthorizationWay {
        return this.authorization.current;
    }

    /** Asks with another token from now on; requests under way end with the one of before, at the latest after some seconds. */
    useToken(token: string): void {
        const before = this.connections;
        this.connections = this.connectionsWith(token, [token, this.settings.token]);
        for (const http of Object.values(before)) http.close();
    }

    /** The stores of the account. */
    stores(signal?: AbortSignal): Promise<EvotorList<EvotorStore>> {
        return wholeList(pagesOf((query) => this.list('/stores', null, query, signal), storeSchema, {}, 'GET /stores'));
    }

    /** The groups of a store, without an order: a parent may come after its child. */
    groups(storeId: string, signal?: AbortSignal): Promise<EvotorList<EvotorGroup>> {
        const path = `${pathOf(storeId)}/product-groups`;
        const ask = (query: RequestOptions['query']): Promise<unknown> => this.list(path, storeId, query, signal);
        return wholeList(pagesOf(ask, groupSchema, {}, `GET ${path}`));
    }

    /**
     * The products of a store, page by page.
     * @param query `since`: only those changed from then on; whether a sale is a change is not documented
     */
    products(storeId: string, query: ListQuery = {}, signal?: AbortSignal): AsyncGenerator<Page<EvotorProduct>> {
        const path = `${pathOf(storeId)}/products`;
        const ask = (page: RequestOptions['query']): Promise<unknown> => this.list(path, storeId, page, signal);
        return pagesOf(ask, productSchema, query, `GET ${path}`);
    }

    /** @returns null where the product is gone */
    async images(storeId: string, productId: string, signal?: AbortSignal): Promise<EvotorList<EvotorImage> | null> {
        const path = `${pathOf(storeId)}/products/${encodeURIComponent(productId)}/images`;
        const ask = (query: RequestOptions['query']): Promise<unknown> => this.list(path, storeId, query, signal);
        try {
            return await wholeList(pagesOf(ask, imageSchema, {}, `GET ${path}`));
        } catch (failure) {
            if (failure instanceof RejectedError && failure.status === 404) return null;
            throw failure;
        }
    }

    /** The file of an image. @param url as the image names it. @throws as `Pictures.get` */
    picture(url: string, signal?: AbortSignal): Promise<Picture | null> {
        return this.pictures.get(url, signal);
    }

    close(): void {
        for (const http of Object.values(this.connections)) http.close();
        this.pictures.close();
    }

    private connectionsWith(token: string, secrets: readonly string[]): Readonly<Record<AuthorizationWay, Http>> {
        const connection = (way: AuthorizationWay): Http =>
            new Http({
                server: EVOTOR,
                baseUrl: this.address,
                headers: WAYS[way](token),
                secrets,
                redactAnswers: true,
                timeoutMs: this.settings.timeout * 1000,
                insecure: false,
                ownForm: EVOTOR_FORM,
            });
        return { bearer: connection('bearer'), 'x-authorization': connection('x-authorization') };
    }

    private async list(
        path: string,
        storeId: string | null,
        query: RequestOptions['query'],
        signal?: AbortSignal,
    ): Promise<unknown> {
        try {
            return (await this.ask(path, { query, headers: ACCEPT, signal })).body;
        } catch (failure) {
            if (failure instanceof RejectedError && failure.status === 402)
                throw new PaymentRequiredError(storeId, failure);
            throw failure;
        }
    }

    /** Waits as long as the limits want, and asks again where they were overlooked: a list is not begun anew for that. */
    private async ask(path: string, options: RequestOptions): Promise<Answer> {
        for (let attempt = 0; ; attempt++) {
            await this.limits.waitForTurn(path, options.signal);
            try {
                const answer = await this.authorization.ask((way) =>
                    this.connections[way].request('GET', path, options),
                );
                this.limits.learn(path, answer.headers);
                return answer;
            } catch (failure) {
                if (!(failure instanceof UnavailableError) || failure.status !== 429 || attempt >= RATE_RETRIES)
                    throw failure;
                this.limits.close(path, failure.retryAfterMs ?? 1000 * 2 ** attempt);
            }
        }
    }
}

/** A store's id is in capitals in paths, as the official SDK has it. */
function pathOf(storeId: string): string {
    return `/stores/${encodeURIComponent(storeId.toUpperCase())}`;
}
