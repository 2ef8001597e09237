import assert from 'node:assert/strict';
import { BambuddySimulator, picture, write3mf } from '../simulators/bambuddy';
import { notCovered } from './bambuddy.coverage';
import { seedAsRecorded, seedLaterPrints } from './bambuddy.seed';
import {
    compareExchange,
    loadExchanges,
    recordingIds,
    recordingsAvailable,
    replay,
    type Answer,
    type CompareOptions,
    type Exchange,
    type RecordedMultipart,
} from './recordings';

const folder = 'bambuddy';

/** The recordings were made one after the other on a server whose authentication was switched in between. */
const sections = [
    { title: 'authentication never set up', last: 10, auth: false, seed: () => {} },
    { title: 'authentication on', last: 190, auth: true, seed: seedAsRecorded },
    { title: 'authentication switched off', last: 201, auth: false, seed: seedLaterPrints },
    { title: 'authentication on again', last: Infinity, auth: true, seed: seedLaterPrints },
];

/** Which key a recording was made with; the others had all rights. */
const keys: [key: (sim: BambuddySimulator) => string, recordings: number[]][] = [
    [(sim) => sim.expiredKey, [36]],
    [(sim) => sim.disabledKey, [37]],
    [(sim) => sim.writeOnlyKey, [38, 96, 122, 209]],
    [(sim) => sim.readOnlyKey, [94, 123, 195]],
    [(sim) => sim.addKey({ canReadStatus: false, canManageArchives: false }), [39, 95, 117, 124, 159]],
];

/** Bodies that were recorded in words instead of bytes. */
const uploads: Record<number, RecordedMultipart> = {
    8: upload('Gridfinity_Bin_2x3x6_x4.gcode.3mf'),
    9: upload('fake.3mf'),
    10: upload('x.stl'),
    170: upload('x.png'),
};

const contents: Record<string, Buffer> = {
    'fake.3mf': Buffer.from('; raw gcode'),
    'Gridfinity_Bin_2x3x6_x4.gcode.3mf': write3mf({
        title: 'Gridfinity Bin 2x3x6',
        plates: [
            {
                index: 1,
                seconds: 14820,
                grams: 148.2,
                objects: ['bin.stl', 'bin.stl'],
                filaments: [{ slot_id: 1, used_g: 148.2, type: 'PLA', color: '#000000FF' }],
                picture: picture(1),
            },
        ],
        settings: {
            layer_height: 0.2,
            nozzle_diameter: 0.4,
            bed_temperature: 65,
            nozzle_temperature: 220,
            bed_type: 'Textured PEI Plate',
            sliced_for_model: 'P1S',
        },
    }),
};

const comparison: CompareOptions = {
    maps: [
        'extra_data.printable_objects',
        '*.extra_data.printable_objects',
        'prints_by_filament_type',
        'prints_by_printer',
    ],
    // what the printer last said of itself
    ignore: ['extra_data._print_data', '*.extra_data._print_data'],
    // complaints in the log of a server that has been running for a while
    anyLength: ['findings'],
};

describe('the simulated Bambuddy answers as 1.2.5.2 did', function () {
    if (!recordingsAvailable(folder)) {
        it.skip('the recordings are not here (RECORDINGS_DIR)');
        return;
    }
    const excluded = new Map(notCovered.flatMap(({ recordings, why }) => recordings.map((n) => [n, why] as const)));
    const exchanges = loadExchanges(folder);

    it('every recording is replayed or excluded for a reason', () => {
        const known = new Set(exchanges.map(({ id }) => id));
        const unreadable = recordingIds(folder).filter((id) => !known.has(id) && !excluded.has(parseInt(id, 10)));
        assert.deepEqual(unreadable, []);
        const numbers = new Set(recordingIds(folder).map((id) => parseInt(id, 10)));
        const stale = [...excluded.keys()].filter((number) => !numbers.has(number));
        assert.deepEqual(stale, [], 'excluded, but not there');
    });

    let first = 0;
    for (const { title, last, auth, seed } of sections) {
        const part = exchanges.filter(({ number }) => number >= first && number <= last);
        first = last + 1;
        describe(title, () => {
            const sim = new BambuddySimulator({ auth });
            before(async () => {
                await sim.listen();
                seed(sim);
            });
            after(() => sim.close());
            for (const exchange of part.filter(({ number }) => !excluded.has(number))) {
                it(`${exchange.id}: ${exchange.request.method} ${exchange.request.path.slice(0, 80)}`, async () => {
                    const answer = await ask(sim, exchange);
                    assert.deepEqual(differences(exchange, answer), []);
                });
            }
        });
    }
});

function ask(sim: BambuddySimulator, { number, request }: Exchange): Promise<Answer> {
    const keyOf = keys.find(([, recordings]) => recordings.includes(number))?.[0] ?? (() => sim.apiKey);
    const substitute = (text: string): string =>
        text.replace(/\bSTREAM_TOKEN\b/, () => sim.access.mint('camera')).replace(/\bKEY\b/, () => keyOf(sim));
    const body = uploads[number] ?? request.body;
    return replay(
        sim.url,
        { ...request, body },
        { substitute, file: ({ filename }) => contents[filename] ?? Buffer.from('any') },
    );
}

function differences(exchange: Exchange, answer: Answer): string[] {
    const found = compareExchange(exchange, answer, comparison);
    const type = exchange.response.headers['content-type'];
    const isBinary = exchange.response.bytes !== null && answer.status === exchange.response.status;
    const begins = isBinary && type !== undefined ? signatures[type] : undefined;
    if (begins && !String(answer.body).startsWith(begins)) found.push(`the body is no ${type}`);
    for (const name of ['allow', 'accept-ranges', 'content-range'] as const) {
        const recorded = exchange.response.headers[name]?.replace(/\/\d+$/, '');
        const answered = answer.headers[name]?.replace(/\/\d+$/, '');
        if (recorded !== undefined && answered !== recorded) found.push(`${name} is ${answered}, not ${recorded}`);
    }
    return found;
}

/** How files begin, read as UTF-8. */
const signatures: Record<string, string> = {
    'image/png': '\ufffdPNG',
    'image/jpeg': '\ufffd\ufffd\ufffd',
    'application/vnd.ms-package.3dmanufacturing-3dmodel+xml': 'PK',
};

function upload(filename: string): RecordedMultipart {
    return {
        multipart: { fields: {}, files: { file: { filename, bytes: 0, content_type: 'application/octet-stream' } } },
    };
}
