import type { Answer, Exchange } from './recordings';

type Kind = 'null' | 'string' | 'number' | 'boolean' | 'object' | 'list';

/**
 * Keys and types of a JSON value, without its values. Shapes of the elements of a list are merged into one,
 * so a shape may have several kinds, and keys that only some elements have.
 */
export interface Shape {
    kinds: Set<Kind>;
    /** of an object: `always` is false where only some of the merged objects have the key */
    keys?: Map<string, { shape: Shape; always: boolean }>;
    /** of a list: what all its elements have in common; undefined where the list is empty */
    element?: Shape;
}

export interface CompareOptions {
    /** objects whose keys are data (`*` stands for one step of a path, e.g. `deltas`, `results.*.deltas`): their values are merged as a list's elements are */
    maps?: string[];
    /** keys that may be there or not, wherever they stand */
    optional?: string[];
    /** paths that are not compared */
    ignore?: string[];
    /** keys whose values must be the recorded ones, wherever they stand in objects that both have */
    values?: string[];
    /** lists whose being empty or not is left to chance */
    anyLength?: string[];
}

export function shapeOf(value: unknown, maps: string[] = [], at = ''): Shape {
    if (value === null || value === undefined) return { kinds: new Set(['null']) };
    if (Array.isArray(value)) return { kinds: new Set(['list']), element: mergeAll(value, maps, at) };
    if (typeof value !== 'object') return { kinds: new Set([typeof value as Kind]) };
    if (matches(maps, at)) return { kinds: new Set(['list']), element: mergeAll(Object.values(value), maps, at) };
    const keys = new Map<string, { shape: Shape; always: boolean }>();
    for (const [key, entry] of Object.entries(value as Record<string, unknown>)) {
        keys.set(key, { shape: shapeOf(entry, maps, join(at, key)), always: true });
    }
    return { kinds: new Set(['object']), keys };
}

function mergeAll(values: unknown[], maps: string[], at: string): Shape | undefined {
    let merged: Shape | undefined;
    for (const value of values) {
        const shape = shapeOf(value, maps, join(at, '*'));
        merged = merged === undefined ? shape : merge(merged, shape);
    }
    return merged;
}

function merge(a: Shape, b: Shape): Shape {
    const merged: Shape = { kinds: new Set([...a.kinds, ...b.kinds]) };
    merged.element = a.element && b.element ? merge(a.element, b.element) : (a.element ?? b.element);
    if (a.keys && b.keys) {
        merged.keys = new Map();
        for (const key of new Set([...a.keys.keys(), ...b.keys.keys()])) {
            const [left, right] = [a.keys.get(key), b.keys.get(key)];
            if (left && right) {
                merged.keys.set(key, { shape: merge(left.shape, right.shape), always: left.always && right.always });
            } else {
                merged.keys.set(key, { shape: (left ?? right)!.shape, always: false });
            }
        }
    } else {
        merged.keys = a.keys ?? b.keys;
    }
    return merged;
}

export function describeShape(shape: Shape): string {
    return [...shape.kinds].sort().join(' or ');
}

