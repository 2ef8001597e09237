import type { Answer } from '../http-api/answer';
import { ServiceError } from '../http-api/service-error';
import type { ParkedPage, WebhookOverview } from './wire';

/** What the sidebar asks of a webhook whose queue is open. */
export interface Outbox {
    /** where it sends to: host and port, never path, query or user */
    host: string;
    /** parked now, and how many had to make room since the start */
    counts: () => { parked: number; dropped: number };
    /** differs from before where what is parked does */
    changes: () => number;
    page: (after: string | null, limit: number) => ParkedPage;
    /** @param id null: all. @returns how many */
    retry: (id: string | null) => Promise<number>;
    forget: (id: string) => Promise<number>;
    /** told often, also where nothing parked has changed. @returns ends the watching */
    watch: (changed: () => void) => () => void;
}

export const WEBHOOK_ACTIONS = ['retry', 'retry-all', 'forget'] as const;
type WebhookAction = (typeof WEBHOOK_ACTIONS)[number];

const PAGE = 20;
const MOST = 100;

/** What the sidebar asks of one webhook node. */
export class WebhookApi {
    constructor(
        private readonly id: string,
        private readonly name: string,
        private readonly outbox: Outbox,
    ) {}

    overview(): WebhookOverview {
        const { id, name, outbox } = this;
        const { parked, dropped } = outbox.counts();
        return { id, name, host: outbox.host, parked, dropped };
    }

    /** Differs from before where something of it is to be shown anew; empty where there is nothing to show. */
    get mark(): string {
        return this.outbox.counts().parked === 0 ? '' : `${this.id}:${this.outbox.changes()}`;
    }

    /** Newest first. @param query `after`, the `next` of the page before, and `limit`, as they come in an address */
    parked(query: Record<string, unknown>): ParkedPage {
        const { after, limit } = query;
        const most = Math.min(MOST, Math.max(1, Math.trunc(Number(limit)) || PAGE));
        return this.outbox.page(typeof after === 'string' && after !== '' ? after : null, most);
    }

    /**
     * @param body `{ action: "retry-all" }`, or `{ action: "retry" | "forget", id }`
     * @throws ServiceError 400; 404 where it is not parked any more
     */
    async act({ action, id }: Record<string, unknown>): Promise<Answer> {
        const asked = WEBHOOK_ACTIONS.find((each) => each === action);
        if (asked === undefined) throw new ServiceError(400, `"${String(action)}" is not available here`);
        if (asked === 'retry-all') return done(asked, await this.outbox.retry(null));
        if (typeof id !== 'string' || id === '')
            throw new ServiceError(400, `"${asked}" needs the id of a parked webhook`);
        const count = await this.outbox[asked](id);
        if (count === 0) throw new ServiceError(404, 'This webhook is no longer parked');
        return done(asked, count);
    }
}

function done(action: WebhookAction, count: number): Answer {
    return { status: 200, body: { action, count } };
}
