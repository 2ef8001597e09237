import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from '../../../harness/project';

type Parted = (typed: string) => { address: string; login: string } | null;

/** Code of the editor has types of its own: those of a browser. */
const load = createRequire(__filename);
const { parted } = load(join(projectRoot, 'editor', 'dialogs', 'fields', 'camera-address.ts')) as { parted: Parted };

describe('the login in the address of a camera, as the dialog moves it', () => {
    for (const [typed, address, login] of [
        ['http://viewer:pass@cam.lan/snap?x=1', 'http://cam.lan/snap?x=1', 'viewer:pass'],
        [' HTTPS://viewer:p%40ss%3Aword@cam.lan', 'HTTPS://cam.lan', 'viewer:p@ss:word'],
        ['http://viewer:p@ss@cam.lan/', 'http://cam.lan/', 'viewer:p@ss'],
        ['http://viewer:100%@cam.lan/', 'http://cam.lan/', 'viewer:100%'],
        ['http://viewer@cam.lan/', 'http://cam.lan/', 'viewer:'],
    ] as const)
        it(`${typed}: the address is ${address}`, () => assert.deepEqual(parted(typed), { address, login }));

    for (const typed of ['', '/webcam/?action=snapshot', 'http://cam.lan/@x', 'http://cam.lan/?mail=a@b', '${CAMERA}'])
        it(`"${typed}" holds none`, () => assert.equal(parted(typed), null));
});
