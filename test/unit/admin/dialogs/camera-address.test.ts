import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Parted = (typed: string) => { address: string; login: string } | null;

/** The module as a browser loads it: `resources/` is of no package of modules. */
async function browserModule(name: string): Promise<{ parted: Parted }> {
    const source = readFileSync(join('resources', 'dialogs', name));
    return (await import(`data:text/javascript;base64,${source.toString('base64')}`)) as { parted: Parted };
}

describe('the login in the address of a camera, as the dialog moves it', () => {
    let parted: Parted;
    before(async () => void ({ parted } = await browserModule('camera-address.js')));

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
