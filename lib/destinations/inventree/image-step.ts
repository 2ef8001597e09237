import { RejectedError } from '../../http/errors';
import type { Picture } from '../../http/picture-type';
import { uploadImage } from '../../clients/inventree/images';
import { partByPk } from '../../clients/inventree/parts';
import type { Outcome } from '../../store/ledger/records';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import type { PartResult } from './part/part-step';
import type { Pass, Print } from '../../print/print';
import type { InvenTreeDestination } from './destination';

/** `msg.image`; reason: `uploaded`, `known` (done before), `kept` (the Part has its own), `none` (the print has no picture). */
export interface ImageResult {
    uploaded: boolean;
    reason: 'uploaded' | 'known' | 'kept' | 'none';
}

/**
 * Gives the Part the print's picture, as its source has it, unless it has an image.
 * @param options.overwrite replace an image that is there
 * @param options.beside what else is given to Part and item: the step is through when that is; false: some of it failed
 * @throws RejectedError, AuthError, ConfigError, PoisonedError; ClosedError when `signal` ends it
 */
export async function imageStep(
    destination: InvenTreeDestination,
    print: Print,
    part: Pick<PartResult, 'pk' | 'created' | 'image'>,
    { overwrite, beside }: { overwrite: boolean; beside?: () => Promise<boolean> },
    pass: Pass,
    signal: AbortSignal,
): Promise<ImageResult> {
    destination.delivery.take(print, 'image');
    return destination.mutex.run(`image:${part.pk}`, async () => {
        const reason = await give(destination, print, part, overwrite, pass, signal);
        const outcome: Outcome = reason === 'uploaded' || reason === 'known' ? 'done' : reason;
        const known = destination.delivery.ledger.part(print.identity);
        if (known?.pk === part.pk && known.image !== outcome)
            destination.delivery.ledger.setPartDeferred({ ...known, image: outcome });
        const files = (await beside?.()) === false ? 'failed' : undefined;
        await destination.delivery.answer(print, 'image', { image: outcome, files });
        return { uploaded: reason === 'uploaded', reason };
    });
}

async function give(
    destination: InvenTreeDestination,
    print: Print,
    part: Pick<PartResult, 'pk' | 'created' | 'image'>,
    overwrite: boolean,
    pass: Pass,
    signal: AbortSignal,
): Promise<ImageResult['reason']> {
    const known = destination.delivery.ledger.part(print.identity);
    const before = known?.pk === part.pk ? known.image : undefined;
    const doneForThis = destination.delivery.ledger.print(print.batch)?.image === 'done';
    // it went with the Part's own POST
    if (part.created && part.image !== null && before === 'done' && !doneForThis) return 'uploaded';
    if (!pass.force && (doneForThis || (before === 'done' && !overwrite))) return 'known';
    if (!pass.force && before === 'kept' && !overwrite) return 'kept';
    if (!overwrite && !part.created && (await hasImage(destination, part, pass, signal))) return 'kept';
    const picture = await destination.delivery.pictureOf(print, signal);
    if (picture === null) return 'none';
    await retryWhileUnavailable(destination.breaker, () => upload(destination, part.pk, picture, signal), signal);
    return 'uploaded';
}

/** The Part's image as it is now: what the message says may be of before. */
async function hasImage(
    destination: InvenTreeDestination,
    part: Pick<PartResult, 'pk' | 'image'>,
    pass: Pass,
    signal: AbortSignal,
): Promise<boolean> {
    if (part.image !== null && !pass.force) return true;
    const now = await retryWhileUnavailable(
        destination.breaker,
        () => partByPk(destination.client, part.pk, signal),
        signal,
    );
    return now !== null && now.image !== null;
}

async function upload(
    destination: InvenTreeDestination,
    pk: number,
    picture: Picture,
    signal: AbortSignal,
): Promise<void> {
    try {
        await uploadImage(destination.client, pk, picture, signal);
    } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        throw new RejectedError(
            `The picture of the print was refused (${picture.type}, ${picture.bytes.length} bytes): ${error.message}`,
            {
                server: error.server,
                status: error.status,
                body: error.body,
            },
        );
    }
}
