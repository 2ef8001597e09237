import assert from 'node:assert/strict';
import { runOctoPrintCrashProof } from './octoprint/crash';
import { runOctoPrintMatrixProof } from './octoprint/matrix';
import { isClean } from './result';

describe('OctoPrint: whatever fails, each print is one item', function () {
    this.timeout(300_000);

    it('Node-RED dies at some points, evenly spread, and is started again', async () => {
        const result = await runOctoPrintCrashProof({ fast: true });
        assert.deepEqual(result.findings, []);
        assert.ok(isClean(result));
    });

    it('each request meets each fault, in a fixed spread', async () => {
        const result = await runOctoPrintMatrixProof({ fast: true });
        assert.deepEqual(result.findings, []);
        assert.ok(isClean(result));
    });
});
