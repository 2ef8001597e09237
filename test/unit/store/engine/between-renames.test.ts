import assert from 'node:assert/strict';
import promises, { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sinon from 'sinon';
import { Ledger } from '../../../../lib/store/ledger/ledger';
import { lookInto } from '../../../../lib/store/maintenance/inspect';

describe('a compaction between its two renames', () => {
    let folder: string;
    let file: string;
    let crashed: string;
    let warnings: string[];
    const open = (path: string): Promise<Ledger> =>
        Ledger.open(path, { onWarning: (text) => void warnings.push(text) });

    /** Three compactions, and in the last one a copy of what is on the disk when the snapshot's name is nobody's. */
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), 'renames-'));
        [file, crashed, warnings] = [join(folder, 'store.json'), join(folder, 'crashed', 'store.json'), []];
        await mkdir(join(folder, 'crashed'));
        const ledger = await open(file);
        const { rename } = promises;
        let renamed = 0;
        sinon.stub(promises, 'rename').callsFake(async (from, to) => {
            await rename(from, to);
            if (to !== `${file}.bak` || ++renamed < 2) return;
            for (const name of await readdir(folder))
                if (/^store\.json(\.bak|\.tmp|\.journal\.\d+)$/.test(name))
                    await copyFile(join(folder, name), join(folder, 'crashed', name));
        });
        for (let n = 1; n <= 3; n++) {
            await ledger.setMetaDurable(`before ${n}`, 'yes');
            await ledger.compact();
        }
        sinon.restore();
        await ledger.close();
        assert.ok(!(await readdir(join(folder, 'crashed'))).includes('store.json'));
    });

    afterEach(async () => {
        sinon.restore();
        await rm(folder, { recursive: true, force: true });
    });

    it('that crashed there has lost nothing for who opens the store, and says what was used', async () => {
        const ledger = await open(crashed);
        for (let n = 1; n <= 3; n++) assert.equal(ledger.meta(`before ${n}`), 'yes');
        await ledger.compact();
        await ledger.close();
        assert.equal(warnings.length, 1);
        assert.match(warnings[0]!, /was missing: its previous version and the journal are used/);
        assert.deepEqual((await lookInto(crashed))?.snapshot.kind, 'read');
    });

    it('that crashed there has lost nothing for check and export', async () => {
        const look = await lookInto(crashed);
        assert.deepEqual(
            Object.keys(look!.data.meta)
                .filter((key) => key.startsWith('before'))
                .sort(),
            ['before 1', 'before 2', 'before 3'],
        );
        assert.equal(look!.missing, null);
    });

    it('that goes on is waited for by check and export', async () => {
        const { readdir: list } = promises;
        // while the journals are listed the second rename is done
        sinon.stub(promises, 'readdir').callsFake(async (...args: Parameters<typeof list>) => {
            await copyFile(file, crashed);
            return list(...args);
        });
        assert.equal((await lookInto(crashed))?.snapshot.kind, 'read');
    });
});
