import assert from 'node:assert/strict';
import sinon from 'sinon';
import { KeyedMutex } from '../../../../../lib/concurrency/keyed-mutex';
import { Classifier } from '../../../../../lib/sources/bambuddy/import/classifier';
import { Flow, pause, until } from '../../../flow';
import { Fixture } from '../../../fixture';

/** By what a print comes in. */
const WAYS: Record<string, (flow: Flow, archiveId: number) => Promise<unknown>> = {
    'a poll': (flow) => flow.poll(),
    'by hand': (flow, archiveId) => flow.source.manual.offerArchive(archiveId, false),
    'an import': (flow) => flow.backfill(),
};

const PAIRS = [
    ['a poll', 'by hand'],
    ['a poll', 'an import'],
    ['by hand', 'by hand'],
    ['by hand', 'an import'],
] as const;

/** The mutex of an archive's admission; others have keys with words in them. */
const ofArchive = (key: string): boolean => /^\d+$/.test(key);
/** The second way is in the mutex, or through it where that does not hold it. */
const LOOKS_MS = 100;

describe('one print that comes in by two ways at once', () => {
    let fixture: Fixture;
    let flow: Flow;

    beforeEach(async () => {
        fixture = await Fixture.open();
        flow = new Flow(fixture);
    });

    afterEach(async () => {
        sinon.restore();
        await flow.end();
    });

    /** Both ways at the same point: whoever is judged first is not accepted before the other one is there. */
    async function meet(ways: readonly [string, string], bug: 'no mutex' | null): Promise<string[]> {
        let arrived = 0;
        let withOutcome = 0;
        const run = sinon.stub(KeyedMutex.prototype, 'run');
        run.callsFake(function (this: KeyedMutex, key, work) {
            if (!ofArchive(key)) return run.wrappedMethod.call(this, key, work);
            arrived++;
            return bug === null ? run.wrappedMethod.call(this, key, work) : work();
        });
        const classify = sinon.stub(Classifier.prototype, 'classify');
        classify.callsFake(async function (this: Classifier, ...args) {
            const classification = await classify.wrappedMethod.apply(this, args);
            if (classification.kind !== 'print') return classification;
            withOutcome++;
            if (bug !== null) await until('both to be judged', () => withOutcome === 2);
            else await until('both to arrive', () => arrived === 2).then(() => pause(LOOKS_MS));
            return classification;
        });
        const { archiveId } = fixture.bambuddy.print();
        await Promise.all(ways.map((way) => WAYS[way]!(flow, archiveId)));
        await flow.idle();
        return flow.sent;
    }

    for (const ways of PAIRS) {
        const named = ways.join(' and ');

        it(`is sent once: ${named}`, async () => {
            assert.deepEqual(await meet(ways, null), ['bambuddy-1']);
            assert.deepEqual(fixture.inStock, ['bambuddy-1 x1']);
        });

        it(`is sent twice without the mutex of its archive: ${named}`, async () => {
            assert.deepEqual(await meet(ways, 'no mutex'), ['bambuddy-1', 'bambuddy-1']);
        });
    }
});
