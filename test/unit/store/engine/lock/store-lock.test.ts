import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosedError } from '../../../../../lib/concurrency/closed-error';
import {
    StoreInUse,
    StoreLock,
    lockOwner,
    type LockHooks,
    type LockTimes,
} from '../../../../../lib/store/engine/lock/store-lock';
import type { Owner } from '../../../../../lib/store/engine/lock/owner';

/** Of a lock that nobody is expected to touch. */
const hooks = (some: Partial<LockHooks> = {}): LockHooks => ({
    isAsLeft: () => Promise.resolve(true),
    reload: () => Promise.reject(new Error('read anew')),
    lost: (why) => assert.fail(`the lock was lost: ${why.message}`),
    warn: (text) => assert.fail(text),
    ...some,
});

/** As short as the lock's library allows. */
const QUICK: Partial<LockTimes> = { staleMs: 2000, patienceMs: 1000, againMs: 100 };

/** Whoever waits with these waits longer than a test may take. */
const NEVER_OVER: Partial<LockTimes> = { staleMs: 3_600_000, patienceMs: 3_600_000 };

describe('the lock of a store', () => {
    let folder: string;
    let file: string;
    const locks: StoreLock[] = [];

    const take = async (some: Partial<LockHooks> = {}, times: Partial<LockTimes> = {}): Promise<StoreLock> => {
        const lock = await StoreLock.take(file, hooks(some), times);
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

    it('belongs to one process, and leaves no file when it is released', async () => {
        const lock = await take();
        assert.equal((await owner()).pid, process.pid);
        assert.match((await lockOwner(file))!, new RegExp(`process ${process.pid} on `));
        await lock.release();
        assert.equal(await lockOwner(file), null);
        assert.deepEqual(await readdir(folder), []);
        await take();
    });

    it('is refused at once to another instance in the same process, by whatever name it found the file', async () => {
        await take();
        await assert.rejects(StoreLock.take(file, hooks(), NEVER_OVER), StoreInUse);
        assert.match((await lockOwner(file))!, /process/);
    });

    it('is refused at once while its process is there', async () => {
        await leave({ ...(await me()), pid: process.ppid, began: await beginOf(process.ppid) });
        await assert.rejects(
            StoreLock.take(file, hooks(), NEVER_OVER),
            new RegExp(`in use by process ${process.ppid} on ${hostname()}`),
        );
    });

    for (const [what, change] of [
        ['whose process has ended', () => ({ pid: endedPid() })],
        ['whose process number is another’s by now', () => ({ pid: process.ppid, began: '1' })],
        ['whose process number is our own by now', () => ({ token: 'of before' })],
    ] as const)
        it(`of an owner ${what} is taken over at once`, async () => {
            await leave({ ...(await me()), ...change() });
            assert.equal(await lockOwner(file), null);
            await take({}, NEVER_OVER);
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
            assert.equal(await lockOwner(file), null);
            await take();
        });

    it('two that find a dead owner at the same time do not both get it', async () => {
        const mine = await me();
        for (let round = 0; round < 10; round++) {
            await leave({ ...mine, pid: endedPid() });
            const tries = await Promise.allSettled([1, 2, 3, 4].map(() => StoreLock.take(file, hooks())));
            const won = tries.filter((each) => each.status === 'fulfilled');
            assert.equal(won.length, 1);
            for (const each of tries) if (each.status === 'rejected') assert.ok(each.reason instanceof StoreInUse);
            await won[0]!.value.release();
        }
    });

    it('that was taken by another is said to be lost, and letting go leaves the other’s alone', async () => {
        const reported: Error[] = [];
        const lock = await take({ lost: (why) => void reported.push(why) }, QUICK);
        const mine = await owner();
        await rm(`${file}.lock`, { recursive: true });
        await leave({ ...mine, host: 'elsewhere', token: 'of another' });
        const alive = setInterval(() => void utimes(`${file}.lock`, new Date(), new Date()), 200);
        try {
            while (reported.length === 0) await pause(50);
            assert.ok(reported[0] instanceof StoreInUse);
            await assert.rejects(Promise.resolve(lock.doubt()), StoreInUse);
            await lock.release();
            assert.equal((await owner()).host, 'elsewhere');
            assert.deepEqual((await readdir(folder)).sort(), ['store.json.lock', 'store.json.owner']);
        } finally {
            clearInterval(alive);
        }
    });

    for (const [what, harm] of [
        ['was taken away', () => rm(`${file}.lock`, { recursive: true })],
        ['has another time', () => utimes(`${file}.lock`, new Date(0), new Date(0))],
    ] as const)
        it(`whose directory ${what} is made anew without a word`, async () => {
            let looks = 0;
            const lock = await take({ isAsLeft: () => Promise.resolve(++looks > 0) }, QUICK);
            const { token } = await owner();
            const harmed = Date.now();
            await harm();
            while (looks === 0) await pause(20);
            await lock.doubt();
            assert.equal((await owner()).token, token);
            // disks have coarser times
            assert.ok((await stat(`${file}.lock`)).mtimeMs > harmed - 2000);
        });

    it('that another had and let go is taken again, and the store is read anew', async () => {
        let reloads = 0;
        const lock = await take({ reload: () => Promise.resolve(void reloads++) }, QUICK);
        const { token } = await owner();
        await rm(`${file}.lock`, { recursive: true });
        await rm(`${file}.owner`);
        while (reloads === 0) await pause(20);
        await lock.doubt();
        assert.equal(reloads, 1);
        assert.equal((await owner()).token, token);
    });

    it('that is still ours over a store that another wrote to: the store is read anew', async () => {
        let reloads = 0;
        const isAsLeft = (): Promise<boolean> => Promise.resolve(false);
        const lock = await take({ isAsLeft, reload: () => Promise.resolve(void reloads++) }, QUICK);
        await rm(`${file}.lock`, { recursive: true });
        while (reloads === 0) await pause(20);
        await lock.doubt();
        assert.equal(reloads, 1);
    });

    for (const [what, clock] of [
        ['the time of day', 0],
        ['the clock that nobody sets', 1],
    ] as const)
        it(`is looked at before anything is written, after ${what} ran on for more than 5 s`, async () => {
            const now = [1_000_000, 0];
            let looks = 0;
            const isAsLeft = (): Promise<boolean> => Promise.resolve(++looks > 0);
            const lock = await take({ isAsLeft }, { clocks: () => [...now], beatMs: 1_000_000 });
            now[0]! += 4000;
            now[1]! += 4000;
            assert.equal(lock.doubt(), null);
            now[clock]! += 5001;
            const doubt = lock.doubt();
            assert.notEqual(doubt, null);
            assert.equal(lock.doubt(), doubt);
            await doubt;
            assert.equal(looks, 1);
            assert.equal(lock.doubt(), null);
        });

    it('on a disk that is away is tried for until it is back, and a person is told once', async () => {
        const reported: string[] = [];
        let away = 3;
        const isAsLeft = (): Promise<boolean> =>
            away-- > 0
                ? Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))
                : Promise.resolve(true);
        const lock = await take(
            { isAsLeft, warn: (text) => void reported.push(text) },
            { ...QUICK, againMs: 10, quietMs: 10 },
        );
        await rm(`${file}.lock`, { recursive: true });
        while (away >= 0) await pause(20);
        await lock.doubt();
        assert.equal(away, -1);
        assert.equal(reported.length, 1);
        assert.match(reported[0]!, /cannot be refreshed \(EIO: i\/o error\): writing waits/);
    });

    it('that is let go while it is in doubt refuses what waits for it', async () => {
        const isAsLeft = (): Promise<boolean> => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
        const lock = await take({ isAsLeft }, { ...QUICK, againMs: 10_000 });
        await rm(`${file}.lock`, { recursive: true });
        let doubt = lock.doubt();
        for (; doubt === null; doubt = lock.doubt()) await pause(20);
        await Promise.all([assert.rejects(doubt, ClosedError), pause(500).then(() => lock.release())]);
        assert.deepEqual(await readdir(folder), []);
    });

    it('is not kept where it could not be taken whole', async () => {
        await mkdir(`${file}.owner`);
        await assert.rejects(StoreLock.take(file, hooks()), /EISDIR/);
        await rm(`${file}.owner`, { recursive: true });
        await take();
    });
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A number that was a process's a moment ago. */
function endedPid(): number {
    return spawnSync(process.execPath, ['--version']).pid;
}

async function beginOf(pid: number): Promise<string> {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return text.split(') ').at(-1)!.split(' ')[19] ?? '';
}
