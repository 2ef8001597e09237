import { Failure } from '../../http/errors';
import type { Answer } from '../../http/http';

/** How the token is shown: both are documented, the first by newer pages, the second by older ones and the SDK. */
export type AuthorizationWay = 'bearer' | 'x-authorization';

export const WAYS: Readonly<Record<AuthorizationWay, (token: string) => Record<string, string>>> = {
    bearer: (token) => ({ Authorization: `Bearer ${token}` }),
    'x-authorization': (token) => ({ 'X-Authorization': token }),
};

/** Which way is taken; `auto` finds out which one works. */
export class Authorization {
    private way: AuthorizationWay;
    private isSettled: boolean;

    constructor(setting: 'auto' | AuthorizationWay) {
        this.way = setting === 'auto' ? 'bearer' : setting;
        this.isSettled = setting !== 'auto';
    }

    /** The way that is known, or thought, to work. */
    get current(): AuthorizationWay {
        return this.way;
    }

    /**
     * Asks once; where no way has worked yet and the answer is 401, the other way once.
     * @throws what `request` throws; AuthError of the first way where both are refused
     */
    async ask(request: (way: AuthorizationWay) => Promise<Answer>): Promise<Answer> {
        try {
            return this.works(this.way, await request(this.way));
        } catch (refusal) {
            if (this.isSettled || !isUnauthorized(refusal)) throw refusal;
            const other = this.way === 'bearer' ? 'x-authorization' : 'bearer';
            try {
                return this.works(other, await request(other));
            } catch (failure) {
                // anything but a 401 says that the token was taken, or that nobody can tell
                throw isUnauthorized(failure) ? refusal : failure;
            }
        }
    }

    private works(way: AuthorizationWay, answer: Answer): Answer {
        this.way = way;
        this.isSettled = true;
        return answer;
    }
}

/** Whoever said it: how Evotor itself says it is not documented. */
function isUnauthorized(failure: unknown): boolean {
    return failure instanceof Failure && failure.status === 401;
}
