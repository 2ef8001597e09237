import { HookFailure } from '../transport/failure';
import type { HookRequest } from '../request/request';

/** @throws HookFailure for what is no address of a picture */
export function parseable(address: string): Pick<HookRequest, 'origin' | 'target' | 'headers'> {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
        throw new HookFailure(
            'The snapshot URL is invalid: enter it like http://octopi.local/webcam/?action=snapshot',
            {
                remedy: 'park',
            },
        );
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    const headers: [string, string][] =
        user === ':' ? [] : [['Authorization', `Basic ${Buffer.from(user).toString('base64')}`]];
    return { origin: url.origin, target: `${url.pathname}${url.search}`, headers };
}
