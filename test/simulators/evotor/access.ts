import type { Request } from 'express';
import { MEDIA_TYPE, Refusal } from './answers';

/** Which of the two documented ways of showing the token is taken. */
export type AuthorizationRule = 'both' | 'bearer' | 'x-authorization';

export interface AccountOptions {
    userId?: string;
    rights?: Partial<Account['rights']>;
}

/** What a token stands for: one app, installed by one user. */
export interface Account {
    token: string;
    userId: string;
    rights: { stores: boolean; products: boolean; stock: boolean; images: boolean };
    /** the user has taken the app away, or made a new token: 401 */
    ended: boolean;
}

/** Who may ask what. */
export class Access {
    rule: AuthorizationRule = 'both';
    private readonly accounts = new Map<string, Account>();

    add({ userId, rights }: AccountOptions = {}): Account {
        const n = this.accounts.size + 1;
        const account: Account = {
            token: `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
            userId: userId ?? `01-${n.toString().padStart(15, '0')}`,
            rights: { stores: true, products: true, stock: true, images: true, ...rights },
            ended: false,
        };
        this.accounts.set(account.token, account);
        return account;
    }

    /** The account gets another token; the one of before is refused from now on. */
    renew(account: Account): void {
        const { token } = account;
        this.accounts.delete(token);
        account.token = token.replace(/^\d/, (digit) => String(Number(digit) + 1));
        this.accounts.set(account.token, account);
    }

    /** @throws Refusal 401 */
    accountOf(req: Request): Account {
        const bearer =
            this.rule === 'x-authorization' ? undefined : /^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1];
        const own = this.rule === 'bearer' ? undefined : req.get('x-authorization');
        const account = this.accounts.get(bearer ?? own ?? '');
        if (account === undefined || account.ended) throw new Refusal(401);
        return account;
    }
}

/** The headers must name the version. @throws Refusal 406 */
export function mustAcceptV2(req: Request): void {
    const accepted = (req.get('accept') ?? '').split(',').map((each) => each.split(';')[0]!.trim());
    if (!accepted.includes(MEDIA_TYPE)) throw new Refusal(406);
}
