import { isFresh } from '../../concurrency/clock';
import { SingleFlight } from '../../concurrency/single-flight';

/** Servers keep a token for 60 minutes; ours is renewed before that. */
const LIFETIME_MS = 50 * 60_000;

/** The present call first, then the one that follows it in 1.2.6 (1.2.5.2 does not have it). */
const CALLS = ['/printers/camera/stream-token', '/auth/media-token'];

/** The token that pictures need in their address when authentication is on, up to 1.2.5.5: minted once, shared, renewed in time. */
export class ImageToken {
    private current: { token: string; at: number } | null = null;
    private readonly renewal = new SingleFlight(() => this.renew());

    /** @param mint asks one of the calls; null where the server does not know it */
    constructor(
        private readonly mint: (path: string) => Promise<string | null>,
        private readonly now: () => number = Date.now,
    ) {}

    /** The token that is kept, not renewed; null: there is none. */
    get held(): string | null {
        return this.current !== null && isFresh(this.current.at, LIFETIME_MS, this.now()) ? this.current.token : null;
    }

    /** @returns null where no call is known: then pictures are asked for without a token */
    async get(signal?: AbortSignal): Promise<string | null> {
        return this.held ?? this.renewal.get(signal);
    }

    /** Forgets a token that was refused. */
    drop(token: string): void {
        if (this.current?.token === token) this.current = null;
    }

    private async renew(): Promise<string | null> {
        for (const call of CALLS) {
            const token = await this.mint(call);
            if (token === null) continue;
            this.current = { token, at: this.now() };
            return token;
        }
        return null;
    }
}
