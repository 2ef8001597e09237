import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../harness/project';

/** The package as built just now, in a folder of its own: a build meanwhile takes nothing away from what runs. */
export class PackedPackage {
    /** as Node sees it behind the link in the user folder */
    readonly dir = realpathSync(mkdtempSync(join(tmpdir(), 'print-to-stock-package-')));

    constructor() {
        for (const name of ['dist', 'examples', 'package.json'])
            cpSync(join(projectRoot, name), join(this.dir, name), { recursive: true });
        symlinkSync(join(projectRoot, 'node_modules'), join(this.dir, 'node_modules'), 'junction');
    }

    remove(): void {
        rmSync(this.dir, { recursive: true, force: true });
    }
}
