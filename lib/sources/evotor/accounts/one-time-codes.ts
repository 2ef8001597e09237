import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../concurrency/clock';
import type { Catalog } from '../../../store/catalog/catalog';
import { CODE_NOTE } from '../../../store/catalog/records';
import { AccountError } from './account-error';
import type { OneTimeCode } from './account-view';

interface Note {
    /** as it was offered */
    name: string;
    hash: string;
    until: number;
    tries: number;
}

const LIFE_MS = 15 * 60_000;
const MOST_TRIES = 5;
/** Codes that are open at one time. */
const MOST_OPEN = 20;
const MOST_NAME = 60;
/** Letters and digits that nobody takes for one another. */
const ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const LENGTH = 10;

/**
 * One-time names and codes that a person hands to the owner of a till, who enters them in Evotor's cabinet. They are kept
 * as hashes, over restarts, for 15 minutes and 5 tries.
 */
export class OneTimeCodes {
    constructor(
        private readonly catalog: Catalog,
        private readonly clock: Clock,
    ) {}

    /** A new code takes the place of an older one of the same name. @throws AccountError without a name, or at too many */
    async offer(name: string): Promise<OneTimeCode> {
        const given = name.trim().slice(0, MOST_NAME);
        if (given === '') throw new AccountError('A one-time code needs a name: whom it is for', 409);
        await this.dropEnded();
        if (this.open().filter(({ id }) => id !== idOf(given)).length >= MOST_OPEN)
            throw new AccountError(`${MOST_OPEN} one-time codes are open already: wait until one has ended`, 409);
        const code = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]!).join('');
        const until = this.clock.now() + LIFE_MS;
        await this.write(given, { name: given, hash: hashOf(given, code), until, tries: 0 });
        return { name: given, code, until };
    }

    /**
     * Takes a code. It is used up if it is right, and after the fifth wrong one.
     * @returns the name it was made for; null: it is not right
     */
    async redeem(name: string, code: string): Promise<string | null> {
        const given = name.trim();
        const note = this.noteOf(given);
        const hash = hashOf(given, code.trim().toUpperCase());
        const isRight = timingSafeEqual(Buffer.from(hash), Buffer.from(note?.hash ?? hashOf('', '')));
        if (note === null) return null;
        const isOpen = this.clock.now() < note.until && note.tries < MOST_TRIES;
        if (!isOpen || isRight || note.tries + 1 >= MOST_TRIES) await this.catalog.remove('meta', idOf(given));
        // before it is answered, so that a restart gives no further tries
        else await this.write(given, { ...note, tries: note.tries + 1 });
        return isOpen && isRight ? note.name : null;
    }

    private open(): { id: string; note: Note }[] {
        return [...this.catalog.all('meta')]
            .filter(({ id }) => id.startsWith(CODE_NOTE))
            .map(({ id, value }) => ({ id, note: JSON.parse(value) as Note }));
    }

    private async dropEnded(): Promise<void> {
        const ended = this.open().filter(({ note }) => this.clock.now() >= note.until);
        if (ended.length > 0) await this.catalog.remove('meta', ...ended.map(({ id }) => id));
    }

    private noteOf(name: string): Note | null {
        const value = this.catalog.meta(idOf(name));
        return value === undefined ? null : (JSON.parse(value) as Note);
    }

    private async write(name: string, note: Note): Promise<void> {
        await this.catalog.put('meta', { id: idOf(name), value: JSON.stringify(note) });
    }
}

function idOf(name: string): string {
    return `${CODE_NOTE}${name.toLowerCase()}`;
}

function hashOf(name: string, code: string): string {
    return createHash('sha256').update(`${name.toLowerCase()}\0${code}`).digest('hex');
}
