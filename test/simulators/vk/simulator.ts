import express from 'express';
import { Simulator, type SimulatorOptions } from '../simulator';
import { Refusal, invalid } from './errors';
import { callsOf } from './execute';
import { Limits } from './limits';
import { callMethod, NOT_IN_EXECUTE, type World } from './methods';
import { answerFaults, errorFaults, METHODS, readRequest } from './schema';
import { CATEGORIES, Community, type Category } from './state';
import { Tokens, type Token } from './tokens';
import { Uploads } from './uploads';

export interface VkOptions extends SimulatorOptions {
    /** ms since 1970 */
    now?: () => number;
}

/** A call as VK counted it. */
export interface SeenCall {
    method: string;
    params: Readonly<Record<string, unknown>>;
    inExecute: boolean;
    /** code of the error; null: none */
    error: number | null;
}

/** What goes wrong with one call. `done`: it is done all the same. */
export interface CallTrouble {
    code: number;
    detail?: string;
    done?: boolean;
}

/** More calls than that in one execute are ended on the way (official text, copied in the documentation of vk-io). */
const MOST_CALLS = 25;

/**
 * The API of VK 5.199 with its upload servers and VK ID, as far as goods of communities need it. Every request and every
 * answer is held to the official JSON schema. What the schema does not say (see the facts: `[T]`, `[?]`) is answered as
 * the stricter of what is known.
 */
export class VkSimulator extends Simulator {
    readonly communities = new Map<number, Community>();
    readonly tokens: Tokens;
    readonly limits: Limits;
    readonly uploads = new Uploads();
    readonly calls: SeenCall[] = [];
    /** requests that the schema does not allow: what a client sent wrong */
    readonly violations: string[] = [];
    categories: Category[] = CATEGORIES;
    /** asked for every call, those in an execute too */
    trouble: ((method: string, params: Readonly<Record<string, unknown>>) => CallTrouble | undefined) | undefined;
    hiddenAs: 1 | 2 = 2;
    normalise: (text: string) => string = (text) => text.replace(/\r\n/g, '\n').trim();
    private lastId = 9_000_000;
    private readonly now: () => number;

    constructor(options: VkOptions = {}) {
        super(options);
        this.now = options.now ?? Date.now;
        this.tokens = new Tokens(this.now);
        this.limits = new Limits(this.now);
        this.app.use(express.urlencoded({ extended: false, limit: '20mb' }));
        this.app.all('/method/:name', (req, res) => {
            const sent = { ...(req.query as object), ...(req.body as object) } as Record<string, string>;
            const bearer = /^Bearer (.*)$/.exec(req.headers.authorization ?? '')?.[1];
            res.json(this.answer(req.params.name, sent, sent['access_token'] ?? bearer));
        });
        this.app.get('/authorize', this.tokens.page);
        this.app.post('/oauth2/auth', this.tokens.handle);
        this.app.use(this.uploads.routes());
        this.app.use((_req, res) => void res.status(404).type('text/html').send('<html>404 Not Found</html>'));
    }

    /** A community whose goods user 1 may edit. */
    addCommunity(id: number): Community {
        const community = new Community(id);
        community.editors.add(1);
        this.communities.set(id, community);
        return community;
    }

    /** Calls of a method that were done. */
    countCalls(method: string): number {
        return this.calls.filter((call) => call.method === method && call.error === null).length;
    }

    private answer(name: string, sent: Record<string, string>, tokenText: string | undefined): unknown {
        const { access_token: _token, v: version, lang: _lang, ...params } = sent;
        const reported = {
            oauth: '1',
            method: name,
            ...sent,
            ...(tokenText === undefined ? {} : { access_token: tokenText }),
        };
        try {
            if (version === undefined) throw new Refusal(8, 'v is undefined');
            if (!METHODS.has(name)) throw new Refusal(3);
            const token = this.tokens.of(tokenText);
            const script = name === 'execute' ? callsOf(params['code'] ?? '') : null;
            this.limits.request(tokenText!, token.client, script?.length ?? 1);
            if (script === null) return { response: this.call(name, params, token, false) };
            return this.execute(script, token);
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            const body = error.body(reported);
            mustBe(errorFaults(body), `the error of ${name}`);
            return { error: body };
        }
    }

    private execute(script: readonly { method: string; params: Record<string, unknown> }[], token: Token): unknown {
        const errors: unknown[] = [];
        const response = script.map(({ method, params }, at) => {
            if (at >= MOST_CALLS) throw new Refusal(13, 'Too many api calls');
            try {
                if (!METHODS.has(method)) throw new Refusal(3);
                if (NOT_IN_EXECUTE.includes(method)) throw new Refusal(15, 'method is unavailable in execute');
                return this.call(method, params, token, true);
            } catch (error) {
                if (!(error instanceof Refusal)) throw error;
                errors.push(error.inExecute(method));
                return false;
            }
        });
        return errors.length === 0 ? { response } : { response, execute_errors: errors };
    }

    private call(method: string, sent: Readonly<Record<string, unknown>>, token: Token, inExecute: boolean): unknown {
        const seen: SeenCall = { method, params: sent, inExecute, error: null };
        this.calls.push(seen);
        try {
            const { values, wrong, unknown } = readRequest(method, sent);
            for (const each of unknown) this.violations.push(`${method}: no parameter ${each}`);
            for (const each of wrong) this.violations.push(`${method}: ${each.name} ${each.why}`);
            const trouble = this.trouble?.(method, values);
            if (trouble !== undefined && trouble.done !== true) throw new Refusal(trouble.code, trouble.detail);
            if (wrong.length > 0) throw invalid(`${wrong[0]!.name} ${wrong[0]!.why}`);
            const response = callMethod(this.world(), method, token, values);
            const kind = values['extended'] === true ? 'extendedResponse' : undefined;
            mustBe(answerFaults(method, { response }, kind), `the answer of ${method}`);
            if (trouble !== undefined) throw new Refusal(trouble.code, trouble.detail);
            return response;
        } catch (error) {
            seen.error = error instanceof Refusal ? error.code : -1;
            throw error;
        }
    }

    private world(): World {
        return {
            now: this.now,
            nextId: () => ++this.lastId,
            tree: () => this.categories,
            hiddenAs: this.hiddenAs,
            normalise: this.normalise,
            communities: this.communities,
            uploads: this.uploads,
            root: () => this.url,
        };
    }
}

/** An answer that the schema does not allow is a mistake of the simulator itself. */
function mustBe(faults: readonly string[], what: string): void {
    if (faults.length > 0) throw new Error(`${what} is not as the schema has it: ${faults.join('; ')}`);
}
