import type { ProofResult } from '../result';
import type { Reading } from './records';

/** Writes down what a case found. */
export class Findings {
    constructor(
        private readonly result: ProofResult,
        readonly what: string,
    ) {}

    find(kind: 'lost' | 'wrong', text: string): void {
        this.result[kind]++;
        this.result.findings.push(`${this.what}: ${text}`);
    }

    /** Each number acknowledged must be there, or a later one. */
    compare(acknowledged: ReadonlyMap<string, number>, { numbers, faults }: Reading): void {
        for (const fault of faults) this.find('wrong', fault);
        for (const [key, n] of acknowledged) {
            const found = numbers.get(key);
            if (found === undefined) this.find('lost', `${key} was acknowledged with ${n} and is not there`);
            else if (found < n) this.find('lost', `${key} was acknowledged with ${n}, and ${found} is there`);
        }
    }
}

export function acknowledge(acknowledged: Map<string, number>, key: string, n: number): void {
    acknowledged.set(key, Math.max(n, acknowledged.get(key) ?? -1));
}
