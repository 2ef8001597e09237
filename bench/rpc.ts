import { fork, type ChildProcess } from 'node:child_process';

type Methods = Record<string, (...args: never[]) => unknown>;
type Promised<M> = {
    [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

interface Call {
    id: number;
    method: string;
    args: unknown[];
}

interface Reply {
    id: number;
    result?: unknown;
    error?: string;
}

/** Offers methods to the process that started this one. Ends with it. */
export function offer(methods: Methods): void {
    process.on('message', ({ id, method, args }: Call) => {
        void Promise.resolve()
            .then(() => methods[method]!(...(args as never[])))
            .then(
                (result): Reply => ({ id, result }),
                (error: unknown): Reply => ({
                    id,
                    error: error instanceof Error ? (error.stack ?? '') : String(error),
                }),
            )
            .then((reply) => process.send?.(reply));
    });
    process.on('disconnect', () => process.exit(0));
}

/** A TypeScript program in a process of its own, whose methods are called as if they were here. */
export class Remote<M> {
    /** the methods it offers */
    readonly ask: Promised<M>;
    private readonly child: ChildProcess;
    private readonly waiting = new Map<number, { done: (result: unknown) => void; failed: (error: Error) => void }>();
    private calls = 0;

    constructor(file: string) {
        this.child = fork(file, { execArgv: ['--import', 'tsx'] });
        this.child.on('message', ({ id, result, error }: Reply) => {
            const call = this.waiting.get(id);
            this.waiting.delete(id);
            if (error === undefined) call?.done(result);
            else call?.failed(new Error(error));
        });
        this.child.on('exit', () => {
            for (const { failed } of this.waiting.values()) failed(new Error(`${file} ended`));
            this.waiting.clear();
        });
        this.ask = new Proxy({} as Promised<M>, {
            get:
                (_, method: string) =>
                (...args: unknown[]) =>
                    this.call(method, args),
        });
    }

    end(): void {
        this.child.disconnect();
    }

    private call(method: string, args: unknown[]): Promise<unknown> {
        return new Promise((done, failed) => {
            const id = ++this.calls;
            this.waiting.set(id, { done, failed });
            this.child.send({ id, method, args } satisfies Call);
        });
    }
}

/** One clock for all processes of this machine, in milliseconds. */
export function now(): number {
    return Number(process.hrtime.bigint()) / 1e6;
}
