'use strict';
// Mocha's own report, and the counts of the run and the names of what failed as JSON in COUNTS_FILE.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

module.exports = class CountReporter extends Mocha.reporters.Spec {
    constructor(runner, options) {
        super(runner, options);
        runner.once('end', () => {
            const { passes, failures, pending } = this.stats;
            if (process.env.COUNTS_FILE)
                writeFileSync(
                    process.env.COUNTS_FILE,
                    JSON.stringify({
                        passed: passes,
                        failed: failures,
                        skipped: pending,
                        failures: this.failures.map((test) =>
                            `${test.fullTitle()}: ${test.err?.message ?? ''}`.slice(0, 600),
                        ),
                    }),
                );
        });
    }
};
