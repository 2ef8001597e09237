import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { jsonObject, parse } from '../../../../lib/admin/http-api/json-body';

const depth = (value: unknown): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;

describe('the body of a webhook', () => {
    it('is read as JSON.parse reads it, where it is modest', () => {
        fc.assert(
            fc.property(fc.jsonValue({ maxDepth: 12, noUnicodeString: false }), (value) => {
                fc.pre(depth(value) <= 32);
                const text = JSON.stringify(value);
                assert.deepEqual(parse(Buffer.from(text)), JSON.parse(text));
            }),
            { numRuns: 300 },
        );
    });

    it('whatever it is, is an answer and no crash', () => {
        fc.assert(
            fc.property(
                fc.oneof(
                    fc.uint8Array({ maxLength: 200 }),
                    fc.string().map((text) => Buffer.from(text)),
                ),
                (bytes) => {
                    try {
                        parse(Buffer.from(bytes));
                    } catch (error) {
                        assert.equal((error as { status?: number }).status, 400);
                    }
                },
            ),
            { numRuns: 1000 },
        );
    });

    it('5 MB of brackets are refused', () => {
        for (const bomb of [
            '['.repeat(5e6),
            '[]'.repeat(2.5e6),
            '"'.repeat(5e6),
            '\\'.repeat(5e6),
            `"${'\\"'.repeat(2.5e6)}`,
        ]) {
            assert.throws(() => parse(Buffer.from(bomb)), { status: 400 });
        }
    });

    it('may have been read before, by middleware of the user', async () => {
        for (const body of [{ event: 'x' }, '{"event":"x"}', Buffer.from('{"event":"x"}')]) {
            const request = new IncomingMessage(new Socket());
            request.headers['content-type'] = 'application/json';
            request.push(null);
            request.resume();
            await new Promise((resolve) => request.once('end', resolve));
            assert.deepEqual(await jsonObject(Object.assign(request, { body })), { event: 'x' });
        }
    });

    it('that is over and gone is 400', async () => {
        const request = new IncomingMessage(new Socket());
        request.headers['content-type'] = 'application/json';
        request.push(null);
        request.resume();
        await new Promise((resolve) => request.once('end', resolve));
        await assert.rejects(jsonObject(request), { status: 400 });
    });
});
