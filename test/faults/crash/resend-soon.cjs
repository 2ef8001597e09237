// Loaded into Node-RED before our nodes: what may have been done is sent again after a moment in place of 90 s. That it is
// waited for and looked for once more before stays as it is; how long is a unit test's.
'use strict';
const path = require('node:path');

const MOMENT_MS = 200;

const { NotYet, Resend } = require(path.join(process.env.RESEND_PACKAGE, 'dist/lib/delivery/retry/unknown-outcome.js'));
const { maySend } = Resend.prototype;
Resend.prototype.maySend = function () {
    try {
        maySend.call(this);
    } catch (error) {
        throw error instanceof NotYet ? new NotYet(Math.min(error.ms, MOMENT_MS)) : error;
    }
};
