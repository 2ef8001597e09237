import { systemClock } from '../../lib/concurrency/clock';
import { CoalescedRun } from '../../lib/concurrency/coalesced-run';
import { ClosedError } from '../../lib/http/errors';
import { PictureReader } from '../../lib/sources/evotor/picture-reader';
import type { EvotorAccess } from '../runtime/flow/catalog-nodes';
import { wishOf, type WishRules } from '../../lib/delivery/products/wish';

/** Looks for the pictures of products, one look at a time. */
export interface PictureLooks {
    /** Now, or once more after the look under way. */
    look: () => void;
    close: () => Promise<void>;
}

/** After a look that failed the next comes so much later. */
const AGAIN_MS = 60_000;

/**
 * Which pictures products have is asked product by product: after a pass, and when something was switched on.
 * @param warn told what a person should know
 * @param rules with `pictures`: whether any are read at all
 */
export function pictureLooks(
    warn: (text: string) => void,
    { client, catalog, account }: Pick<EvotorAccess, 'client' | 'catalog' | 'account'>,
    rules: WishRules & { pictures: boolean; picturesPerDay: number },
): PictureLooks {
    const closed = new AbortController();
    const reader = new PictureReader({
        client,
        catalog,
        account,
        isShown: (product) => wishOf(catalog, product, rules) === 'show',
        perDay: rules.picturesPerDay,
        clock: systemClock,
        onWarning: warn,
    });
    let told = '';

    const looks = new CoalescedRun(async () => {
        const { failure } = await reader.read(closed.signal);
        if (failure !== null && failure.message !== told) warn(failure.message);
        told = failure?.message ?? '';
        if (failure !== null) systemClock.sleep(AGAIN_MS, closed.signal).then(look, () => undefined);
    });
    const look = (): void => {
        if (!rules.pictures || closed.signal.aborted) return;
        looks.run().catch((error: unknown) => {
            if (!(error instanceof ClosedError)) warn(error instanceof Error ? error.message : String(error));
        });
    };
    const unlisten = catalog.onChange((collection) => {
        if (collection === 'switches') look();
    });
    return {
        look,
        close: async () => {
            unlisten();
            closed.abort();
            await looks.inFlight?.catch(() => undefined);
        },
    };
}
