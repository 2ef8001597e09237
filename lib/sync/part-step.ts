import { RejectedError } from '../http/errors';
import type { Part } from '../inventree/answers';
import { createPart, partByPk } from '../inventree/parts';
import { ownItem } from './adoption';
import { ipnOf } from './identity';
import { persist } from './line';
import { writeParameters, type ParameterRow } from './parameter-step';
import { pictureFor, type Picture } from './part-picture';
import type { Pass, Print } from './print';
import type { Sync } from './sync';
import { newPart, type OwnTexts } from './texts';

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
    sync: Sync,
    print: Print,
    settings: PartSettings,
    pass: Pass,
    signal: AbortSignal,
): Promise<PartResult> {
    sync.take(print, 'part');
    sync.rememberHowToRemake(print.identity, async (again) => {
        const { part } = await found(sync, print, settings, { ...pass, trust: false }, again);
        return part.pk;
    });
    const { part, created } = await found(sync, print, settings, { ...pass, trust: !pass.force }, signal);
    const accepted = sync.ledger.print(print.batch)?.state === 'accepted';
    await sync.answer(print, 'part', { partPk: part.pk, ...(accepted ? { state: 'part' } : {}) }, created);
    return {
        pk: part.pk,
        IPN: part.IPN,
        name: part.name,
        url: sync.inventree.partPage(part.pk),
        image: part.image,
        created,
    };
}

/** The Part with its parameters, one worker for each identity. @param how `trust`: the ledger is not doubted */
function found(
    sync: Sync,
    print: Print,
    settings: PartSettings,
    how: Pass & { trust: boolean },
    signal: AbortSignal,
): Promise<{ part: Part; created: boolean }> {
    let created = false;
    const attempt = async (n: number): Promise<{ part: Part; created: boolean }> => {
        await sync.inventree.greet(signal);
        const resolved = await resolvePart(
            sync,
            print,
            settings,
            { trust: how.trust, fresh: n > 0 || !how.trust },
            signal,
        );
        created ||= resolved.created;
        await writeParameters(sync, print, { part: resolved.part, created }, settings, how, signal);
        return { part: resolved.part, created };
    };
    return sync.keyed.run(`part:${print.identity}`, () => persist(sync.inventreeLine, attempt, signal));
}

/** The Part that a print's item is of: the one in the message, unless that was deleted and had to be made anew. */
export function partAfterStock(sync: Sync, print: Print, part: PartResult): PartResult {
    const now = sync.ledger.part(print.identity);
    if (now?.pk === undefined || now.pk === part.pk || sync.ledger.print(print.batch)?.partPk !== now.pk) return part;
    const { pk, IPN, name, picture = null } = now;
    return { pk, IPN, name, url: sync.inventree.partPage(pk), image: picture, created: false };
}

/** In this order: the ledger, the IPN, the Part of this print's stock, a new one. */
async function resolvePart(
    sync: Sync,
    print: Print,
    settings: PartSettings,
    { trust, fresh }: { trust: boolean; fresh: boolean },
    signal: AbortSignal,
): Promise<{ part: Part; created: boolean }> {
    const known = sync.ledger.part(print.identity);
    if (known?.pk !== undefined) {
        if (trust) return { part: remembered(known.pk, known.IPN, known.name, known.picture ?? null), created: false };
        const there = await partByPk(sync.inventree, known.pk, signal);
        if (there !== null) return { part: bind(sync, print, there), created: false };
    }
    const ipn = ipnOf(print.identity, settings.ipnPrefix);
    // on its way while InvenTree looks: a new Part gets it right away
    const picture = pictureFor(sync, print, signal);
    const found =
        (await byIpn(sync, print, ipn, fresh, signal)) ??
        (await ofOwnStock(sync, print, settings.ipnPrefix, fresh, signal));
    if (found !== null) return { part: bind(sync, print, found), created: false };
    // not waited for: what a crash leaves unfinished is looked for by IPN anyway
    sync.ledger.notePart({
        identity: print.identity,
        IPN: ipn,
        name: print.name ?? '',
        intent: new Date().toISOString(),
    });
    const made = await create(sync, print, ipn, settings, await picture, signal);
    return { part: bind(sync, print, made), created: true };
}

async function byIpn(sync: Sync, print: Print, ipn: string, fresh: boolean, signal: AbortSignal): Promise<Part | null> {
    const found = await sync.partsOf(print.identity, ipn, fresh, signal);
    if (found.length > 1) {
        const pks = found.map((part) => `#${part.pk}`).join(', ');
        sync.warnOnce(`InvenTree has ${found.length} Parts with IPN ${ipn} (${pks}): the first is used`);
    }
    return found[0] ?? null;
}

/** A person may have given the Part another IPN: its stock still carries our batch. */
async function ofOwnStock(
    sync: Sync,
    print: Print,
    prefix: string,
    fresh: boolean,
    signal: AbortSignal,
): Promise<Part | null> {
    const items = await sync.stockOf(print.batch, fresh, signal);
    sync.rememberStock(print.batch, items);
    const item = await ownItem(sync, print, items, prefix, signal);
    if (item === null) return null;
    const part = await partByPk(sync.inventree, item.part, signal);
    if (part !== null && part.IPN.toLowerCase() !== ipnOf(print.identity, prefix).toLowerCase()) {
        await sync.ledger.putPart({
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
    sync: Sync,
    print: Print,
    ipn: string,
    settings: PartSettings,
    picture: Picture | null,
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
        sync.warnOnce(`InvenTree takes no link like ${wanted.slice(0, 200)}: Parts are made without it`);
    }
    try {
        // each new Part is put into the tree of all: on PostgreSQL two that are made at the same time deadlock, or take one place
        return await sync.keyed.run('new Part', () => createPart(sync.inventree, body, picture, signal));
    } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        // a picture holds no Part up: the image node tells what is wrong with it
        if (picture !== null && isAboutPicture(error)) return create(sync, print, ipn, settings, null, signal);
        // somebody else may have made it in between, where IPNs are unique
        const there = await byIpn(sync, print, ipn, true, signal);
        if (there !== null) return there;
        throw withSetting(error, ['category', 'IPN', 'name']);
    }
}

function isAboutPicture({ status, body }: RejectedError): boolean {
    return status === 413 || (typeof body === 'object' && body !== null && Object.hasOwn(body, 'image'));
}

function bind(sync: Sync, print: Print, part: Part): Part {
    const known = sync.ledger.part(print.identity);
    const same = known?.pk === part.pk ? known : undefined;
    if (same?.IPN === part.IPN && same.name === part.name && same.picture === part.image && same.intent === undefined)
        return part;
    const { intent: _intent, ...kept } = same ?? { identity: print.identity };
    // not there before our POST: its picture is the one that went with it, whatever became of the answer
    const ours = known?.intent !== undefined && part.image !== null ? { image: 'done' as const } : {};
    sync.ledger.notePart({ ...kept, ...ours, pk: part.pk, IPN: part.IPN, name: part.name, picture: part.image });
    return part;
}

function remembered(pk: number, IPN: string, name: string, image: string | null): Part {
    return { pk, IPN, name, image, active: null, category: null };
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
