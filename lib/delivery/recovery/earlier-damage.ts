import type { Ledger } from '../../store/ledger/ledger';
import { ARCHIVE_GONE, EARLIER_UNTIL, type PrintRecord } from '../../store/ledger/records';
import type { Delivery } from '../delivery';

/** What earlier versions wrote in place of a server's address: with the proxy, where one was on the way. */
const PLACE = '(?:Bambuddy|InvenTree|OctoPrint) \\([^)]*\\)';

/**
 * Reasons by which earlier versions parked prints although no server had said a word about the print: a key or token was
 * refused, a right was missing, or something else than the server answered (`lib/http/failure.ts`, `http.ts`, `checked.ts`
 * and the clients up to 2026-11-26). A 4xx with words is looked at by `isForeign`.
 */
const REASONS: readonly RegExp[] = [
    new RegExp(`^${PLACE} answered 40[13] to `),
    new RegExp(`^${PLACE} was not asked .*: the (?:API key|token) holds a character that cannot be sent`),
    new RegExp(`^${PLACE} redirects `),
    new RegExp(`^${PLACE} answered .* instead of JSON: is this the address of `),
    / answers, but not as (?:Bambuddy|InvenTree|OctoPrint) does: check its address/,
    /^(?:Bambuddy|InvenTree|OctoPrint) answered .* in a form we do not know \(/,
];

/** `<server> (<address>) answered <status> to <method> <path>[: <words>]` */
const REFUSAL = new RegExp(`^(Bambuddy|InvenTree|OctoPrint) \\([^)]*\\) answered 4\\d\\d to \\S+ \\S+?(?:: (.*))?$`);

/** Words that only the server itself has for a 4xx: fields of a form, and what it says of an object that is not there. */
const OWN_WORDS = /^[a-z_0-9]+: |matches the given query|^Archive not found/i;

/** Fields by which proxies and gateways tell of themselves; no InvenTree or Bambuddy has them. */
const FOREIGN_FIELDS = /^(?:error|message|code|status|title|errors|reason|success): /i;

/**
 * Whether an earlier version parked the print for what was no word of a server about it, or skipped it because something
 * answered that its archive is gone. Where that cannot be told from the reason it counts: offered once more, a print that
 * is really refused is parked again with the server's words.
 */
export function isEarlierDamage({ state, reason, at }: Readonly<PrintRecord>, until: string): boolean {
    if (reason === undefined || at >= until) return false;
    if (state === 'skipped') return reason === ARCHIVE_GONE;
    return state === 'parked' && (REASONS.some((pattern) => pattern.test(reason)) || isForeign(reason));
}

/**
 * Has a source node offer what earlier versions parked or skipped by mistake: once, at this version's first start, one
 * node of the store after the other.
 * @param id the source node's
 * @param offer gets what says whether a record is this node's, and whom to tell of a print that it failed with
 * @throws ClosedError, what `offer` throws: then the next start goes on with what is left
 */
export async function offerEarlierOnce(
    delivery: Delivery,
    id: string,
    offer: (isMine: (record: Readonly<PrintRecord>) => boolean, failed: (error: unknown) => void) => Promise<void>,
    failed: (error: unknown) => void,
): Promise<void> {
    const { ledger, sources } = delivery;
    const until = ledger.meta(EARLIER_UNTIL);
    const note = `${EARLIER_UNTIL}:${id}`;
    if (until === undefined || ledger.meta(note) === until) return;
    const isMine = ({ via }: Readonly<PrintRecord>): boolean => via === undefined || via === id || !sources.has(via);
    let failures = 0;
    await delivery.mutex.run('earlier damage', () =>
        offer(isMine, (error) => {
            failures++;
            failed(error);
        }),
    );
    if (failures === 0) ledger.setMetaDeferred(note, until);
}

/** Such prints of a ledger, by their start, oldest first. */
export function earlierDamage(
    ledger: Ledger,
    state: 'parked' | 'skipped',
    isOwn: (record: Readonly<PrintRecord>) => boolean,
): Readonly<PrintRecord>[] {
    const until = ledger.meta(EARLIER_UNTIL);
    if (until === undefined || ledger.counts()[state] === 0) return [];
    const found: Readonly<PrintRecord>[] = [];
    for (const record of state === 'parked' ? ledger.parked() : ledger.prints())
        if (record.state === state && isEarlierDamage(record, until) && isOwn(record)) found.push(record);
    return found.sort((a, b) => (a.startedAt ?? '').localeCompare(b.startedAt ?? ''));
}

function isForeign(reason: string): boolean {
    const [, server, words = ''] = REFUSAL.exec(reason) ?? [];
    if (server === undefined) return false;
    // OctoPrint tells of its own refusals in a field of that name
    if (server === 'OctoPrint' && /^error: /.test(words)) return false;
    return FOREIGN_FIELDS.test(words) || !OWN_WORDS.test(words);
}
