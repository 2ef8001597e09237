import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface PackageFolder {
    path: string;
    version: string;
}

/** Where this package lies: its package.json is above the code, however that was built. */
function packageFolder(): PackageFolder | null {
    for (let path = __dirname; path !== dirname(path); path = dirname(path)) {
        const file = join(path, 'package.json');
        if (!existsSync(file)) continue;
        const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
        if (typeof version === 'string') return { path, version };
    }
    return null;
}

export const packageVersion = (): string => packageFolder()?.version ?? 'unknown';

/** The folder of the shipped examples. */
export const examplesFolder = (): string => join(packageFolder()?.path ?? '', 'examples');
