import assert from 'node:assert/strict';
import { PackedRecords } from '../../../../../lib/store/engine/packed/packed-records';
import { entriesOf, sizeOf, viewOf, warmOf } from '../../../../../lib/store/engine/packed/records-view';

const HASH = 'content_hash:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const all = (): PackedRecords => new PackedRecords(() => true);

describe('packed records', () => {
    it('give back what JSON would', () => {
        const records = all();
        const values = [
            { text: 'Vase — größer, 花瓶 🏺', lone: 'a \ud800', none: null, yes: true, no: false, empty: '' },
            {
                numbers: [
                    0,
                    1,
                    -1,
                    127,
                    128,
                    16384,
                    -300,
                    2 ** 31,
                    2 ** 53 - 1,
                    -(2 ** 53 - 1),
                    2 ** 60,
                    0.1,
                    -0,
                    1e-300,
                ],
            },
            {
                times: [
                    '2026-01-01T00:00:00.000Z',
                    '2026-01-01T00:00:00Z',
                    '2026-13-01T00:00:00.000Z',
                    '1969-12-31T00:00:00.000Z',
                ],
            },
            { hashes: [HASH, HASH.toUpperCase(), `${HASH}a`, `${HASH}\n`, '0123456789abcdef01234567', `\n${HASH}`] },
            {
                numbered: [
                    'b-1',
                    'b-2',
                    'b-3',
                    'b-03',
                    'b-0',
                    'b-123456789012345',
                    'b-1234567890123456',
                    'b-',
                    '7',
                    '-7',
                ],
            },
            { deep: { er: [{ a: 1 }, {}, [], [[]]] }, not: undefined, odd: NaN },
            JSON.parse('{"__proto__":{"x":1},"a\\nb":2}') as object,
            { at: new Date(0) },
            {},
        ];
        for (const [n, value] of values.entries()) records.set(`key-${n}`, value);
        for (const [n, value] of values.entries())
            assert.deepEqual(records.get(`key-${n}`), JSON.parse(JSON.stringify(value)));
    });

    it('keep the order in which keys came, through changes and removals', () => {
        const records = all();
        const expected = new Map<string, object>();
        const random = numbers(7);
        for (let n = 0; n < 30_000; n++) {
            const key = `bambuddy-${random(6000)}`;
            if (random(5) === 0) {
                records.delete(key);
                expected.delete(key);
            } else {
                const record = { batch: key, identity: `${HASH.slice(0, -6)}${n}`, n, name: 'x'.repeat(random(400)) };
                records.set(key, record);
                expected.set(key, record);
            }
        }
        assert.equal(records.size, expected.size);
        assert.deepEqual([...records.entries()], [...expected]);
        for (let n = 0; n < 6000; n++) assert.deepEqual(records.get(`bambuddy-${n}`), expected.get(`bambuddy-${n}`));
    });

    it('give up the room of what was replaced', () => {
        const records = all();
        for (let turn = 0; turn < 40; turn++)
            for (let n = 0; n < 1000; n++)
                records.set(`b-${n}`, { batch: `b-${n}`, text: `${turn} ${'y'.repeat(500)}` });
        // once 0.5 MB; 20 MB if nothing were given up
        assert.equal(records.size, 1000);
        assert.ok(records.bytes < 2_000_000, String(records.bytes));
    });

    it('take large records and those that are not cold as they are', () => {
        const records = new PackedRecords((record) => 'cold' in record);
        const large = { cold: true, text: 'z'.repeat(100_000) };
        const warm = { text: 'warm' };
        records.set('large', large);
        records.set('warm', warm);
        records.set('cold', { cold: true });
        assert.equal(records.get('large'), large);
        assert.equal(records.get('warm'), warm);
        assert.deepEqual([...warmOf(viewOf(records))], [large, warm]);
        records.set('warm', { cold: true });
        records.set('cold', warm);
        assert.deepEqual([...warmOf(viewOf(records))], [large, warm]);
        assert.deepEqual(records.get('warm'), { cold: true });
    });

    it('are used like an object', () => {
        const data = viewOf(all());
        data['a'] = { n: 1 };
        data['constructor'] = { n: 2 };
        delete data['a'];
        data['b'] = { n: 3 };
        assert.equal(data['a'], undefined);
        assert.equal('a' in data, false);
        assert.equal(Object.hasOwn(data, 'b'), true);
        assert.equal(Object.hasOwn(data, 'toString'), false);
        assert.deepEqual(Object.keys(data), ['constructor', 'b']);
        assert.deepEqual({ ...data }, { constructor: { n: 2 }, b: { n: 3 } });
        assert.deepEqual(
            [...entriesOf(data)],
            [
                ['constructor', { n: 2 }],
                ['b', { n: 3 }],
            ],
        );
        assert.equal(sizeOf(data), 2);
    });
});

/** Numbers below a limit, the same in each run. */
function numbers(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
}
