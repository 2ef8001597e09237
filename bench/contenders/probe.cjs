// Runs inside the Node-RED that is measured (`node -r`), beside it and not in its way: answers over HTTP what only the
// process itself knows.
/* global __dirname, URL */
'use strict';
const { writeFileSync } = require('node:fs');
const http = require('node:http');
const { Session } = require('node:inspector/promises');
const { join } = require('node:path');
const { performance } = require('node:perf_hooks');

const PACKAGE = process.env.BENCH_PACKAGE;
const TICK_MS = 2;
const SAMPLING_US = 200;

const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;

/** The longest time in which the loop did not turn and this process was at work: what others took away is not ours. */
const block = { longest: 0, timer: null };
function watchLoop() {
    block.longest = 0;
    clearTimeout(block.timer);
    let at = performance.now();
    let cpu = process.cpuUsage();
    const turn = () => {
        const [nextAt, nextCpu] = [performance.now(), process.cpuUsage()];
        const worked = (nextCpu.user + nextCpu.system - cpu.user - cpu.system) / 1000;
        block.longest = Math.max(block.longest, Math.min(nextAt - at - TICK_MS, worked));
        [at, cpu] = [nextAt, nextCpu];
        block.timer = setTimeout(turn, TICK_MS);
    };
    block.timer = setTimeout(turn, TICK_MS);
}

/** When the store node was constructed: it holds its ledger at once. */
const times = { constructed: null };
function watchStore() {
    const stores = require(join(PACKAGE, 'dist', 'lib', 'store', 'ledger', 'open-ledgers.js'));
    const { holdLedger } = stores;
    stores.holdLedger = (...args) => {
        times.constructed = milliseconds();
        return holdLedger(...args);
    };
    return { holdLedger };
}
const stores = PACKAGE === undefined ? null : watchStore();

/** What the processor does, for Chromium's or an editor's viewer of profiles. */
let profiler = null;

const answers = {
    cpu: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
    },
    /** megabytes that are in use after everything unused was let go */
    memory: async () => {
        for (let n = 0; n < 4; n++) {
            global.gc();
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const { heapUsed, external } = process.memoryUsage();
        return (heapUsed + external) / 1024 / 1024;
    },
    watch: () => {
        watchLoop();
        return 0;
    },
    block: () => {
        clearTimeout(block.timer);
        return block.longest;
    },
    constructed: () => times.constructed,
    profile: async () => {
        profiler = new Session();
        profiler.connect();
        await profiler.post('Profiler.enable');
        await profiler.post('Profiler.setSamplingInterval', { interval: SAMPLING_US });
        await profiler.post('Profiler.start');
        return 0;
    },
    profiled: async (query) => {
        const { profile } = await profiler.post('Profiler.stop');
        profiler.disconnect();
        writeFileSync(query.get('file'), JSON.stringify(profile));
        return 0;
    },
    compact: async (query) => {
        const { ledger, release } = await stores.holdLedger(query.get('file'), { onWarning: () => undefined });
        await ledger.compact();
        await release();
        return 0;
    },
    /** requests are answered here, without any server */
    stub: (query) => {
        require(join(__dirname, 'stubs.cjs')).install(PACKAGE, Number(query.get('prints')));
        return 0;
    },
};

http.createServer((req, res) => {
    const url = new URL(req.url, 'http://probe');
    Promise.resolve()
        .then(() => answers[url.pathname.slice(1)](url.searchParams))
        .then(
            (value) => res.end(JSON.stringify(value)),
            (error) => {
                res.statusCode = 500;
                res.end(String(error.stack));
            },
        );
}).listen(Number(process.env.BENCH_PROBE_PORT), '127.0.0.1');
