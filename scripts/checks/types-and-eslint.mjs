// Types and ESLint from one TypeScript program each of tsconfig.json and editor/tsconfig.json: what the compiler has
// worked out for the types, the type-aware rules need not work out again.
import { relative } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import { root } from '../root.mjs';

const MOST_SHOWN = 100;

const programs = [
    { files: ['**/*.ts'], program: programOf('tsconfig.json') },
    { files: ['editor/**/*.ts'], program: programOf('editor/tsconfig.json') },
];
const faults = programs.flatMap(({ program }) => [
    ...program.getOptionsDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getSemanticDiagnostics(),
]);
if (faults.length > 0) {
    console.error(ts.formatDiagnosticsWithColorAndContext(faults.slice(0, MOST_SHOWN), host()));
    process.exit(1);
}

const eslint = new ESLint({
    cwd: root,
    overrideConfig: programs.map(({ files, program }) => ({
        files,
        languageOptions: { parserOptions: { projectService: false, programs: [program] } },
    })),
});
const results = await eslint.lintFiles(['.']);
const problems = results.filter(({ errorCount, warningCount }) => errorCount + warningCount > 0);
if (problems.length > 0) {
    console.error(await (await eslint.loadFormatter('stylish')).format(problems));
    process.exit(1);
}

function programOf(file) {
    const config = ts.getParsedCommandLineOfConfigFile(
        `${root}/${file}`,
        {},
        { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
    );
    if (config.errors.length > 0) fail(config.errors[0]);
    return ts.createProgram({ rootNames: config.fileNames, options: config.options });
}

function fail(diagnostic) {
    console.error(ts.formatDiagnostic(diagnostic, host()));
    process.exit(1);
}

function host() {
    return {
        getCurrentDirectory: () => root,
        getNewLine: () => '\n',
        getCanonicalFileName: (name) => relative(root, name),
    };
}
