import { DEFAULT_MESSAGES } from '../request/events';

const PRINT = {
    source: 'bambuddy',
    archiveId: 11,
    batch: 'bambuddy-11',
    identity: 'content_hash:5f2d',
    name: 'Gridfinity Bin 2×1',
    filename: 'Gridfinity_Bin.gcode.3mf',
    plate: 1,
    status: 'completed',
    startedAt: '2026-11-22T04:33:35Z',
    completedAt: '2026-11-22T07:12:04Z',
    printSeconds: 9509,
    weightGrams: 41.7,
    quantity: 1,
    filamentType: 'PLA',
    filamentColor: '#2850E0',
    printer: { id: 1, name: 'P1S left', model: 'P1S' },
    project: { id: 3, name: 'Workshop' },
    tags: ['bin'],
    url: 'http://bambuddy.lan:8000/archives/11',
};
const PART = {
    pk: 546,
    IPN: 'BMB-5f2d01c89a77',
    name: PRINT.name,
    url: 'http://inventree.lan/part/546/',
    created: false,
};
const STOCK = { pk: 1201, batch: PRINT.batch, quantity: 1, location: 7, url: 'http://inventree.lan/stock/item/1201/' };
export const ERROR = {
    message: 'InvenTree (http://inventree.lan) answered 400 to POST /api/stock/: location is structural',
    source: { id: 'a1', type: 'inventree-stock-create', name: '', count: 1 },
};
const FILE = { name: 'benchy.gcode', path: 'boats/benchy.gcode', origin: 'local', size: 242038, owner: 'maker' };

const OCTOPRINT = {
    deviceIdentifier: 'Prusa left',
    message: '',
    state: {
        text: 'Operational',
        flags: { operational: true, printing: false, paused: false, error: false, ready: true },
    },
    job: {
        file: { ...FILE, display: FILE.name, date: 1795321229 },
        estimatedPrintTime: 5020.6,
        averagePrintTime: null,
        lastPrintTime: 5107.2,
        filament: { tool0: { length: 4120.5, volume: 9.91 } },
        user: 'maker',
    },
    progress: { completion: 50.2, filepos: 121019, printTime: 2510, printTimeLeft: 2490 },
    currentZ: 12.4,
    offsets: {},
    meta: { hash: '1fcc905e3ea9a6e47fe4b2ce72865a60691e8b24' },
    currentTime: 1795321555,
    percentCompleteMilestone: 50,
};

/** A message of each topic, for the test in the dialog. */
export function sampleMessage(topic: string): Record<string, unknown> {
    const stock = { ...STOCK, created: topic === 'Print In Stock' };
    if (topic === 'Print In Stock' || topic === 'Print Already In Stock')
        return { topic: 'bambuddy/print', payload: PRINT, part: PART, stock };
    if (topic === 'Print Parked') return { topic: 'bambuddy/print', payload: PRINT, part: PART, error: ERROR };
    if (topic === 'Error')
        return { payload: {}, error: { ...ERROR, source: { ...ERROR.source, type: 'http request' } } };
    if (topic in DEFAULT_MESSAGES) return { topic, payload: { ...OCTOPRINT, topic, extra: { ...FILE, time: 5107.2 } } };
    return { topic, payload: { text: 'your own message' } };
}

/** A picture of one grey point, where a test has no other. */
export const SAMPLE_PICTURE = {
    bytes: Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNsaGj4DwAFhAKAjM1mJgAAAABJRU5ErkJggg==',
        'base64',
    ),
    type: 'image/png',
};
