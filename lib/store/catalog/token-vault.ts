import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Catalog } from './catalog';
import type { TokenRecord } from './records';
import { tokenKey, type TokenKey } from './token-key';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;

/** Credentials: names and values. Values that are missing are left out. */
export type Secret = Readonly<Record<string, string | number>>;

/** Tokens are there that the present key does not open. A person signs in again, or puts the key back. */
export class LockedToken extends Error {
    readonly code = 'TOKEN_LOCKED';
    constructor(id: string, key: TokenKey, why: string) {
        super(
            `The tokens kept for ${id} cannot be read with the key in ${key.from}: ${why} Put the key of before back, or sign in again.`,
        );
        this.name = 'LockedToken';
    }
}

/**
 * The tokens of a catalog, encrypted (AES-256-GCM). Node-RED keeps credentials only at a deploy, so what is typed there is a
 * seed: the live pair rests here, and a seed counts again only when it differs from the one last used.
 */
export class TokenVault {
    private constructor(
        private readonly catalog: Catalog,
        private readonly key: TokenKey,
    ) {}

    /** @throws UnusableKey; NotWritable where the key's file cannot be made */
    static async open(catalog: Catalog, environment: NodeJS.ProcessEnv = process.env): Promise<TokenVault> {
        return new TokenVault(catalog, await tokenKey(catalog.file, environment));
    }

    /**
     * The live credentials of an account or a community.
     * @param id `<kind>:<id>`, e.g. `vk:123`
     * @param seed what is typed in the dialog; without a value: nothing is
     * @param holder the node that it is typed in; several may have the same credentials
     * @returns what was renewed since the seed was typed, else the seed; null: there is neither
     * @throws LockedToken; as `Catalog.put` where a new seed is taken
     */
    async live(id: string, seed: Secret, holder = id): Promise<Secret | null> {
        const record = this.catalog.get('tokens', id);
        const isTyped = Object.values(seed).some((value) => value !== '');
        const fingerprint = fingerprintOf(seed);
        const isUsed = record !== undefined && Object.values(record.seeds).includes(fingerprint);
        if (record !== undefined && (!isTyped || isUsed)) return this.decrypt(record);
        if (!isTyped) return null;
        await this.write(id, seed, { ...record?.seeds, [holder]: fingerprint });
        return seed;
    }

    /** What rests here; null: nothing. @throws LockedToken */
    read(id: string): Secret | null {
        const record = this.catalog.get('tokens', id);
        return record === undefined ? null : this.decrypt(record);
    }

    /**
     * Keeps renewed credentials, and resolves when they are on the disk: only then may they be used.
     * The seeds that they come from stay the ones last used.
     */
    async renew(id: string, secret: Secret): Promise<void> {
        await this.write(id, secret, this.catalog.get('tokens', id)?.seeds ?? {});
    }

    /** Deletes the credentials, from the files, too. */
    async forget(id: string): Promise<void> {
        await this.catalog.remove('tokens', id);
        // the snapshot before the last is kept as a backup, with what leads from it to the last
        for (let generation = 0; generation < 2; generation++) await this.catalog.compact();
    }

    private async write(id: string, secret: Secret, seeds: TokenRecord['seeds']): Promise<void> {
        const nonce = randomBytes(NONCE_BYTES);
        const cipher = createCipheriv(CIPHER, this.key.bytes, nonce).setAAD(Buffer.from(id));
        const text = Buffer.concat([cipher.update(JSON.stringify(secret), 'utf8'), cipher.final()]);
        await this.catalog.put('tokens', {
            id,
            key: this.key.id,
            nonce: nonce.toString('base64'),
            text: text.toString('base64'),
            tag: cipher.getAuthTag().toString('base64'),
            seeds,
        });
    }

    private decrypt({ id, key, nonce, text, tag }: Readonly<TokenRecord>): Secret {
        if (key !== this.key.id) throw new LockedToken(id, this.key, 'they were encrypted with another one.');
        try {
            const decipher = createDecipheriv(CIPHER, this.key.bytes, Buffer.from(nonce, 'base64'), {
                authTagLength: 16,
            });
            decipher.setAAD(Buffer.from(id)).setAuthTag(Buffer.from(tag, 'base64'));
            const plain = Buffer.concat([decipher.update(Buffer.from(text, 'base64')), decipher.final()]);
            return JSON.parse(plain.toString('utf8')) as Secret;
        } catch {
            throw new LockedToken(id, this.key, 'they are damaged.');
        }
    }
}

/** Tells one typed seed from another; the seed cannot be had from it. Empty values count as missing. */
function fingerprintOf(seed: Secret): string {
    const given = Object.entries(seed).filter(([, value]) => value !== '');
    given.sort(([a], [b]) => (a < b ? -1 : 1));
    return createHash('sha256').update(JSON.stringify(given)).digest('hex');
}
