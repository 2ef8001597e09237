import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './root.mjs';

/** Runs a TypeScript program of this repository; ends with its status, and ends it when this process is ended. */
export function runTs(file, args) {
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, file), ...args], {
        stdio: 'inherit',
        cwd: root,
    });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 0)));
}