/** What differs between a recorded answer and another one, in words; nothing where they agree. */
export function compareExchange(recorded: Exchange, answer: Answer, options: CompareOptions = {}): string[] {
    const expected = recorded.response;
    const differences: string[] = [];
    if (answer.status !== expected.status) {
        const body = JSON.stringify(answer.body)?.slice(0, 300);
        return [`status ${answer.status} instead of ${expected.status}: ${body}`];
    }
    const headers = new Map(Object.entries(expected.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const mediaType = (value: string | undefined): string => (value ?? '').split(';')[0]!.trim().toLowerCase();
    if (
        headers.has('content-type') &&
        mediaType(answer.headers['content-type']) !== mediaType(headers.get('content-type'))
    ) {
        differences.push(`content type ${answer.headers['content-type']} instead of ${headers.get('content-type')}`);
    }
    for (const name of ['www-authenticate', 'retry-after', 'location']) {
        if (headers.has(name) && answer.headers[name] === undefined) differences.push(`header ${name} is missing`);
        if (!headers.has(name) && answer.headers[name] !== undefined) differences.push(`header ${name} is too much`);
    }
    if (expected.bytes !== null) return answer.body === null ? [...differences, 'the body is empty'] : differences;
    const isEmpty = (body: unknown): boolean => body === null || body === '';
    if (isEmpty(expected.body) && isEmpty(answer.body)) return differences;
    const maps = options.maps ?? [];
    differences.push(...compareShapes(shapeOf(expected.body, maps), shapeOf(answer.body, maps), options));
    return [...differences, ...compareValues(expected.body, answer.body, new Set(options.values))];
}

/** Not gone into: lists of different length, as what is on them is chance, and details, which are other rows. */
function compareValues(expected: unknown, actual: unknown, keys: Set<string>, at = ''): string[] {
    if (keys.size === 0 || !isContainer(expected) || !isContainer(actual)) return [];
    if (Array.isArray(expected) && expected.length !== (actual as unknown as unknown[]).length) return [];
    return Object.entries(expected).flatMap(([key, value]) => {
        const [place, found] = [join(at, key), actual[key]];
        if (key.endsWith('_detail')) return [];
        if (!keys.has(key) || isContainer(value) || found === undefined)
            return compareValues(value, found, keys, place);
        return found === value ? [] : [`${place} is ${JSON.stringify(found)} instead of ${JSON.stringify(value)}`];
    });
}

function isContainer(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}

function compareShapes(expected: Shape, actual: Shape, options: CompareOptions, at = ''): string[] {
    if (matches(options.ignore ?? [], at)) return [];
    const place = at === '' ? 'the body' : at;
    const foreign = [...actual.kinds].filter((kind) => kind !== 'null' && !expected.kinds.has(kind));
    // what was never anything but null in the recording may be of any type
    const onlyNull = expected.kinds.size === 1 && expected.kinds.has('null');
    if (onlyNull) return [];
    if (foreign.length > 0) return [`${place} is ${describeShape(actual)} instead of ${describeShape(expected)}`];
    const differences: string[] = [];
    if (expected.kinds.has('list') && actual.kinds.has('list') && !matches(options.anyLength ?? [], at)) {
        if (expected.element && !actual.element) differences.push(`${place} is an empty list`);
        if (!expected.element && actual.element) differences.push(`${place} is a list with elements, not an empty one`);
    }
    if (expected.element && actual.element) {
        differences.push(...compareShapes(expected.element, actual.element, options, join(at, '*')));
    }
    if (expected.keys && actual.keys) differences.push(...compareKeys(expected.keys, actual.keys, options, at));
    return differences;
}

function compareKeys(
    expected: NonNullable<Shape['keys']>,
    actual: NonNullable<Shape['keys']>,
    options: CompareOptions,
    at: string,
): string[] {
    const differences: string[] = [];
    for (const [key, { shape, always }] of expected) {
        const found = actual.get(key);
        if (found) differences.push(...compareShapes(shape, found.shape, options, join(at, key)));
        else if (always && !options.optional?.includes(key) && !matches(options.ignore ?? [], join(at, key)))
            differences.push(`${join(at, key)} is missing`);
    }
    for (const key of actual.keys()) {
        if (expected.has(key) || options.optional?.includes(key) || matches(options.ignore ?? [], join(at, key)))
            continue;
        differences.push(`${join(at, key)} is too much`);
    }
    return differences;
}

function join(at: string, step: string): string {
    return at === '' ? step : `${at}.${step}`;
}

function matches(patterns: string[], at: string): boolean {
    const steps = at.split('.');
    return patterns.some((pattern) => {
        const wanted = pattern.split('.');
        return wanted.length === steps.length && wanted.every((step, i) => step === '*' || step === steps[i]);
    });
}
