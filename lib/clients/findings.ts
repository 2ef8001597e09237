import { AuthError, ClosedError, ConfigError, Failure, UnavailableError } from '../http/errors';

/** One thing that was looked at. */
export interface Finding {
    /** always the same for the same thing, for monitors */
    name: string;
    ok: boolean;
    text: string;
    /** null where all is well */
    whatToDo: string | null;
}

export type Values = Record<string, string | number>;

/** The same, for whoever says it in another language. */
export interface KeyedFinding extends Finding {
    /** what is said */
    key: string;
    /** what is said of it */
    values: Values;
    /** what was wrong, where looking itself failed; null: looking succeeded */
    failure: Error | null;
}

/** What was found, in the order of looking. */
export class Findings {
    readonly list: KeyedFinding[] = [];

    /** @param secret what the secret of the server that is looked at is called */
    constructor(private readonly secret = 'secret') {}

    ok(name: string, text: string, key = name, values: Values = {}): void {
        this.list.push({ name, ok: true, text, whatToDo: null, key, values, failure: null });
    }

    fail(name: string, text: string, whatToDo: string, key = name, values: Values = {}): void {
        this.list.push({ name, ok: false, text, whatToDo, key, values, failure: null });
    }

    /**
     * Looks at something.
     * @param refused what to do where the server does not let us
     * @returns undefined where looking failed: that is a finding itself
     */
    async check<T>(name: string, work: () => Promise<T>, refused: string): Promise<T | undefined> {
        try {
            return await work();
        } catch (error) {
            if (error instanceof ClosedError) this.failed(name, 'No response in time', ANSWER, error);
            else if (error instanceof Failure) this.failed(name, error.message, this.remedy(error, refused), error);
            else throw error;
            return undefined;
        }
    }

    private remedy(failure: Failure, refused: string): string {
        if (failure instanceof UnavailableError) return ANSWER;
        if (failure instanceof ConfigError) return 'Correct the address in the server node.';
        if (failure instanceof AuthError && failure.status === 401)
            return `Enter a valid ${this.secret} in the ${failure.server} server node.`;
        return refused;
    }

    private failed(name: string, text: string, whatToDo: string, failure: Error): void {
        this.list.push({ name, ok: false, text, whatToDo, key: 'failed', values: {}, failure });
    }
}

const ANSWER = 'Check that the server is running and reachable from Node-RED at this address.';
