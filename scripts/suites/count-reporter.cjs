'use strict';
// Mocha's own report, and the counts of the run and the names of what failed as JSON in COUNTS_FILE.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountReporter extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        const first = new Map();
        runner.on('retry', (test, error) => first.set(test.fullTitle(), named(test, error)));
        runner.once('end', () => {
            const { passes, failures, pending } = this.stats;
            const failed = this.failures.map((test) => test.fullTitle());
            const counts = {
                passed: passes,
                failed: failures,
                skipped: pending,
                failures: this.failures.map((test) => named(test, test.err)),
                retried: [...first].filter(([title]) => !failed.includes(title)).map(([, text]) => text),
            };
            if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts));
        });
    }
};

function named(test, error) {
    return `${test.fullTitle()}: ${error?.message ?? ''}`.slice(0, 600);
}
