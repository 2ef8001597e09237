import type { IncomingMessage, ServerResponse } from 'node:http';
import { NoTopicError, parseInbound, type InboundEvent } from '../../sources/octoprint/inbound/inbound-event';
import { failureAnswer, send } from './answer';
import { bearsSecret, sameSecret } from './secret';
import { ServiceError } from './service-error';
import { webhookBody, type WebhookBody } from './webhook-body';

const METHODS: readonly string[] = ['POST', 'PUT', 'PATCH'];

export interface ReceiverOptions {
    /** empty: anybody may send */
    apiSecret: string;
    onEvent: (event: InboundEvent, picture: WebhookBody['picture']) => void;
    /** what failed for a reason of ours */
    failed: (error: Error) => void;
}

/** Answers the webhooks of OctoPrint-Webhooks: 202 before any work, because the plugin holds OctoPrint up meanwhile. */
export class OctoPrintReceiver {
    constructor(private readonly options: ReceiverOptions) {}

    async handle(request: IncomingMessage, response: ServerResponse, below: string): Promise<void> {
        try {
            if (below !== '/') throw new ServiceError(404, 'Not found');
            if (!METHODS.includes(request.method ?? ''))
                throw new ServiceError(405, 'Send it with POST', { Allow: METHODS.join(', ') });
            const { fields, picture } = await webhookBody(request);
            this.mustBeAllowed(request, fields['apiSecret']);
            const event = read(fields);
            send(response, {
                status: 202,
                body: { status: 'accepted' },
                after: () => this.options.onEvent(event, picture),
            });
        } catch (error) {
            const answer = failureAnswer(error);
            if (answer.status === 500) this.options.failed(error instanceof Error ? error : new Error(String(error)));
            send(response, answer);
        }
    }

    /** The plugin puts its secret into the data; who can set headers may send it there. */
    private mustBeAllowed({ headers }: IncomingMessage, given: unknown): void {
        const { apiSecret } = this.options;
        if (apiSecret === '') return;
        // a form may have made a number of it
        const text = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
        const inBody = sameSecret(Buffer.from(text, 'utf8').toString('latin1'), apiSecret);
        const inHeader = bearsSecret(headers, apiSecret);
        if (!inBody && !inHeader) throw new ServiceError(401, 'Unauthorized');
    }
}

function read(fields: Record<string, unknown>): InboundEvent {
    try {
        return parseInbound(fields);
    } catch (error) {
        if (error instanceof NoTopicError) throw new ServiceError(400, error.message);
        throw error;
    }
}
