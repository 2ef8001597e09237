import assert from 'node:assert/strict';
import sinon from 'sinon';
import { Connection } from '../../lib/clients/bambuddy/connection';
import { BAMBUDDY_FORM } from '../../lib/clients/bambuddy/own-form';
import type { FormRow } from '../../lib/http/own-form';
import { InvenTreeClient } from '../../lib/clients/inventree/client';
import { INVENTREE_FORM } from '../../lib/clients/inventree/own-form';
import { CircuitBreaker } from '../../lib/delivery/retry/circuit-breaker';
import { Delivery } from '../../lib/delivery/delivery';
import type { ConsumptionRecord } from '../../lib/store/ledger/consumption';
import { Ledger } from '../../lib/store/ledger/ledger';
import { Removal } from '../../lib/destinations/inventree/consume/removal';
import { InvenTreeDestination } from '../../lib/destinations/inventree/destination';
import { ParameterPack } from '../../lib/destinations/inventree/part/parameter-pack';
import { SEND_AGAIN } from '../../lib/delivery/retry/unknown-outcome';
import { runMatrixProof, runStrikes } from './matrix';
import { filamentUsed, filesAttached, history, newPrint } from './matrix/scenarios';
import { isClean } from './result';

type Read = (
    this: InvenTreeClient,
    ...asked: Parameters<InvenTreeClient['read']>
) => ReturnType<InvenTreeClient['read']>;
type Answering = (this: Delivery, ...said: Parameters<Delivery['answer']>) => Promise<void>;
type Consumption = Omit<ConsumptionRecord, 'at'>;
type Failing = Parameters<CircuitBreaker['recordFailure']>;

/** Plants a bug in how failures of a server are judged: each is changed before its circuit breaker hears of it. */
function beforeEachFailure(change: (error: Failing[0]) => void): void {
    const { recordFailure } = CircuitBreaker.prototype as {
        recordFailure: (this: CircuitBreaker, ...args: Failing) => void;
    };
    sinon.stub(CircuitBreaker.prototype, 'recordFailure').callsFake(function (this: CircuitBreaker, error, ...rest) {
        change(error);
        recordFailure.call(this, error, ...rest);
    });
}

