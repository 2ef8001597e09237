import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Listener, type Reply } from '../unit/webhook/listener';

const PER_LIFE = 4;

/** Where the process is killed: what it last said, or what the target just did. */
const MOMENTS = [
    { name: 'when an event was taken', said: 'taken' },
    { name: 'when the target has it, and has not answered', target: 'heard' },
    { name: 'when the target has answered', target: 'answered' },
    { name: 'when an answer was written down', said: 'gone' },
] as const;

describe('a process that is killed while it sends webhooks', function () {
    this.timeout(120_000);
    let folder: string;
    let target: Listener;
    let kill: (moment: 'heard' | 'answered') => boolean = () => false;

    const reply: Reply = (_heard, response) => {
        if (kill('heard')) return void response.destroy();
        response.writeHead(204).end(() => void kill('answered'));
    };
    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'print-to-stock-kill-'));
        target = await new Listener(reply).open();
    });
    afterEach(async () => {
        await target.close();
        rmSync(folder, { recursive: true, force: true });
    });

    /** One life. @returns what it said */
    function live(
        from: number,
        to: number,
        again: boolean,
        moment: (typeof MOMENTS)[number] | null,
        after: number,
    ): Promise<string[]> {
        const child = spawn(
            process.execPath,
            [
                '-r',
                'tsx/cjs',
                join(__dirname, 'webhook', 'child.ts'),
                join(folder, 'q.json'),
                target.url,
                `${from}`,
                `${to}`,
                again ? 'again' : 'once',
            ],
            { stdio: ['ignore', 'pipe', 'inherit'] },
        );
        let seen = 0;
        const hit = (): boolean => ++seen === after && child.kill('SIGKILL');
        kill = (at) => moment !== null && 'target' in moment && moment.target === at && hit();
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => {
            for (const line of chunk.toString().split('\n'))
                if (moment !== null && 'said' in moment && line.startsWith(moment.said)) hit();
            text += chunk.toString();
        });
        return new Promise((resolve) => child.once('close', () => resolve(text.split('\n').filter(Boolean))));
    }
    const heard = (): { n: number; key: string }[] =>
        target.heard.map(({ body, headers }) => ({
            n: (JSON.parse(body.toString()) as { n: number }).n,
            key: String(headers['idempotency-key']),
        }));
    const numbers = (lines: string[], what: string): number[] =>
        lines.filter((line) => line.startsWith(`${what} `)).map((line) => Number(line.split(' ')[1]));

    for (const moment of MOMENTS) {
        it(`loses nothing that was taken, in order, and repeats only under its key: ${moment.name}`, async () => {
            const said: string[] = [];
            for (let life = 0; life < 4; life++)
                said.push(...(await live(life * PER_LIFE, (life + 1) * PER_LIFE, true, moment, life + 1)));
            said.push(...(await live(0, 0, true, null, 0)));
            const taken = numbers(said, 'taken');
            assert.ok(taken.length >= 4, String(taken));
            const keys = new Map<number, string>();
            for (const { n, key } of heard()) {
                if (keys.has(n)) assert.equal(key, keys.get(n), `event ${n}`);
                keys.set(n, key);
            }
            for (const n of taken) assert.ok(keys.has(n), `event ${n} was lost`);
            assert.equal(new Set(keys.values()).size, keys.size);
            const first = [...keys.keys()];
            assert.deepEqual(
                first,
                [...first].sort((a, b) => a - b),
            );
            // each life can repeat the one that was under way
            assert.ok(target.heard.length <= keys.size + 5);
        });
    }

    it('sends nothing twice where that is not wanted: it is parked, and there for a person', async () => {
        const moment = MOMENTS[1];
        const said = await live(0, PER_LIFE, false, moment, 2);
        said.push(...(await live(0, 0, false, null, 0)));
        const times = heard().map(({ n }) => n);
        assert.equal(new Set(times).size, times.length, String(times));
        const kept = numbers(said, 'kept');
        for (const n of numbers(said, 'taken')) assert.ok(times.includes(n) || kept.includes(n), `event ${n} was lost`);
        assert.ok(kept.includes(times[1]!), 'the one under way is parked');
    });
});
