import type { Fault, SeenRequest } from '../../simulators/simulator';
import type { Command, ForeignBody, Instance, Server } from './commands';

type Act<T extends Command['do']> = Extract<Command, { do: T }>;

/** What a person or a program sees there that is not the server. */
const FOREIGN: Record<ForeignBody, { type: string; body: string }> = {
    page: { type: 'text/html', body: '<html><head><title>Sign in</title></head><body>Please sign in</body></html>' },
    text: { type: 'text/plain', body: 'no healthy upstream' },
    empty: { type: 'text/plain', body: '' },
    'other JSON': { type: 'application/json', body: '{"success":false,"code":7}' },
    'cut JSON': { type: 'application/json', body: '{"count": 1, "results": [{"pk": 1, "na' },
};

/** The servers' own words, recorded (bambuddy/38, 41; inventree-479/03, 05). */
const REFUSALS: Record<Server, Record<401 | 403, string>> = {
    bambuddy: {
        401: '{"detail":"Authentication required"}',
        403: '{"detail":"API key does not have \'can_read_status\' permission"}',
    },
    inventree: {
        401: '{"detail":"Invalid token."}',
        403: '{"detail":"You do not have permission to perform this action."}',
    },
};

/** What stands between us and the two servers, and what of us dies on the way. */
export class Between {
    /** a process will die with the n-th request, before or after the server has done it */
    death: Act<'die'> | null = null;
    /** a process will die before the n-th write of its ledger */
    writes: number | null = null;
    /** how the next answer to a POST is lost */
    deaf: Act<'lose an answer'>['how'] | null = null;
    /** paths that were refused with 403, which for a picture or a link is for good */
    readonly forbidden = new Set<string>();
    private readonly away = new Map<Server, Act<'outage' | 'foreign answers' | 'refuse'>>();

    /** @param dies whose process does */
    constructor(private readonly dies: (who: Instance) => void) {}

    get calm(): boolean {
        return this.away.size === 0;
    }

    begin(command: Act<'outage' | 'foreign answers' | 'refuse'>): void {
        this.away.set(command.of, { ...command });
    }

    end(of: Server): void {
        this.away.delete(of);
    }

    /** A ledger is about to be written. */
    writing(who: Instance): void {
        if (this.writes === null || --this.writes > 0) return;
        this.writes = null;
        this.dies(who);
    }

    /** @returns what becomes of a request; undefined: nothing */
    interfere({ method, url }: SeenRequest, of: Server, who: Instance): Fault | undefined {
        if (this.death !== null && --this.death.requests <= 0) {
            const { done } = this.death;
            this.death = null;
            this.dies(who);
            return done ? undefined : { at: 'before', kind: 'reset' };
        }
        const away = this.away.get(of);
        if (away?.do === 'foreign answers' && away.after-- > 0) return undefined;
        if (away?.do === 'refuse' && away.status === 403) this.forbidden.add(url.split('?')[0]!);
        if (away !== undefined) return faultOf(away);
        if (this.deaf !== null && of === 'inventree' && method === 'POST' && /^\/api\/(part|stock)\/$/.test(url)) {
            const how = this.deaf;
            this.deaf = null;
            if (typeof how === 'string') return { at: 'after', kind: how };
            return { at: 'after', ...foreign(how, 'page') };
        }
        return undefined;
    }
}

function faultOf(away: Act<'outage' | 'foreign answers' | 'refuse'>): Fault {
    if (away.do === 'outage') return { at: 'before', kind: 'reset' };
    if (away.do === 'foreign answers') return { at: 'before', ...foreign(away.status, away.body) };
    const headers = { 'content-type': 'application/json' };
    return { at: 'before', kind: away.status, body: REFUSALS[away.of][away.status], headers };
}

function foreign(status: number, what: ForeignBody): Pick<Fault, 'kind' | 'body' | 'headers'> & { kind: number } {
    const { type, body } = FOREIGN[what];
    const headers = { 'content-type': type, ...(status === 302 ? { location: 'https://portal.example/login' } : {}) };
    return { kind: status, body, headers };
}