describe('every fault at every request', function () {
    this.timeout(120_000);
    afterEach(() => sinon.restore());

    it('loses nothing, doubles nothing and heals by itself', async () => {
        const result = await runMatrixProof({ fast: true });
        assert.deepEqual(result.findings, []);
        assert.ok(isClean(result));
    });

    describe('finds a planted bug', () => {
        const lostAnswers = ({ key, ailment }: { key: string; ailment: { moment: string } }): boolean =>
            key === 'InvenTree POST /api/stock/' && ailment.moment !== 'before';

        it('a refusal that is not the server’s own is taken for one', async () => {
            const form = INVENTREE_FORM as FormRow[];
            form.unshift({ from: 400, to: 400, is: () => true });
            try {
                const result = await runStrikes(
                    newPrint,
                    ({ key, ailment }) => key === 'InvenTree POST /api/stock/' && / else's 400/.test(ailment.name),
                );
                assert.ok(result.lost + result.wrong > 0, result.findings.join('\n'));
            } finally {
                form.shift();
            }
        });

        it('what may have been done is repeated blindly', async () => {
            sinon.stub(InvenTreeDestination.prototype, 'stockOf').resolves([]);
            const result = await runStrikes(newPrint, lostAnswers);
            assert.ok(result.duplicated > 0, result.findings.join('\n'));
        });

        it('a request that the server executes late is not waited for', async () => {
            beforeEachFailure((error) => void Object.assign(error, { retryAfterMs: undefined }));
            const asShipped = SEND_AGAIN.unanswered;
            SEND_AGAIN.unanswered = 0;
            const result = await runStrikes(newPrint, ({ ailment }) => ailment.timeoutsLate !== undefined);
            SEND_AGAIN.unanswered = asShipped;
            assert.ok(result.duplicated > 0, result.findings.join('\n'));
        });

        it('what may still come is sent again before 90 s are over', async () => {
            const asShipped = SEND_AGAIN.unanswered;
            SEND_AGAIN.unanswered = 30_000;
            try {
                const result = await runStrikes(newPrint, ({ ailment }) => ailment.msLate !== undefined);
                assert.ok(result.duplicated > 0, result.findings.join('\n'));
            } finally {
                SEND_AGAIN.unanswered = asShipped;
            }
        });

        it("somebody else's 404 is taken for an archive that is gone", async () => {
            const form = BAMBUDDY_FORM as FormRow[];
            form.unshift({ from: 404, to: 404, is: () => true });
            sinon.stub(Connection.prototype, 'mustBeGone').resolves();
            try {
                const result = await runStrikes(
                    newPrint,
                    ({ key, ailment }) =>
                        /^Bambuddy GET .*\/archives\/\d+$/.test(key) && /else's 404/.test(ailment.name),
                );
                assert.ok(result.lost > 0, result.findings.join('\n'));
            } finally {
                form.shift();
            }
        });

        const lostRemovals = ({ key, ailment }: { key: string; ailment: { moment: string } }): boolean =>
            key === 'InvenTree POST /api/stock/remove/' && ailment.moment !== 'before';

        it('a removal that may have been done is repeated without a look into the history', async () => {
            const removal = Removal.prototype as unknown as { removedBefore(): Promise<number> };
            sinon.stub(removal, 'removedBefore').resolves(0);
            const result = await runStrikes(filamentUsed, lostRemovals);
            assert.ok(result.duplicated > 0, result.findings.join('\n'));
        });

        it('a removal is sent without an intent in the ledger', async () => {
            beforeEachFailure((error) => void Object.assign(error, { retryAfterMs: undefined }));
            const { setConsumptionDurable } = Ledger.prototype as {
                setConsumptionDurable: (this: Ledger, record: Consumption) => Promise<Readonly<ConsumptionRecord>>;
            };
            sinon.stub(Ledger.prototype, 'setConsumptionDurable').callsFake(function (this: Ledger, record) {
                const slots = record.slots.map(({ intent: _intent, ...slot }) => slot);
                return setConsumptionDurable.call(this, { ...record, slots });
            });
            const late = ({ key, ailment }: { key: string; ailment: { timeoutsLate?: number } }): boolean =>
                key === 'InvenTree POST /api/stock/remove/' && ailment.timeoutsLate !== undefined;
            const result = await runStrikes(filamentUsed, late);
            assert.ok(result.duplicated > 0, result.findings.join('\n'));
        });

        it('a removal that the server executes late is not waited for', async () => {
            beforeEachFailure((error) => void Object.assign(error, { retryAfterMs: undefined }));
            const asShipped = SEND_AGAIN.unanswered;
            SEND_AGAIN.unanswered = 0;
            const late = ({ key, ailment }: { key: string; ailment: { timeoutsLate?: number } }): boolean =>
                key === 'InvenTree POST /api/stock/remove/' && ailment.timeoutsLate !== undefined;
            const result = await runStrikes(filamentUsed, late);
            SEND_AGAIN.unanswered = asShipped;
            assert.ok(result.duplicated > 0, result.findings.join('\n'));
        });

        const lostAttachments = ({ key, ailment }: { key: string; ailment: { moment: string } }): boolean =>
            key === 'InvenTree POST /api/attachment/' && ailment.moment === 'lost';

        it('a file that may be attached is sent again without a look', async () => {
            const { read } = InvenTreeClient.prototype as { read: Read };
            sinon.stub(InvenTreeClient.prototype, 'read').callsFake(async function (this: InvenTreeClient, ...asked) {
                const answer = await read.apply(this, asked);
                const none = { count: 0, next: null, previous: null, results: [] };
                return asked[0] === '/api/attachment/' ? { ...answer, body: none } : answer;
            });
            const result = await runStrikes(filesAttached, lostAttachments);
            assert.match(result.findings.join('\n'), /\+ "attachment" "part"/);
        });

        it('a page of a proxy is taken for the 3MF', async () => {
            const form = BAMBUDDY_FORM as FormRow[];
            form.unshift({ from: 200, to: 299, path: /\/download$/, is: () => true });
            try {
                const result = await runStrikes(
                    filesAttached,
                    ({ key, ailment }) => key.endsWith('/download') && /else's 200/.test(ailment.name),
                );
                assert.match(result.findings.join('\n'), /- "attachment" "part" 1 "3MF/);
            } finally {
                form.shift();
            }
        });

        it('a file that was refused is forgotten', async () => {
            const { answer } = Delivery.prototype as { answer: Answering };
            sinon.stub(Delivery.prototype, 'answer').callsFake(function (this: Delivery, print, step, change, created) {
                return answer.call(this, print, step, { ...change, files: undefined }, created);
            });
            const refused = ({ key, ailment }: { key: string; ailment: { name: string } }): boolean =>
                key === 'InvenTree POST /api/attachment/' && ailment.name.endsWith('400, seen to by a person');
            const result = await runStrikes(filesAttached, refused);
            assert.match(result.findings.join('\n'), /- "attachment" "part" 1 "3MF/);
        });

        it('a list of parameters that failed counts as written', async () => {
            const pack = ParameterPack.prototype as unknown as { addAll: (...what: unknown[]) => Promise<object[]> };
            const { addAll } = pack;
            sinon.stub(pack, 'addAll').callsFake(function (this: ParameterPack, ...what) {
                return addAll.apply(this as never, what).catch(() => (what[0] as object[]).map(() => ({})));
            });
            const result = await runStrikes(history, ({ key }) => key === 'InvenTree POST /api/parameter/');
            assert.ok(result.wrong > 0, result.findings.join('\n'));
        });

        it('a second item that is not reported', async () => {
            sinon.stub(Delivery.prototype, 'warnOnce');
            const result = await runStrikes(newPrint, ({ ailment }) => ailment.twice !== undefined);
            assert.match(result.findings.join('\n'), /nobody was told/);
        });

        it('an error repeats all that the server said, its token too', async () => {
            beforeEachFailure((error) => void (error.message += JSON.stringify(error.body)));
            const result = await runStrikes(
                newPrint,
                ({ ailment, times }) => times > 1 && ailment.name.endsWith('answer lost: 500'),
            );
            assert.match(result.findings.join('\n'), /a secret in told/);
        });
    });

    it('subtracts filament once, whatever strikes a request that has to do with it', async () => {
        const own = /inventory|\/api\/stock\/(remove|track|\d+)\//;
        const result = await runStrikes(filamentUsed, ({ key }) => own.test(key));
        assert.deepEqual(result.findings, []);
        assert.ok(result.cases > 100, `${result.cases} cases`);
    });

    it('attaches files and links once, whatever strikes a request that has to do with them', async () => {
        const own = /attachment|download|photos/;
        const result = await runStrikes(filesAttached, ({ key }) => own.test(key));
        assert.deepEqual(result.findings, []);
        assert.ok(result.cases > 250, `${result.cases} cases`);
    });

    it('finds nothing where the same faults meet no planted bug', async () => {
        const result = await runStrikes(
            newPrint,
            ({ key, ailment }) => key === 'InvenTree POST /api/stock/' || ailment.msLate !== undefined,
        );
        assert.deepEqual(result.findings, []);
    });
});
