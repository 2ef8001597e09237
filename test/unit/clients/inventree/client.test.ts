import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { ClosedError } from '../../../../lib/http/errors';
import { inventreeClient } from '../../../fixtures/inventree-client';
import { Listener } from '../../webhook/listener';

describe('the greeting of an InvenTree', () => {
    it('is asked once for all who wait for it, and does not end with the first of them', async () => {
        const asked: ServerResponse[] = [];
        const server = await new Listener((_heard, response) => void asked.push(response)).open();
        const client = inventreeClient({ url: server.url, token: 'inv-1' }, { timeout: 5, frontend: 'web' });
        const [first, second] = [new AbortController(), new AbortController()];
        const waiting = [client.handshake(first.signal), client.handshake(second.signal)];
        while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        first.abort();
        await assert.rejects(waiting[0]!, ClosedError);
        asked[0]!.end(JSON.stringify({ server: 'InvenTree', version: '1.0.0', apiVersion: 479 }));
        assert.equal((await waiting[1]!).apiVersion, 479);
        assert.equal(asked.length, 1);
        client.close();
        await server.close();
    });
});
