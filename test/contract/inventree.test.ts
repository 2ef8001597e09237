import assert from 'node:assert/strict';
import { InvenTreeSimulator, jpeg, png, webp } from '../simulators/inventree';
import { optionsFor, otherWords, reasonNotCovered } from './inventree.coverage';
import {
    compareExchange,
    loadExchanges,
    recordingIds,
    recordingsAvailable,
    replay,
    type Exchange,
    type RecordedFile,
} from './recordings';

const versions = [388, 479] as const;

/** A simulator that went through the recordings in their order, and what it answered otherwise than the server. */
class Replayed {
    readonly differences = new Map<string, string[]>();
    /** names of uploaded files get random suffixes: the recorded name by ours */
    private readonly fileNames = new Map<string, string>();

    constructor(
        private readonly sim: InvenTreeSimulator,
        private readonly url: string,
    ) {}

    async run(exchange: Exchange): Promise<void> {
        const { sim } = this;
        beforehand[exchange.name]?.(sim, exchange);
        giveSamePk(sim, exchange);
        const answer = await replay(this.url, exchange.request, {
            substitute: (text) => this.substitute(text, exchange),
            file: (file) => fileFor(file, exchange),
        });
        this.rememberFileNames(exchange.response.body, answer.body);
        const wrong = compareExchange(exchange, answer, optionsFor(exchange));
        // the words are not to be relied upon, but a simulator with other words simulates something else
        if (exchange.response.status >= 400 && !otherWords.has(exchange.name)) {
            wrong.push(...compareWords(exchange.response.body, answer.body));
        }
        this.differences.set(exchange.id, wrong);
    }

    private substitute(text: string, { as, name }: Exchange): string {
        const { admin, reader, writer } = this.sim.users;
        const asker = as ?? name;
        const user = /admin/.test(asker) ? admin : /reader/.test(asker) ? reader : writer;
        const password = name.includes('wrong-pw') ? 'wrong' : user.password;
        let result = text
            .replaceAll('BASIC_CREDENTIALS', Buffer.from(`${user.username}:${password}`).toString('base64'))
            .replaceAll('Token TOKEN', `Token ${user.token.key}`);
        for (const [recorded, ours] of this.fileNames) result = result.replaceAll(recorded, ours);
        return result;
    }

    private rememberFileNames(recorded: unknown, ours: unknown): void {
        const [theirs, our] = [imageName(recorded), imageName(ours)];
        if (theirs && our && theirs !== our) this.fileNames.set(theirs, our);
    }
}

function compareWords(recorded: unknown, ours: unknown): string[] {
    const words = (body: unknown): string =>
        typeof body === 'string'
            ? ''
            : JSON.stringify(body, (key, value: unknown) => (key === 'instance' || key === 'url' ? null : value));
    return words(recorded) === words(ours) ? [] : [`says ${words(ours)} instead of ${words(recorded)}`];
}

function imageName(body: unknown): string | undefined {
    const image = (body as { image?: unknown } | null)?.image;
    return typeof image === 'string' ? image.split('/').at(-1) : undefined;
}

/** What was done to the server between the recordings. */
const beforehand: Record<string, (sim: InvenTreeSimulator, exchange: Exchange) => void> = {
    'category-list-plain': (sim) => {
        for (let i = 0; i < 6; i++) sim.addCategory({ pk: 4 + i, name: `Cat ${i}` });
    },
    'stock-create-minimal': (sim, { request }) => {
        const first = (request.body as { part: number }).part;
        sim.addPart({ pk: first, name: 'of stock', IPN: '3DP-S-1', category: 1 });
        sim.addPart({ pk: first + 1, name: 'inactive', category: 1, active: false });
        sim.addPart({ pk: first + 2, name: 'virtual', category: 1, virtual: true });
        sim.addPart({ pk: first + 3, name: 'trackable', category: 1, trackable: true });
        sim.addPart({ pk: first + 4, name: 'with a place', category: 1, default_location: 3 });
        if (first === 17) return;
        sim.addPart({ pk: 17, name: 'of an earlier run', category: 1 });
        sim.addStock({
            pk: 3,
            part: 17,
            quantity: 2,
            batch: 'BB-17',
            location: 1,
            notes: '# printed',
            packaging: 'bag',
        });
    },
    'param-create': (sim) => {
        const bulk = sim.apiVersion < 430 ? 22 : 33;
        if (bulk > 22) sim.addPart({ pk: bulk - 1, name: 'for parameters', category: 1 });
        sim.addPart({ pk: bulk, name: 'in bulk', IPN: '3DP-BULK-1', category: 1 });
        sim.addPart({ pk: bulk + 1, name: 'in bulk, too', category: 1 });
    },
    'inactive-part-by-ipn': (sim, { request }) => {
        const IPN = new URL(request.path, 'http://any').searchParams.get('IPN')!;
        sim.addPart({ name: 'inactive, with IPN', IPN, category: 1, active: false });
    },
    'maintenance-get': (sim) => (sim.maintenance = true),
    'after-maintenance': (sim) => (sim.maintenance = false),
    'token-revoked': ({ users }) => (users.reader.token.revoked = true),
    'token-expired': ({ users }) => Object.assign(users.reader.token, { revoked: false, expiry: '2020-01-01' }),
    'user-inactive': ({ users }) => {
        users.reader.token.expiry = '2099-01-01';
        users.reader.active = false;
    },
    'token-restored': ({ users }) => (users.reader.active = true),
};

