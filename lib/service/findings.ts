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

/** What was found, in the order of looking. */
export class Findings {
    readonly list: Finding[] = [];

    well(name: string, text: string): void {
        this.list.push({ name, ok: true, text, whatToDo: null });
    }

    wrong(name: string, text: string, whatToDo: string): void {
        this.list.push({ name, ok: false, text, whatToDo });
    }

    /**
     * Looks at something.
     * @param refused what to do where the server does not let us
     * @returns undefined where looking failed: that is a finding itself
     */
    async look<T>(name: string, work: () => Promise<T>, refused: string): Promise<T | undefined> {
        try {
            return await work();
        } catch (error) {
            if (error instanceof ClosedError) this.wrong(name, 'There was no answer in time', ANSWER);
            else if (error instanceof Failure) this.wrong(name, error.message, remedy(error, refused));
            else throw error;
            return undefined;
        }
    }
}

const ANSWER = 'See that the server runs and that Node-RED can reach it at this address.';

function remedy(failure: Failure, refused: string): string {
    if (failure instanceof UnavailableError) return ANSWER;
    if (failure instanceof ConfigError) return 'Correct the address in the server node.';
    if (failure instanceof AuthError && failure.status === 401) {
        const secret = failure.server === 'Bambuddy' ? 'API key' : 'token';
        return `Enter a valid ${secret} in the ${failure.server} server node.`;
    }
    return refused;
}
