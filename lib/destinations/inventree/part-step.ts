import { RejectedError } from '../../http/errors';
import type { Part } from '../../clients/inventree/answers';
import { createPart, renamePart, partByPk } from '../../clients/inventree/parts';
import { ownItem } from './adoption';
import { identitiesWithoutFile, ipnOf } from '../../print/part-identity';
import { retryWhileUnavailable } from '../../delivery/retry/retry-while-unavailable';
import { writeParameters, type ParameterRow } from './parameter-step';
import { pictureFor, type Picture } from './part-picture';
import { isWithoutFile, type Pass, type Print } from '../../print/print';
import type { InvenTreeDestination } from './destination';
import { newPart, type OwnTexts } from './texts';
import { madeNothing, Resend } from '../../delivery/retry/unknown-outcome';

/** What a new Part gets; null: from the print. Already evaluated for this print. */
export interface PartSettings extends OwnTexts {
    category: number;
    ipnPrefix: string;
    parameters: readonly ParameterRow[];
    /** parameter templates that are missing are made; default: their rows are left out */
    createTemplates?: boolean;
    /** the StockItem's quantity is the plate's count: parameters are per piece */
    perPiece: boolean;
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
 * Finds or creates the Part of a print and writes its parameters. A Part found is a person's: nothing of it is touched.
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

/** The Part that a print's item is of: the one in the message, unless that was deleted and had to be made anew. */
export function partAfterStock(destination: InvenTreeDestination, print: Print, part: PartResult): PartResult {
    const now = destination.delivery.ledger.part(print.identity);
    if (
        now?.pk === undefined ||
        now.pk === part.pk ||
        destination.delivery.ledger.print(print.batch)?.partPk !== now.pk
    )
        return part;
    const { pk, IPN, name, picture = null } = now;
    return { pk, IPN, name, url: destination.client.partPage(pk), image: picture, created: false };
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
    // on its way while InvenTree looks: a new Part gets it right away
    const picture = pictureFor(destination.delivery, print, signal);
    const found =
        (await byIpn(destination, print, ipnsOf(print, settings.ipnPrefix), fresh, signal)) ??
        (await madeWithoutFile(destination, print, signal)) ??
        (await ofOwnStock(destination, print, settings.ipnPrefix, fresh, signal));
    if (found !== null) return { part: bind(destination, print, found), created: false };
    resend.maySend();
    const ipn = ipnOf(print.identity, settings.ipnPrefix);
    // not waited for: what a crash leaves unfinished is looked for by IPN anyway
    destination.delivery.ledger.setPartDeferred({
        identity: print.identity,
        IPN: ipn,
        name: print.name ?? '',
        intent: new Date(destination.delivery.now()).toISOString(),
    });
    const made = await create(destination, print, ipn, settings, { picture: await picture, resend }, signal);
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

/** The Part of the ledger; where it was made inactive, the active one with its IPN that took its place. */
async function knownPart(
    destination: InvenTreeDestination,
    print: Print,
    prefix: string,
    fresh: boolean,
    signal: AbortSignal,
): Promise<Part | null> {
    const known = destination.delivery.ledger.part(print.identity);
    if (known?.pk === undefined) return null;
    const seen = fresh ? undefined : destination.partSeen(known.pk, known.IPN);
    const there = seen ?? (await partByPk(destination.client, known.pk, signal));
    if (there === null || there.active !== false) return there;
    const ipns = there.IPN === '' ? ipnsOf(print, prefix) : [there.IPN];
    const other = await byIpn(destination, print, ipns, fresh, signal);
    return other !== null && other.active !== false ? other : there;
}

/** The IPN of a print, and the one that an earlier version gave it: both are asked for in one request. */
function ipnsOf(print: Print, prefix: string): string[] {
    const identities = [print.identity, ...(print.formerIdentity === undefined ? [] : [print.formerIdentity])];
    return identities.map((identity) => ipnOf(identity, prefix));
}

async function byIpn(
    destination: InvenTreeDestination,
    print: Print,
    ipns: readonly string[],
    fresh: boolean,
    signal: AbortSignal,
): Promise<Part | null> {
    const found = await destination.partsOf(print.identity, ipns, fresh, signal);
    for (const [n, parts] of found.entries()) if (parts.length > 0) return oneOf(destination, ipns[n]!, parts);
    return null;
}

/** Of several Parts with one IPN the active one; of those the newest revision, and where there are none the oldest Part. */
function oneOf(destination: InvenTreeDestination, ipn: string, parts: readonly Part[]): Part {
    const active = parts.filter((part) => part.active !== false);
    const pool = active.length > 0 ? active : parts;
    const revisions = pool.filter(({ revision }) => revision !== null && revision !== '');
    const part = revisions.at(-1) ?? pool[0]!;
    if (new Set(pool.map(({ revision }) => revision ?? '')).size < pool.length) {
        const pks = pool.map(({ pk }) => `#${pk}`).join(', ');
        destination.delivery.warnOnce(
            `InvenTree has ${pool.length} Parts with IPN ${ipn} (${pks}): #${part.pk} is used`,
        );
    }
    return part;
}

/**
 * The Part that a print without a 3MF made of the same thing, before Bambuddy got the file. One file takes it: another
 * one with the same name is another thing.
 */
async function madeWithoutFile(
    destination: InvenTreeDestination,
    print: Print,
    signal: AbortSignal,
): Promise<Part | null> {
    for (const identity of identitiesWithoutFile(print.identity, print.archive ?? {})) {
        const made = destination.delivery.ledger.part(identity);
        if (made?.pk === undefined || made.withoutFile !== true) continue;
        if (made.takenBy !== undefined && made.takenBy !== print.identity) continue;
        const part = await partByPk(destination.client, made.pk, signal);
        if (part === null) continue;
        destination.delivery.ledger.setPartDeferred({ ...made, takenBy: print.identity });
        const { withoutFile: _withoutFile, takenBy: _takenBy, ...kept } = made;
        destination.delivery.ledger.setPartDeferred({ ...kept, identity: print.identity });
        return part;
    }
    return null;
}

/** A person may have given the Part another IPN: its stock still carries our batch. */
async function ofOwnStock(
    destination: InvenTreeDestination,
    print: Print,
    prefix: string,
    fresh: boolean,
    signal: AbortSignal,
): Promise<Part | null> {
    const items = await destination.stockOf(print.batch, fresh, signal);
    destination.rememberStock(print.batch, items);
    const item = await ownItem(destination, print, items, prefix, signal);
    if (item === null) return null;
    const part = await partByPk(destination.client, item.part, signal);
    if (part !== null && part.IPN.toLowerCase() !== ipnOf(print.identity, prefix).toLowerCase()) {
        await destination.delivery.ledger.putPart({
            identity: print.identity,
            IPN: part.IPN,
            name: part.name,
            pk: part.pk,
            adopted: true,
        });
    }
    return part;
}

async function create(
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
    };
    if (wanted !== null && link === null) {
        destination.delivery.warnOnce(
            `InvenTree takes no link like ${wanted.slice(0, 200)}: Parts are made without it`,
        );
    }
    try {
        // each new Part is put into the tree of all: on PostgreSQL two that are made at the same time deadlock, or take one place
        return await destination.mutex.run('new Part', () =>
            resend.send(() => createPart(destination.client, body, picture, signal)),
        );
    } catch (error) {
        if (error instanceof RejectedError) {
            // a picture holds no Part up: the image node tells what is wrong with it
            if (picture !== null && isAboutPicture(error))
                return create(destination, print, ipn, settings, { picture: null, resend }, signal);
            // somebody else may have made it in between, where IPNs are unique
            const there = await byIpn(destination, print, [ipn], true, signal);
            if (there !== null) return there;
        }
        if (madeNothing(error)) noteRefusal(destination, print.identity);
        throw error instanceof RejectedError ? withSetting(error, ['category', 'IPN', 'name']) : error;
    }
}

/** Nothing was made: whoever comes next need not wait for it. */
function noteRefusal(destination: InvenTreeDestination, identity: string): void {
    const { intent: _intent, ...record } = destination.delivery.ledger.part(identity)!;
    destination.delivery.ledger.setPartDeferred(record);
}

function isAboutPicture({ status, body }: RejectedError): boolean {
    return status === 413 || (typeof body === 'object' && body !== null && Object.hasOwn(body, 'image'));
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

/** Names the setting behind a refusal, by the field that the server complained of. */
export function withSetting(error: RejectedError, settings: readonly string[]): RejectedError {
    const body = error.body;
    if (typeof body !== 'object' || body === null) return error;
    const setting = settings.find((name) => Object.hasOwn(body, name));
    if (setting === undefined) return error;
    return new RejectedError(`${error.message}. Look at the setting "${setting}".`, {
        server: error.server,
        status: error.status,
        body,
        setting,
    });
}