const kindByPath: Record<string, keyof InvenTreeSimulator['state']['nextPk']> = {
    '/api/part/category/': 'category',
    '/api/stock/location/': 'location',
    '/api/part/': 'part',
    '/api/stock/': 'stock',
    '/api/parameter/template/': 'template',
    '/api/part/parameter/template/': 'template',
    '/api/parameter/': 'parameter',
    '/api/part/parameter/': 'parameter',
    '/api/attachment/': 'attachment',
};

/** Rows get the pk they had on the server, so that later requests mean the same rows. */
function giveSamePk({ state }: InvenTreeSimulator, { request, response }: Exchange): void {
    const kind = kindByPath[request.path];
    if (request.method !== 'POST' || response.status !== 201 || !kind) return;
    const body = (Array.isArray(response.body) ? response.body[0] : response.body) as { pk: number };
    state.nextPk[kind] = body.pk;
}

/** uploads that are not what their type and name say */
const oddFiles: Record<string, (bytes: number) => Buffer> = {
    'image-text-ext': (bytes) => png({ bytes }),
    'image-invalid': (bytes) => Buffer.alloc(bytes, 'no picture '),
    'image-svg': () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    'image-truncated': (bytes) => png({ bytes: 10 * bytes }).subarray(0, bytes),
    'image-huge-dim': (bytes) => png({ width: 15_000, height: 15_000, bytes }),
    'multipart-create-with-bad-image': (bytes) => Buffer.alloc(bytes, 'x'),
};

function fileFor({ filename, bytes, content_type }: RecordedFile, { name }: Exchange): Buffer {
    const odd = oddFiles[name];
    if (odd) return odd(bytes);
    if (bytes === 0 || !/^image|\.png$/.test(content_type + filename)) return Buffer.alloc(bytes, 'x');
    if (content_type === 'image/webp') return webp(bytes);
    if (filename === 'cover.jpg' && bytes > 1000) return jpeg(bytes);
    return png({ bytes });
}

for (const version of versions) {
    const folder = `inventree-${version}`;
    describe(`the InvenTree simulator against recordings of API ${version}`, function () {
        this.timeout(120_000);
        if (!recordingsAvailable(folder)) {
            it(`is skipped: no recordings of ${folder} here (RECORDINGS_DIR tells where they are)`, function () {
                this.skip();
            });
            return;
        }
        const exchanges = loadExchanges(folder).filter(({ name }) => reasonNotCovered(name) === undefined);
        const sim = new InvenTreeSimulator({ apiVersion: version });
        let replayed: Replayed;

        before(async () => {
            replayed = new Replayed(sim, await sim.listen());
            for (const exchange of exchanges) await replayed.run(exchange);
        });
        after(() => sim.close());

        it('covers every recording or tells why not', () => {
            const covered = new Set(exchanges.map(({ id }) => id));
            const forgotten = recordingIds(folder).filter(
                (id) => !covered.has(id) && reasonNotCovered(id.replace(/^\d+-/, '')) === undefined,
            );
            assert.deepEqual(forgotten, []);
        });

        for (const hundred of new Set(exchanges.map(({ number }) => Math.floor(number / 100)))) {
            const group = exchanges.filter(({ number }) => Math.floor(number / 100) === hundred);
            it(`answers as recorded: ${group.length} exchanges from ${group[0]!.id} to ${group.at(-1)!.id}`, () => {
                const wrong = group.flatMap(({ id }) => replayed.differences.get(id)!.map((text) => `${id}: ${text}`));
                assert.equal(wrong.join('\n'), '');
            });
        }
    });
}
