/** Where the client has its access token from: they end after an hour, and another comes in its place. */
export interface AccessTokens {
    /** The one to call with now; one that ends soon is renewed before. @throws AuthError where a person must sign in */
    current(signal?: AbortSignal): Promise<string>;
    /**
     * VK says that a token has ended.
     * @param ended the one it refused
     * @returns whether there is another now
     * @throws AuthError where a person must sign in; UnavailableError where that could not be found out
     */
    renew(ended: string, signal?: AbortSignal): Promise<boolean>;
    /** Whatever must stand in no text. */
    secrets(): readonly string[];
}

/** A token that somebody pasted: it is used until it ends. */
export function pastedToken(token: string): AccessTokens {
    return {
        current: () => Promise.resolve(token),
        renew: () => Promise.resolve(false),
        secrets: () => [token],
    };
}
