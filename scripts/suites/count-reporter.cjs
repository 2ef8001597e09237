'use strict';
// Mocha's own report, and the counts of the run, by file too, and the names of what failed as JSON in COUNTS_FILE.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountReporter extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const files = {};
        for (const [event, outcome] of [
            ['pass', 'passed'],
            ['fail', 'failed'],
            ['pending', 'skipped'],
        ])
            runner.on(event, ({ file = '' }) => {
                files[file] ??= { passed: 0, failed: 0, skipped: 0 };
                files[file][outcome]++;
            });
        runner.once('end', () => {
            const { passes, failures, pending } = this.stats;
            const counts = {
                passed: passes,
                failed: failures,
                skipped: pending,
                failures: this.failures.map((test) => named(test, test.err)),
                titles: this.failures.map((test) => test.fullTitle()),
                files,
            };
            if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts));
        });
    }
};

function named(test, error) {
    return `${test.fullTitle()}: ${error?.message ?? ''}`.slice(0, 600);
}
