import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LockTimes } from '../../../lib/store/engine/lock/store-lock';
import type { Plant } from './plants';

/** A writer in a process of its own, and what it said. */
export class WriterProcess {
    readonly lines: string[] = [];
    private readonly child: ChildProcess;
    private readonly ended: Promise<unknown>;
    private isOver = false;
    private heard: () => void = () => undefined;

    constructor(file: string, { plant = '', lock = {} }: { plant?: Plant | ''; lock?: Partial<LockTimes> } = {}) {
        const given = [file, plant, JSON.stringify(lock)];
        this.child = spawn(process.execPath, ['-r', 'tsx/cjs', join(__dirname, 'writer.ts'), ...given], {
            stdio: ['pipe', 'pipe', 'inherit'],
        });
        const reader = createInterface({ input: this.child.stdout! });
        reader.on('line', (line) => {
            this.lines.push(line);
            this.heard();
        });
        this.child.stdin!.on('error', () => undefined);
        this.ended = Promise.all([once(this.child, 'exit'), once(reader, 'close')]).then(() => {
            this.isOver = true;
            this.heard();
        });
    }

    /** @param mode `write` without end; `hold`: one write each, then keep it open; `close`: the same, and let it go */
    go(begin: number, mode: 'write' | 'hold' | 'close'): void {
        this.child.stdin!.write(`${begin} ${mode}\n`);
    }

    /** Resolves with the first line that begins so; null: the process ended without one. */
    async line(...starts: string[]): Promise<string | null> {
        const find = (): string | undefined =>
            this.lines.find((line) => starts.some((start) => line.startsWith(start)));
        await this.until(() => find() !== undefined);
        return find() ?? null;
    }

    /** Resolves when it has said so many lines, or ended. */
    said(lines: number): Promise<void> {
        return this.until(() => this.lines.length >= lines);
    }

    /** SIGKILL; resolves when it is gone and all it said was heard. */
    async kill(): Promise<void> {
        this.child.kill('SIGKILL');
        await this.ended;
    }

    /** SIGSTOP: as a machine that sleeps, or a container that is frozen. */
    stop(): void {
        this.child.kill('SIGSTOP');
    }

    /** SIGCONT. */
    wake(): void {
        this.child.kill('SIGCONT');
    }

    /** Resolves when it has come so far, or ended. */
    async until(reached: () => boolean): Promise<void> {
        while (!reached() && !this.isOver) await new Promise<void>((resolve) => (this.heard = resolve));
    }

    *acknowledged(): Generator<[string, number]> {
        for (const line of this.lines) {
            const ack = /^ack (\d+) (.+)$/.exec(line);
            if (ack !== null) yield [ack[2]!, Number(ack[1])];
        }
    }
}
