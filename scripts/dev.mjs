// The demo, started anew whenever something that goes into a build changes.
import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { install } from './install.mjs';
import { root } from './root.mjs';

const QUIET_MS = 300;
const port = process.env.PORT ?? '1880';
let demo = null;
let timer;

install();
restart();
for (const folder of ['nodes', 'plugins', 'editor', 'lib', 'examples', 'icons']) {
    watch(join(root, folder), { recursive: true }, () => {
        clearTimeout(timer);
        timer = setTimeout(restart, QUIET_MS);
    });
}

function restart() {
    const built = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs')], { stdio: 'inherit', cwd: root });
    if (built.status !== 0) return console.log('The build failed; what ran before goes on.');
    const start = () => {
        demo = spawn(process.execPath, ['--import', 'tsx', join(root, 'test', 'demo', 'demo.ts')], {
            stdio: 'inherit',
            cwd: root,
            env: { ...process.env, PORT: port },
        });
    };
    if (demo === null) return start();
    demo.once('exit', start);
    demo.kill('SIGINT');
}
