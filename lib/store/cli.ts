#!/usr/bin/env node
import { runCommand } from './maintenance/command';

// who reads only the beginning (`| head`) is no error
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

void runCommand(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    in: process.stdin,
    now: () => new Date(),
}).then((status) => (process.exitCode = status));
