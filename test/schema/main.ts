import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { OLDEST_API } from '../../lib/clients/inventree/api-version';
import { appliesTo, faultsOf, type OpenApi } from './check';
import { USES } from './uses';

// mocha reads its own settings with it: a dependency that is here already
const yaml = createRequire(require.resolve('mocha/package.json'))('js-yaml') as { load: (text: string) => unknown };

/** Holds what we use of InvenTree against exports of its API, a folder for each version with an `api.yaml` in it. */
function main(folder: string | undefined): number {
    if (folder === undefined || !existsSync(folder)) {
        console.log('Name the folder of exports: npm run check:schema -- <schema>/export');
        console.log('They are at https://github.com/inventree/schema');
        return 2;
    }
    const versions = readdirSync(folder)
        .filter((name) => /^\d+$/.test(name) && existsSync(join(folder, name, 'api.yaml')))
        .map(Number)
        .filter((version) => version >= OLDEST_API)
        .sort((a, b) => a - b);
    if (versions.length === 0) {
        console.log(`${folder} holds no export of API ${OLDEST_API} or newer`);
        return 2;
    }
    /** a fault with the versions that have it */
    const found = new Map<string, number[]>();
    for (const version of versions) {
        const document = yaml.load(readFileSync(join(folder, String(version), 'api.yaml'), 'utf8')) as OpenApi;
        for (const use of USES.filter((each) => appliesTo(each, version)))
            for (const fault of faultsOf(use, document)) found.set(fault, [...(found.get(fault) ?? []), version]);
    }
    for (const [fault, of] of found) console.log(`${ranges(of, versions)}: ${fault}`);
    console.log(
        `${versions.length} versions, ${versions[0]} to ${versions.at(-1)}, ${USES.length} uses, ${found.size} faults`,
    );
    return found.size === 0 ? 0 : 1;
}

/** `350-354, 360`: those that follow one another in `all` together. */
function ranges(some: number[], all: number[]): string {
    const parts: number[][] = [];
    for (const version of some) {
        const last = parts.at(-1);
        if (last !== undefined && all.indexOf(last.at(-1)!) === all.indexOf(version) - 1) last.push(version);
        else parts.push([version]);
    }
    return parts.map((part) => (part.length > 1 ? `${part[0]}-${part.at(-1)}` : String(part[0]))).join(', ');
}

process.exit(main(process.argv[2]));
