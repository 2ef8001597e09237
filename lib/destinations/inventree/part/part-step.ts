import type { Part } from '../../../clients/inventree/answers';
import { renamePart, type NewPart } from '../../../clients/inventree/parts';
import { ipnOf } from '../../../print/part-identity';
import { retryWhileUnavailable } from '../../../delivery/retry/retry-while-unavailable';
import { writeParameters, type ParameterSettings } from './parameter-step';
import { createPartOf } from './part-create';
import { byIpn, ipnsOf, knownPart, madeWithoutFile, ofOwnStock } from './part-look-up';
import { pictureFor } from './part-picture';
import { isWithoutFile, type Pass, type Print } from '../../../print/print';
import type { InvenTreeDestination } from '../destination';
import type { Variants } from '../../../print/rules/variants';
import { newPart, type OwnTexts } from '../texts';
import { asVariant } from './template-part';
import { Resend } from '../../../delivery/retry/unknown-outcome';

/** What a new Part gets; null: from the print. Already evaluated for this print. */
export interface PartSettings extends OwnTexts, ParameterSettings {
    category: number;
    ipnPrefix: string;
    /** what new Parts are variants by; default: nothing */
    variants?: Variants;
    /** of a Part that is made: it is a template, or a variant of one */
    kind?: Pick<NewPart, 'is_template' | 'variant_of'>;
}

/** `msg.part` */
export interface PartResult {
    pk: number;
    IPN: string;
    name: string;
    url: string;
    image: string | null;
    created: boolean;
}

/**
 * Finds or creates the Part of a print and writes its parameters. An existing Part is not changed.
 * @throws RejectedError, AuthError, ConfigError, PoisonedError; ClosedError when `signal` ends it
 */
export async function partStep(
    destination: InvenTreeDestination,
    print: Print,
    settings: PartSettings,
    pass: Pass,
    signal: AbortSignal,
): Promise<PartResult> {
    destination.delivery.take(print, 'part');
    destination.rememberHowToRemake(print.identity, async (again) => {
        const { part } = await found(destination, print, settings, pass, true, again);
        return part.pk;
    });
    const { part, created } = await found(destination, print, settings, pass, pass.force, signal);
    const accepted = destination.delivery.ledger.print(print.batch)?.state === 'accepted';
    await destination.delivery.answer(
        print,
        'part',
        { partPk: part.pk, ...(accepted ? { state: 'part' } : {}) },
        created,
    );
    return {
        pk: part.pk,
        IPN: part.IPN,
        name: part.name,
        url: destination.client.partPage(part.pk),
        image: part.image,
        created,
    };
}

/**
 * The Part with its parameters, one worker for each identity.
 * @param fresh InvenTree is asked whatever a look-up of a moment ago said
 */
function found(
    destination: InvenTreeDestination,
    print: Print,
    settings: PartSettings,
    pass: Pass,
    fresh: boolean,
    signal: AbortSignal,
): Promise<{ part: Part; created: boolean }> {
    let created = false;
    const resend = new Resend(destination.delivery.ledger.part(print.identity)?.intent, destination.delivery.now);
    const attempt = async (n: number): Promise<{ part: Part; created: boolean }> => {
        await destination.client.handshake(signal);
        askStockAhead(destination, print, pass, signal);
        const resolved = await resolvePart(destination, print, settings, { fresh: fresh || n > 0, resend }, signal);
        created ||= resolved.created;
        const part = await mendName(destination, print, resolved.part, settings, signal);
        await writeParameters(destination, print, { part, created }, settings, pass, signal);
        return { part, created };
    };
    return destination.mutex.run(`part:${print.identity}`, () =>
        retryWhileUnavailable(destination.breaker, attempt, signal),
    );
}

/**
 * A Part that was made before Bambuddy had the file gets its name when that is there, once, and only while it has letter by
 * letter the one we gave it.
 */
async function mendName(
    destination: InvenTreeDestination,
    print: Print,
    part: Part,
    settings: PartSettings,
    signal: AbortSignal,
): Promise<Part> {
    const known = destination.delivery.ledger.part(print.identity);
    if (known?.stopgapName === undefined || known.pk !== part.pk || print.contentHash === null) return part;
    const { stopgapName, ...kept } = known;
    const name = newPart.name(print, settings.name);
    const isOurs = part.name === stopgapName && name !== stopgapName;
    const mended = isOurs ? await renamePart(destination.client, part.pk, name, signal) : part;
    destination.delivery.ledger.setPartDeferred({ ...kept, name: mended.name });
    return mended;
}

/** What the stock step will ask, while the Part is looked for. */
function askStockAhead(destination: InvenTreeDestination, print: Print, pass: Pass, signal: AbortSignal): void {
    const record = destination.delivery.ledger.print(print.batch);
    if (pass.mode !== 'all' || record?.stockPk !== undefined || record?.want?.includes('stock') !== true) return;
    destination.askStockAhead(record.batch, signal);
}

/** In this order: the ledger, the IPN, the Part of a print without a 3MF, the Part of this print's stock, a new one. */
async function resolvePart(
    destination: InvenTreeDestination,
    print: Print,
    settings: PartSettings,
    { fresh, resend }: { fresh: boolean; resend: Resend },
    signal: AbortSignal,
): Promise<{ part: Part; created: boolean }> {
    const known = await knownPart(destination, print, settings.ipnPrefix, fresh, signal);
    if (known !== null) return { part: bind(destination, print, known), created: false };
    // loaded while InvenTree is queried: a new Part is created with its image
    const picture = pictureFor(destination.delivery, print, signal);
    const found =
        (await byIpn(destination, print, ipnsOf(print, settings.ipnPrefix), fresh, signal)) ??
        (await madeWithoutFile(destination, print, signal)) ??
        (await ofOwnStock(destination, print, settings.ipnPrefix, fresh, signal));
    if (found !== null) return { part: bind(destination, print, found), created: false };
    const own = await asVariant(destination, print, settings, signal);
    resend.maySend();
    const ipn = ipnOf(print.identity, settings.ipnPrefix);
    // not awaited: after a crash the Part is found by IPN
    destination.delivery.ledger.setPartDeferred({
        identity: print.identity,
        IPN: ipn,
        name: print.name ?? '',
        intent: new Date(destination.delivery.now()).toISOString(),
    });
    const made = await createPartOf(destination, print, ipn, own, { picture: await picture, resend }, signal);
    const part = bind(destination, print, made);
    if (isWithoutFile(print)) {
        const stopgapName = settings.name === null ? { stopgapName: made.name } : {};
        destination.delivery.ledger.setPartDeferred({
            ...destination.delivery.ledger.part(print.identity)!,
            withoutFile: true,
            ...stopgapName,
        });
    }
    return { part, created: true };
}

function bind(destination: InvenTreeDestination, print: Print, part: Part): Part {
    const known = destination.delivery.ledger.part(print.identity);
    const same = known?.pk === part.pk ? known : undefined;
    if (same?.IPN === part.IPN && same.name === part.name && same.picture === part.image && same.intent === undefined)
        return part;
    const { intent: _intent, ...kept } = same ?? { identity: print.identity };
    // not there before our POST: its picture is the one that went with it, whatever became of the answer
    const ours = known?.intent !== undefined && part.image !== null ? { image: 'done' as const } : {};
    destination.delivery.ledger.setPartDeferred({
        ...kept,
        ...ours,
        pk: part.pk,
        IPN: part.IPN,
        name: part.name,
        picture: part.image,
    });
    return part;
}
