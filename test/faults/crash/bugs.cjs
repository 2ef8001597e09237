// Loaded into Node-RED before our nodes: plants the bug that BUG names into the package as built (BUG_PACKAGE), so that
// tests can see the proof find it.
'use strict';
const path = require('node:path');

const built = (module) => require(path.join(process.env.BUG_PACKAGE, 'dist', 'lib', module));

const BUGS = {
    /** what was created before the crash is not looked up */
    'blind repeat': () => {
        built('destinations/inventree/destination.js').InvenTreeDestination.prototype.stockOf = () =>
            Promise.resolve([]);
        built('clients/inventree/parts.js').partsByIpn = () => Promise.resolve([]);
    },
    /** what was accepted is not taken up again at the start */
    'no recovery': () => {
        built('delivery/dispatcher.js').Dispatcher.prototype.resumeUnfinished = () => Promise.resolve();
    },
    /** a print counts as done when it is in stock: image and link are forgotten */
    'done too early': () => {
        const { Delivery } = built('delivery/delivery.js');
        const { answer } = Delivery.prototype;
        Delivery.prototype.answer = async function (print, step, change, created) {
            await answer.call(this, print, step, change, created);
            if (step === 'stock') await this.ledger.changePrint(print.batch, { want: undefined, state: 'done' });
        };
    },
    /** that a refresh was forced is not remembered */
    'force forgotten': () => {
        const { Ledger } = built('store/ledger/ledger.js');
        const { setPrintDurable } = Ledger.prototype;
        Ledger.prototype.setPrintDurable = function (record) {
            return setPrintDurable.call(this, { ...record, force: undefined });
        };
    },
    /** a record of format 2 goes into a ledger of format 1 */
    'no upgrade': () => {
        built('store/engine/journal-adapter.js').JournalAdapter.prototype.needsUpgrade = () => false;
    },
    /** what was made and is gone is made again */
    'history not read': () => {
        built('destinations/inventree/stock/made-and-gone.js').afterMissing = () => Promise.resolve('notMade');
    },
    /** what was removed of a spool before the crash is not looked for */
    'blind removal': () => {
        built('destinations/inventree/consume/removal.js').Removal.prototype.removedBefore = () => Promise.resolve(0);
    },
    /** what was added to an item, or taken out, before the crash is not looked for */
    'blind adjustment': () => {
        built('clients/inventree/quantity/change.js').changedUnder = () => Promise.resolve(0);
    },
    /** an output that was made before the crash is not looked for */
    'blind output': () => {
        const { stockByBatch } = built('clients/inventree/stock.js');
        built('clients/inventree/stock.js').stockByBatch = async (...asked) =>
            (await stockByBatch(...asked)).filter(({ is_building }) => is_building !== true);
    },
    /** what was attached before the crash is not looked for */
    'blind attachment': () => {
        built('clients/inventree/attachments/attachments.js').attachmentsOf = () => Promise.resolve([]);
    },
    /** parameters that wait for others are not written down */
    'parameters not noted': () => {
        const { Ledger } = built('store/ledger/ledger.js');
        const { setMetaDeferred } = Ledger.prototype;
        Ledger.prototype.setMetaDeferred = function (key, value) {
            if (!key.startsWith('parameters:')) setMetaDeferred.call(this, key, value);
        };
    },
    /** parameters that wait for others are not taken up again at the start */
    'parameters not resumed': () => {
        built('destinations/inventree/part/parameter-pack.js').ParameterPack.prototype.load = () => undefined;
    },
    /** that the ledger was lost is not noted */
    'loss forgotten': () => {
        built('delivery/recovery/lost-ledger.js').noteLoss = () => Promise.resolve();
    },
    /** that earlier damage was offered is not noted */
    'offered at every start': () => {
        const { Ledger } = built('store/ledger/ledger.js');
        const { changePrint, setMetaDeferred } = Ledger.prototype;
        Ledger.prototype.setMetaDeferred = function (key, value) {
            if (!key.startsWith('earlier-until:')) setMetaDeferred.call(this, key, value);
        };
        Ledger.prototype.changePrint = function (batch, change) {
            const isNote = Object.keys(change).length === 0;
            return isNote ? Promise.resolve(this.print(batch)) : changePrint.call(this, batch, change);
        };
    },
};

BUGS[process.env.BUG]();
