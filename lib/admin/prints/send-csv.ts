import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/**
 * Sends a table as a file, as fast as it is taken.
 * @param pieces of the table; nobody waits for them any more once the response is closed
 * @throws what `pieces` throws before the first of them. Later the connection ends, so that nobody takes half a table for a
 * whole one
 */
export async function sendCsv(response: ServerResponse, file: string, pieces: AsyncIterable<string>): Promise<void> {
    try {
        for await (const piece of pieces) {
            if (response.destroyed) return;
            if (!response.headersSent)
                response.writeHead(200, {
                    'Content-Type': 'text/csv; charset=utf-8',
                    'Content-Disposition': `attachment; filename="${file}"`,
                    'Cache-Control': 'no-store',
                    'X-Content-Type-Options': 'nosniff',
                });
            if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
        }
        response.end();
    } catch (error) {
        if (!response.headersSent) throw error;
        response.destroy();
    }
}

/** Ends when nobody waits for the response any more, as when a newer search has come. */
export function whileWaited(response: ServerResponse): AbortSignal {
    const waited = new AbortController();
    response.on('close', () => waited.abort());
    return waited.signal;
}
