import type { Part } from '../../../clients/inventree/answers';
import { createPart } from '../../../clients/inventree/parts';
import { madeNothing, type Resend } from '../../../delivery/retry/unknown-outcome';
import { RejectedError } from '../../../http/errors';
import type { Print } from '../../../print/print';
import type { InvenTreeDestination } from '../destination';
import { byIpn } from './part-look-up';
import type { Picture } from '../../../http/picture-type';
import type { PartSettings } from './part-step';
import { withSetting } from '../refused-setting';
import { newPart } from '../texts';

/** Sends a new Part, with its picture where there is one. @throws as `partStep` */
export async function createPartOf(
    destination: InvenTreeDestination,
    print: Print,
    ipn: string,
    settings: PartSettings,
    { picture, resend }: { picture: Picture | null; resend: Resend },
    signal: AbortSignal,
): Promise<Part> {
    const { wanted, link } = newPart.link(print, settings.link);
    const body = {
        name: newPart.name(print, settings.name),
        IPN: ipn,
        category: settings.category,
        description: newPart.description(print, settings.description),
        keywords: newPart.keywords(settings.keywords),
        link,
        ...settings.kind,
    };
    if (wanted !== null && link === null) {
        destination.delivery.warnOnce(
            `InvenTree rejects links like ${wanted.slice(0, 200)}: Parts are created without it`,
        );
    }
    try {
        // InvenTree has one tree of Parts: on PostgreSQL two parallel inserts deadlock, or get the same position
        return await destination.mutex.run('new Part', () =>
            resend.send(() => createPart(destination.client, body, picture, signal)),
        );
    } catch (error) {
        if (error instanceof RejectedError) {
            // a rejected picture does not block the Part: the image node reports the error
            if (picture !== null && isAboutPicture(error))
                return createPartOf(destination, print, ipn, settings, { picture: null, resend }, signal);
            // another process may have created it, if IPNs are unique
            const there = await byIpn(destination, print, [ipn], true, signal);
            if (there !== null) return there;
        }
        if (madeNothing(error)) noteRefusal(destination, print.identity);
        throw error instanceof RejectedError ? withSetting(error, ['category', 'IPN', 'name']) : error;
    }
}

/** Nothing was created: the next print need not wait. */
function noteRefusal(destination: InvenTreeDestination, identity: string): void {
    const { intent: _intent, ...record } = destination.delivery.ledger.part(identity)!;
    destination.delivery.ledger.setPartDeferred(record);
}

function isAboutPicture({ status, body }: RejectedError): boolean {
    return status === 413 || (typeof body === 'object' && body !== null && Object.hasOwn(body, 'image'));
}
