import { runCrashProof } from './crash';
import { runMatrixProof } from './matrix';
import { runModelProof } from './model';
import { runOutageProof } from './outage';
import { runOctoPrintCrashProof } from './octoprint/crash';
import { runOctoPrintMatrixProof } from './octoprint/matrix';
import { isClean, type ProofOptions, type ProofResult } from './result';
import { runTortureProof } from './torture';

type Proof = (options: ProofOptions, report?: (line: string) => void) => Promise<ProofResult>;

const PROOFS: Record<string, Proof> = {
    'every fault at every request': runMatrixProof,
    'outage of 72 hours': runOutageProof,
    'store torture': runTortureProof,
    'every crash point': runCrashProof,
};
/** What takes minutes of its own, when asked for by its flag or with `--only`. The fast part of each is in `npm test`. */
const MORE: Record<string, Record<string, Proof>> = {
    '--octoprint': {
        'OctoPrint: every fault at every request': runOctoPrintMatrixProof,
        'OctoPrint: every crash point': runOctoPrintCrashProof,
    },
    '--model': { 'model, random sequences': runModelProof },
};

async function main(): Promise<number> {
    const fast = process.argv.includes('--fast');
    const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
    const rows: Record<string, object> = {};
    const total = { cases: 0, lost: 0, duplicated: 0, wrong: 0 };
    let clean = true;
    const asked = Object.entries(MORE).filter(([flag]) => only !== undefined || process.argv.includes(flag));
    const proofs = Object.assign({}, PROOFS, ...asked.map(([, more]) => more)) as Record<string, Proof>;
    for (const [name, run] of Object.entries(proofs)) {
        if (only !== undefined && !name.includes(only)) continue;
        const began = Date.now();
        console.log(`${name} …`);
        const reported = new Set<string>();
        const result = await run({ fast }, (line) => {
            reported.add(line);
            console.log(`  ${line}`);
        });
        const { cases, lost, duplicated, wrong, findings, notes } = result;
        for (const finding of findings.slice(0, 20)) console.log(`  FOUND ${finding}`);
        for (const note of notes) if (!reported.has(note)) console.log(`  ${note}`);
        rows[name] = { cases, lost, duplicated, wrong, seconds: Math.round((Date.now() - began) / 1000) };
        total.cases += cases;
        total.lost += lost;
        total.duplicated += duplicated;
        total.wrong += wrong;
        clean &&= isClean(result);
    }
    console.table(rows);
    console.log(JSON.stringify(total));
    return clean ? 0 : 1;
}

main().then(
    (status) => process.exit(status),
    (error: unknown) => {
        console.error(error);
        process.exit(1);
    },
);
