/**
 * Moves what stands as `user:password@` in the address of a camera into the field of its login, which is a credential: an
 * address is exported with the flow.
 * @param address, login the inputs of the dialog
 */
export function cameraLogin(address: JQuery, login: JQuery): void {
    const move = (): void => {
        const parts = parted(address.val());
        if (parts === null) return;
        address.val(parts.address);
        login.val(parts.login).trigger('change');
        address.trigger('change');
    };
    address.on('change', move);
    move();
}

/** @returns the address without, and `user:password`; null where there is none in it */
export function parted(typed: string): { address: string; login: string } | null {
    const [, scheme = '', login, rest = ''] = /^(\s*https?:\/\/)([^/?#]*)@(.*)$/i.exec(typed) ?? [];
    if (login === undefined) return null;
    const colon = login.indexOf(':');
    const user = colon < 0 ? login : login.slice(0, colon);
    const password = colon < 0 ? '' : login.slice(colon + 1);
    return { address: `${scheme.trim()}${rest}`, login: `${decoded(user)}:${decoded(password)}` };
}

/** A `%` that encodes nothing is one of the password's own. */
function decoded(text: string): string {
    try {
        return decodeURIComponent(text);
    } catch {
        return text;
    }
}
