import type { IncomingMessage, ServerResponse } from 'node:http';
import { AccountLinking, TooManyPending, USER_ID } from '../../../sources/evotor/accounts/account-linking';
import { send, type Answer } from '../answer';
import { jsonObject, refuseLongBody } from '../json-body';
import type { PathService } from '../paths';
import { bearsBasicOrBearer, bearerOf } from '../secret';
import { ServiceError } from '../service-error';
import { FloodGate } from './flood-gate';
import { evotorRoute, type EvotorCall } from './routes';

export interface ReceiverParts {
    /** the application's token, as it stands in Evotor's cabinet; empty: nobody is let in */
    secret: string;
    /** where accounts are kept; null: it is not open */
    linking: () => AccountLinking | null;
    /** an account's till has something new. @param account id of its record */
    woken: (account: string, what: 'all' | 'stock') => void;
    /** what failed for a reason of ours */
    failed: (error: Error) => void;
    /** ms, by a clock that is never set back; missing: the process's */
    now?: () => number;
}

/** Of what Evotor sends about users: names and tokens. */
const MOST_BYTES = 64 * 1024;
/** Of a notification, which is not read: documents of a day. */
const MOST_NOTIFICATION = 5 * 1024 * 1024;
/** Evotor sends again what was not answered with 200. */
const KNOWN = { perSecond: 20, atOnce: 100 };
/** Requests without a right secret or token; nothing of them is read. */
const UNKNOWN = { perSecond: 0.2, atOnce: 20 };
const LONGEST_TOKEN = 1000;

/** A refusal in the form that Evotor documents: codes of its cloud. */
class Refusal extends Error {
    constructor(
        readonly status: number,
        readonly codes: readonly object[],
    ) {
        super(`refused with ${status}`);
    }
}

const unauthorized = (code = 1001): Refusal => new Refusal(401, [{ code }]);
const badField = (subject: string, reason: 'missing' | 'unexpected'): Refusal =>
    new Refusal(400, [{ code: 2002, reason, subject }]);

/** Answers the webhooks of Evotor's cloud: users who come, tokens, and notifications, which wake a source and are not read. */
export class EvotorReceiver implements PathService {
    private readonly known: FloodGate;
    private readonly unknown: FloodGate;

    constructor(private readonly parts: ReceiverParts) {
        this.known = new FloodGate(KNOWN, parts.now);
        this.unknown = new FloodGate(UNKNOWN, parts.now);
    }

    /** Below an empty path everybody else's paths lie, too. */
    takes(below: string): boolean {
        return evotorRoute(below) !== null;
    }

    async handle(request: IncomingMessage, response: ServerResponse, below: string): Promise<void> {
        try {
            const methods = evotorRoute(below);
            if (methods === null) throw new ServiceError(404, 'Not found');
            const call = methods[request.method ?? ''];
            if (call === undefined)
                throw new ServiceError(405, 'Method not allowed', { Allow: Object.keys(methods).join(', ') });
            send(response, await this.answer(call, request));
        } catch (error) {
            send(response, this.refusalOf(error, request));
        }
    }

    private answer(call: EvotorCall, request: IncomingMessage): Promise<Answer> {
        if (call.ask === 'notification') return this.notification(call.wakes, request);
        const { secret } = this.parts;
        const isKnown = bearsBasicOrBearer(request.headers, secret);
        if (secret === '' || !isKnown) throw this.guessed();
        this.mustBeModest();
        return this.aboutUser(call.ask, request);
    }

    private async aboutUser(ask: 'create' | 'verify' | 'token', request: IncomingMessage): Promise<Answer> {
        const linking = this.linking();
        const fields = await this.fieldsOf(request);
        const userId = this.userOf(fields);
        if (ask === 'token') {
            const token = textOf(fields, 'token');
            if (token.length > LONGEST_TOKEN) throw badField('token', 'unexpected');
            await linking.takeToken(userId, token);
            return { status: 200, body: {} };
        }
        if (ask === 'create') return { status: 200, body: { userId, token: await linking.create(userId) } };
        const token = await linking.verify(userId, textOf(fields, 'username'), textOf(fields, 'password'));
        // 1006: what the user typed for this service is wrong
        if (token === null) throw unauthorized(1006);
        return { status: 200, body: { userId, hasBilling: false, token } };
    }

    /** What it says is not read: it is a reason to look, whatever stands in it. */
    private async notification(wakes: 'all' | 'stock' | null, request: IncomingMessage): Promise<Answer> {
        const account = this.linking().accountOf(bearerOf(request.headers));
        if (account === null) throw this.guessed();
        this.mustBeModest();
        await refuseLongBody(request, MOST_NOTIFICATION);
        const after = (): void => {
            if (wakes !== null && account.state === 'active') this.parts.woken(account.id, wakes);
        };
        return { status: 200, body: {}, after };
    }

    private linking(): AccountLinking {
        const linking = this.parts.linking();
        if (linking === null) throw new ServiceError(503, 'The catalog is not open');
        return linking;
    }

    private async fieldsOf(request: IncomingMessage): Promise<Record<string, unknown>> {
        try {
            return await jsonObject(request, MOST_BYTES);
        } catch (error) {
            if (error instanceof ServiceError && error.status === 400) throw new Refusal(400, [{ code: 2001 }]);
            throw error;
        }
    }

    /** `userUuid` is what older clouds call it. */
    private userOf(fields: Record<string, unknown>): string {
        const given = fields['userId'] ?? fields['userUuid'];
        if (given === undefined || given === '') throw badField('userId', 'missing');
        if (typeof given !== 'string' || !USER_ID.test(given)) throw badField('userId', 'unexpected');
        return given;
    }

    /** Those who are known have a limit of their own: a flood of others does not use it up. */
    private mustBeModest(): void {
        if (!this.known.pass()) throw new ServiceError(429, 'Too many requests', { 'Retry-After': '5' });
    }

    private guessed(): Error {
        return this.unknown.pass()
            ? unauthorized()
            : new ServiceError(429, 'Too many requests', { 'Retry-After': '60' });
    }

    private refusalOf(error: unknown, request: IncomingMessage): Answer {
        // what still comes is thrown away, so that the caller can read the answer
        request.resume();
        if (error instanceof Refusal) return { status: error.status, body: { errors: error.codes } };
        if (error instanceof ServiceError)
            return { status: error.status, body: { detail: error.message }, headers: error.headers };
        if (error instanceof TooManyPending) return { status: 503, body: { detail: error.message } };
        this.parts.failed(error instanceof Error ? error : new Error(String(error)));
        return { status: 500, body: { detail: 'Internal error: see the log of Node-RED' } };
    }
}

function textOf(fields: Record<string, unknown>, name: string): string {
    const value = fields[name];
    if (value === undefined || value === '') throw badField(name, 'missing');
    if (typeof value !== 'string') throw badField(name, 'unexpected');
    return value;
}
