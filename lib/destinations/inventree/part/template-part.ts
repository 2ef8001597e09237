import type { Part } from '../../../clients/inventree/answers';
import { Resend } from '../../../delivery/retry/unknown-outcome';
import { ipnOf } from '../../../print/part-identity';
import type { Pass, Print } from '../../../print/print';
import { differenceOf, templateIdentity } from '../../../print/rules/variants';
import { limits } from '../../../text/inventree-text';
import type { InvenTreeDestination } from '../destination';
import { newPart } from '../texts';
import { writeParameters } from './parameter-step';
import { createPartOf } from './part-create';
import { byIpn, knownPart } from './part-look-up';
import type { PartSettings } from './part-step';

const PASS: Pass = { force: false, mode: 'all' };

/**
 * What a new Part is made with, where it is to be a variant: its template Part, found or made, and a name that tells the
 * variants apart. The template is found again by the ledger and by its IPN, and made once, as any Part is.
 * @returns the settings as they are where the Part is one of its own
 * @throws as `partStep`
 */
export async function asVariant(
    destination: InvenTreeDestination,
    print: Print,
    settings: PartSettings,
    signal: AbortSignal,
): Promise<PartSettings> {
    const { variants = 'none' } = settings;
    const identity = templateIdentity(print, variants);
    if (identity === null) return settings;
    const whole: Print = { ...print, identity, ...(variants === 'plates' ? { plate: null } : {}) };
    delete whole.formerIdentity;
    const template = await destination.mutex.run(`part:${identity}`, () =>
        foundOrMade(destination, whole, settings, signal),
    );
    if (template['is_template'] !== true) {
        destination.delivery.warnOnce(
            `Part #${template.pk} is no template (any more): new Parts are made without it`,
            `no template: ${identity}`,
        );
        return settings;
    }
    const difference = differenceOf(print, variants);
    const name = difference === null ? settings.name : withDifference(newPart.name(print, settings.name), difference);
    return { ...settings, name, kind: { variant_of: template.pk } };
}

async function foundOrMade(
    destination: InvenTreeDestination,
    whole: Print,
    settings: PartSettings,
    signal: AbortSignal,
): Promise<Part> {
    const ipn = ipnOf(whole.identity, settings.ipnPrefix);
    const there =
        (await knownPart(destination, whole, settings.ipnPrefix, true, signal)) ??
        (await byIpn(destination, whole, [ipn], true, signal));
    const part = there ?? (await make(destination, whole, ipn, settings, signal));
    const { pk, IPN, name, image } = part;
    const { intent: _intent, ...known } = destination.delivery.ledger.part(whole.identity) ?? {
        identity: whole.identity,
    };
    destination.delivery.ledger.setPartDeferred({ ...known, pk, IPN, name, picture: image });
    // what is of one plate is not of all of them
    const parameters = settings.parameters.filter(({ ofPlate }) => ofPlate !== true);
    const own = { parameters, createTemplates: settings.createTemplates };
    await writeParameters(destination, whole, { part, created: there === null }, own, PASS, signal);
    return part;
}

async function make(
    destination: InvenTreeDestination,
    whole: Print,
    ipn: string,
    settings: PartSettings,
    signal: AbortSignal,
): Promise<Part> {
    const { ledger, now } = destination.delivery;
    // an attempt before this one may have sent it
    const resend = new Resend(ledger.part(whole.identity)?.intent, now);
    resend.maySend();
    const intent = new Date(now()).toISOString();
    ledger.setPartDeferred({ identity: whole.identity, IPN: ipn, name: whole.name ?? '', intent });
    const of: PartSettings = { ...settings, kind: { is_template: true } };
    return createPartOf(destination, whole, ipn, of, { picture: null, resend }, signal);
}

/** A long name gives way to what tells the variants apart. */
function withDifference(name: string, difference: string): string {
    const suffix = ` - ${difference}`.slice(0, limits.name / 2);
    return `${Array.from(name)
        .slice(0, limits.name - suffix.length)
        .join('')}${suffix}`;
}
