import type { Request, Response } from 'express';
import { connectionOf } from '../../../lib/admin/dialogs/connection';
import { VkSignIns } from '../../../lib/admin/dialogs/vk-sign-in';
import { textOf, type NodeAPI } from '../node-red';

/** Sign-ins at VK, for the process. */
const signIns = new VkSignIns();

/** Where VK sends the browser back to, below the editor's own address. */
export const VK_CALLBACK = '/vk-sign-in/callback';

/** What the dialog of a community asks, by POST: each needs the permission to change settings. */
export const VK_ASKS = {
    '/vk-sign-in/begin': (RED: NodeAPI, body: unknown): Promise<object> => {
        const connection = connectionOf(body);
        const stored = (RED.nodes.getCredentials(connection.id) ?? {}) as Record<string, unknown>;
        return Promise.resolve(signIns.begin(connection, textOf(stored['clientId']).trim()));
    },
    '/vk-sign-in/landing': async (_RED: NodeAPI, body: unknown): Promise<object> => ({
        isKnown: await signIns.land(textOf((body as { address?: unknown }).address)),
    }),
    '/vk-sign-in/result': (_RED: NodeAPI, body: unknown): Promise<object> =>
        Promise.resolve(signIns.result(textOf((body as { state?: unknown }).state))),
} as const;

/**
 * The callback is open: VK sends a browser there that may not be signed in to the editor. It takes a state that was given
 * out here, once and within ten minutes, and tells nothing of what came of it.
 */
export async function vkCallback(request: Request, response: Response): Promise<void> {
    const { url } = request;
    const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
    const isKnown = query.length <= MOST_QUERY && (await signIns.land(`http://localhost/${query}`));
    response
        .status(isKnown ? 200 : 400)
        .set({
            'Content-Type': 'text/html; charset=utf-8',
            'Cache-Control': 'no-store',
            'Referrer-Policy': 'no-referrer',
            'X-Content-Type-Options': 'nosniff',
            'Content-Security-Policy': "default-src 'none'",
        })
        .send(page(isKnown ? DONE : UNKNOWN));
}

const MOST_QUERY = 4000;
const DONE = 'VK has answered. Close this window and go back to Node-RED, where the dialog says what came of it.';
const UNKNOWN = 'This sign-in has ended or was used already. Go back to Node-RED and begin it anew.';

const page = (text: string): string =>
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Node-RED</title><p>${text}</p></html>`;
