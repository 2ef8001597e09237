import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockStore, StoreInUse, userOf, type Owner, type StoreLock } from '../../../lib/store/lock';

const lost = (): void => assert.fail('the lock was lost');

describe('the lock of a store', () => {
    let folder: string;
    let file: string;
    const locks: StoreLock[] = [];

    const take = async (told = lost): Promise<StoreLock> => {
        const lock = await lockStore(file, told);
        locks.push(lock);
        return lock;
    };
    const owner = async (): Promise<Owner> => JSON.parse(await readFile(`${file}.owner`, 'utf8')) as Owner;
    /** What a process leaves that ended without a word. */
    const leave = async (left: Owner | null, silent = 0): Promise<void> => {
        await mkdir(`${file}.lock`);
        const time = new Date(Date.now() - silent);
        await utimes(`${file}.lock`, time, time);
        if (left !== null) await writeFile(`${file}.owner`, JSON.stringify(left));
    };
    const me = async (): Promise<Owner> => {
        const lock = await take();
        const mine = await owner();
        await lock.release();
        return mine;
    };

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), 'unit-'));
        file = join(folder, 'store.json');
    });

    afterEach(async () => {
        for (const lock of locks.splice(0)) await lock.release();
        await rm(folder, { recursive: true });
    });

    it('is one process’s, and is gone without a trace when it is let go', async () => {
        const lock = await take();
        assert.equal((await owner()).pid, process.pid);
        assert.match((await userOf(file))!, new RegExp(`process ${process.pid} on `));
        await lock.release();
        assert.equal(await userOf(file), null);
        assert.deepEqual(await readdir(folder), []);
        await take();
    });

    it('is refused at once to another instance in the same process, by whatever name it found the file', async () => {
        await take();
        const began = Date.now();
        await assert.rejects(lockStore(file, lost), StoreInUse);
        assert.ok(Date.now() - began < 1000);
        assert.match((await userOf(file))!, /process/);
    });

    it('is refused at once while its process is there', async () => {
        await leave({ ...(await me()), pid: process.ppid, began: await beginOf(process.ppid) });
        const began = Date.now();
        await assert.rejects(lockStore(file, lost), new RegExp(`in use by process ${process.ppid} on ${hostname()}`));
        assert.ok(Date.now() - began < 1000);
    });

    for (const [what, change] of [
        ['whose process has ended', () => ({ pid: endedPid() })],
        ['whose process number is another’s by now', () => ({ pid: process.ppid, began: '1' })],
        ['whose process number is our own by now', () => ({ token: 'of before' })],
    ] as const)
        it(`of an owner ${what} is taken over at once`, async () => {
            await leave({ ...(await me()), ...change() });
            assert.equal(await userOf(file), null);
            const began = Date.now();
            await take();
            assert.ok(Date.now() - began < 1000);
        });

    it('of an owner in another container with our own number is not taken at once: it may be alive', async () => {
        await leave({ ...(await me()), space: 'another', token: 'of another' });
        const taking = take();
        const early = await Promise.race([taking, new Promise((resolve) => setTimeout(resolve, 1500, 'waits'))]);
        assert.equal(early, 'waits');
        await rm(`${file}.lock`, { recursive: true });
        await taking;
    });

    for (const left of ['another machine', 'nobody known'])
        it(`of ${left} that shows no life for ten seconds is taken over`, async () => {
            await leave(left === 'nobody known' ? null : { ...(await me()), host: 'elsewhere' }, 11_000);
            assert.equal(await userOf(file), null);
            await take();
        });

    it('two that find a dead owner at the same time do not both get it', async () => {
        const mine = await me();
        for (let round = 0; round < 10; round++) {
            await leave({ ...mine, pid: endedPid() });
            const tries = await Promise.allSettled([1, 2, 3, 4].map(() => lockStore(file, lost)));
            const won = tries.filter((each) => each.status === 'fulfilled');
            assert.equal(won.length, 1);
            for (const each of tries) if (each.status === 'rejected') assert.ok(each.reason instanceof StoreInUse);
            await won[0]!.value.release();
        }
    });

    it('that was taken by another is said to be lost, and letting go leaves the other’s alone', async () => {
        let told = 0;
        const lock = await take(() => void told++);
        const mine = await owner();
        await rm(`${file}.lock`, { recursive: true });
        // a second ago: made in the same millisecond, it could not be told from ours
        await leave({ ...mine, host: 'elsewhere' }, 1000);
        while (told === 0) await new Promise((resolve) => setTimeout(resolve, 50));
        await lock.release();
        assert.equal((await owner()).host, 'elsewhere');
        assert.deepEqual((await readdir(folder)).sort(), ['store.json.lock', 'store.json.owner']);
    });

    it('is not kept where it could not be taken whole', async () => {
        await mkdir(`${file}.owner`);
        await assert.rejects(lockStore(file, lost), /EISDIR/);
        await rm(`${file}.owner`, { recursive: true });
        await take();
    });
});

/** A number that was a process's a moment ago. */
function endedPid(): number {
    return spawnSync(process.execPath, ['--version']).pid;
}

async function beginOf(pid: number): Promise<string> {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return text.split(') ').at(-1)!.split(' ')[19] ?? '';
}
