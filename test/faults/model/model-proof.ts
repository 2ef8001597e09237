import * as fc from 'fast-check';
import { emptyResult, type ProofOptions, type ProofResult } from '../result';
import { reported, type Command, type Sequence } from './commands';
import { sequencesOf } from './sequences';
import { Story } from './story';
import type { Finding } from './stock-model';

/** Sequences in the whole proof, and in its fast part. */
const WHOLE = 1000;
const FAST = 60;
/** Shrinking a finding is worth this long. */
const SHRINK_MS = 60_000;

export interface ModelOptions extends ProofOptions {
    /** default: `MODEL_SEED`, else by the clock */
    seed?: number;
    /** default: `MODEL_RUNS` */
    runs?: number;
    /** false: the first finding will do, however long its sequence */
    shrink?: boolean;
    /** nothing else happens, so that what one of these finds is found soon; default: everything */
    acts?: readonly Command['do'][];
}

class Broken extends Error {
    constructor(readonly findings: Finding[]) {
        super(findings.map(({ kind, text }) => `${kind}: ${text}`).join('\n'));
        this.name = 'Broken';
    }
}

/**
 * Random sequences of what printers, people, failures and the flow do, each held against a simple model of what stock
 * must be. What breaks it is shrunk to the shortest sequence that does, and told with its seed: `MODEL_SEED` and
 * `MODEL_RUNS` repeat it.
 */
export async function runModelProof(
    options: ModelOptions,
    report: (line: string) => void = () => undefined,
): Promise<ProofResult> {
    const seed = options.seed ?? numberOf(process.env['MODEL_SEED']) ?? Date.now() % 2 ** 31;
    const numRuns = options.runs ?? numberOf(process.env['MODEL_RUNS']) ?? (options.fast ? FAST : WHOLE);
    const result = emptyResult();
    report(`${numRuns} sequences, seed ${seed}`);
    let broken: { findings: Finding[]; at: number } | null = null;
    let commands = 0;
    const property = fc.asyncProperty(sequencesOf(options.acts), async (sequence) => {
        // shrinking goes on until it took too long: the shortest so far will do
        if (broken !== null && Date.now() > broken.at + SHRINK_MS) return;
        if (broken === null) {
            result.cases++;
            commands += sequence.commands.length;
            if (result.cases % 100 === 0) report(`${result.cases} of ${numRuns}`);
        }
        const findings = await Story.play(sequence);
        if (findings.length === 0) return;
        broken = { findings, at: broken?.at ?? Date.now() };
        throw new Broken(findings);
    });
    const details = await fc.check(property, { seed, numRuns, endOnFailure: options.shrink === false });
    if (details.failed) tell(result, details, numRuns);
    result.notes.push(`${result.cases} sequences, ${commands} commands, seed ${seed}`);
    return result;
}

function tell(result: ProofResult, details: fc.RunDetails<[Sequence]>, numRuns: number): void {
    const { seed, counterexample, errorInstance } = details;
    const what = `MODEL_SEED=${seed} MODEL_RUNS=${numRuns}`;
    if (!(errorInstance instanceof Broken)) {
        result.wrong++;
        result.findings.push(
            `${what}: ${errorInstance instanceof Error ? errorInstance.stack : String(errorInstance)}`,
        );
    } else {
        for (const { kind, text } of errorInstance.findings) {
            result[kind]++;
            result.findings.push(`${what}: ${text}`);
        }
    }
    if (counterexample !== null) result.findings.push(`after: ${reported(counterexample[0])}`);
}

function numberOf(text: string | undefined): number | undefined {
    return text === undefined || text === '' ? undefined : Number(text);
}
