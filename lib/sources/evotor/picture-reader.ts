import type { EvotorClient } from '../../clients/evotor/client';
import { PaymentRequiredError } from '../../clients/evotor/errors';
import type { Clock } from '../../concurrency/clock';
import { AuthError, Failure, RejectedError } from '../../http/errors';
import type { Catalog } from '../../store/catalog/catalog';
import { byGroup } from '../../delivery/products/by-group';
import { KEY_OF } from '../../store/catalog/keys';
import type { ProductRecord } from '../../store/catalog/records';
import { keepPictures, readPictures, wantsPictures } from './product-pictures';

export interface PictureReaderParts {
    client: EvotorClient;
    catalog: Catalog;
    /** id of the account's record */
    account: string;
    /** whether a shop shows the product: of others no pictures are read */
    isShown: (product: Readonly<ProductRecord>) => boolean;
    /** products whose pictures are looked at again in a day, though nothing says that they changed */
    perDay: number;
    clock: Clock;
    /** told what a person should know */
    onWarning: (text: string) => void;
    progress?: (done: number, total: number) => void;
}

export interface PictureReport {
    /** products that were asked for their pictures */
    read: number;
    /** products that still have to be */
    left: number;
    /** what ended the reading before its end; pictures hold nothing up, so it is not thrown. null: nothing */
    failure: Failure | null;
}

/** Requests for pictures under way at one time. */
const AT_ONCE = 4;
/** A product whose pictures cannot be read so often does without. */
const MOST_ATTEMPTS = 3;
/** Failures in a row, of whatever products, after which there is no sense in going on. */
const MOST_FAILURES = 8;
const DAY_MS = 24 * 3_600_000;

/**
 * Reads which pictures the products of an account have, which their lists do not tell: of products that are shown, at first
 * need and when they changed; and of a few others a day in turn, since a new picture may be no change.
 */
export class PictureReader {
    /** by key of the product */
    private readonly attempts = new Map<string, number>();

    constructor(private readonly parts: PictureReaderParts) {}

    /** @throws ClosedError */
    async read(signal: AbortSignal): Promise<PictureReport> {
        const { catalog } = this.parts;
        const wanted: Readonly<ProductRecord>[] = [];
        const known: Readonly<ProductRecord>[] = [];
        for (const product of catalog.find('products', 'account', this.parts.account)) {
            if (product.goneSince !== undefined || !this.parts.isShown(product)) continue;
            (wantsPictures(product) ? wanted : known).push(product);
        }
        // they come to a shop in this order
        const products = [...byGroup(wanted), ...this.inTurn(known)];
        const report: PictureReport = { read: 0, left: products.length, failure: null };
        const unserved = new Set<string>();
        let failures = 0;
        let next = 0;
        const work = async (): Promise<void> => {
            while (report.failure === null && next < products.length) {
                const product = products[next++]!;
                if (unserved.has(product.store)) continue;
                const failure = await this.readOne(product, signal);
                if (failure === null) {
                    failures = 0;
                    report.read++;
                    report.left--;
                    this.parts.progress?.(report.read, products.length);
                } else if (failure instanceof PaymentRequiredError) unserved.add(product.store);
                else if (failure instanceof AuthError || ++failures >= MOST_FAILURES) report.failure = failure;
            }
        };
        await Promise.all(Array.from({ length: AT_ONCE }, work));
        if (report.failure instanceof AuthError && report.failure.status === 403)
            this.doWithout(wanted, report.failure);
        await catalog.flush();
        return report;
    }

    /** @returns what went wrong; null: nothing, or the product does without */
    private async readOne(product: Readonly<ProductRecord>, signal: AbortSignal): Promise<Failure | null> {
        const { client, catalog, account } = this.parts;
        const key = KEY_OF.products(product);
        try {
            await readPictures(client, catalog, product, signal);
            this.attempts.delete(key);
            catalog.removeDeferred('meta', rightNote(account));
            return null;
        } catch (failure) {
            if (!(failure instanceof Failure)) throw failure;
            if (failure instanceof AuthError || failure instanceof PaymentRequiredError) return failure;
            const attempts = (this.attempts.get(key) ?? 0) + 1;
            this.attempts.set(key, attempts);
            // refused for good, or never answered: its fallback picture is better than no item
            if (!(failure instanceof RejectedError) && attempts < MOST_ATTEMPTS) return failure;
            this.attempts.delete(key);
            keepPictures(catalog, product, null);
            return null;
        }
    }

    /** Those that were looked at longest ago, as many as there are left for today. */
    private inTurn(known: Readonly<ProductRecord>[]): Readonly<ProductRecord>[] {
        const { catalog, account, perDay, clock } = this.parts;
        const now = clock.now();
        const today = new Date(now).toISOString().slice(0, 10);
        const [day, count] = (catalog.meta(turnNote(account)) ?? '').split(' ');
        const used = day === today ? Number(count) : 0;
        const yesterday = new Date(now - DAY_MS).toISOString();
        const turn = known
            .filter(({ picturesAt }) => picturesAt! < yesterday)
            .sort((a, b) => (a.picturesAt! < b.picturesAt! ? -1 : 1))
            .slice(0, Math.max(0, perDay - used));
        if (turn.length > 0)
            catalog.setDeferred('meta', { id: turnNote(account), value: `${today} ${used + turn.length}` });
        return turn;
    }

    /** Without the right to read images nobody waits for them. */
    private doWithout(wanted: readonly Readonly<ProductRecord>[], refusal: AuthError): void {
        const { catalog, account, onWarning } = this.parts;
        for (const { store, id } of wanted) {
            const product = catalog.product(store, id);
            if (product !== undefined && wantsPictures(product)) keepPictures(catalog, product, null);
        }
        if (catalog.meta(rightNote(account)) !== undefined) return;
        catalog.setDeferred('meta', { id: rightNote(account), value: new Date(this.parts.clock.now()).toISOString() });
        onWarning(`Evotor gives no pictures, so products go with the fallback picture: ${refusal.message}`);
    }
}

const turnNote = (account: string): string => `pictures:${account}`;
const rightNote = (account: string): string => `no-pictures:${account}`;
