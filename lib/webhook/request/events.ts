/** The message of a topic, where the user writes none and the event brings none. */
export const DEFAULT_MESSAGES: Readonly<Record<string, string>> = {
    'Print In Stock': '@print.name is in stock: @stock.quantity more (@stock.url)',
    'Print Already In Stock': '@print.name was in stock already (@stock.url)',
    'Print Parked': '@print.name is not in stock and waits for you: @error.message',
    'Print Started': 'Your print has started.',
    'Print Done': 'Your print is done.',
    'Print Failed': 'Something went wrong and your print has failed.',
    'Print Paused': 'Your print has paused. You might need to change the filament color.',
    'Print Resumed': 'Your print goes on.',
    'User Action Needed': 'User action needed. You might need to change the filament color.',
    'Print Progress': 'Your print is @percentCompleteMilestone % complete.',
    Error: 'There was an error: @error.message',
};

export interface HookEvent {
    topic: string;
    device: string;
    /** all that templates may use, but for secrets and the message's text */
    values: Record<string, unknown>;
}

type Fields = Record<string, unknown>;

/** What OctoPrint's events carry, under these names. */
const OCTOPRINT = ['state', 'job', 'progress', 'currentZ', 'offsets', 'meta'] as const;

/**
 * Reads a message: an OctoPrint event, a print with what became of it, an error from a Catch node, or anything with a
 * topic.
 * @param deviceIdentifier the node's own; empty: the event's
 * @param parks whether an error of this type of node means that the print did not come into stock; of others (picture,
 *   link) something beside it failed
 */
export function eventOf(
    msg: Fields,
    deviceIdentifier: string,
    parks: (type: string) => boolean,
    now = Date.now(),
): HookEvent {
    const payload = fieldsOf(msg['payload']);
    const print = isPrint(payload) ? withoutArchive(payload) : undefined;
    const error = errorOf(msg['error']);
    const stock = fieldsOf(msg['stock']);
    const topic = topicOf(msg, payload, print, error, stock, parks);
    const device = deviceIdentifier || text(payload['deviceIdentifier']) || text(fieldsOf(print?.['printer'])['name']);
    const message = text(payload['message']) || text(payload['topic'] === undefined ? msg['message'] : undefined);
    const values: Fields = {
        deviceIdentifier: device,
        topic,
        ...(message === '' ? {} : { message }),
        extra: payload['extra'] ?? extraOf(payload, print, error, msg),
        currentTime: whole(payload['currentTime']) ?? Math.floor(now / 1000),
        percentCompleteMilestone: whole(payload['percentCompleteMilestone']) ?? 0,
        ...Object.fromEntries(OCTOPRINT.filter((key) => payload[key] !== undefined).map((key) => [key, payload[key]])),
        ...(print === undefined ? {} : { print }),
        ...(msg['part'] === undefined ? {} : { part: msg['part'] }),
        ...(msg['stock'] === undefined ? {} : { stock: msg['stock'] }),
        ...(error === undefined ? {} : { error }),
    };
    return { topic, device, values: plain(values) };
}

function topicOf(
    msg: Fields,
    payload: Fields,
    print: Fields | undefined,
    error: Fields | undefined,
    stock: Fields,
    parks: (type: string) => boolean,
): string {
    if (error !== undefined)
        return print !== undefined && parks(text(fieldsOf(error['source'])['type'])) ? 'Print Parked' : 'Error';
    const own = text(payload['topic']);
    if (own !== '') return own;
    if (print !== undefined) {
        if (stock['created'] === true) return 'Print In Stock';
        if (stock['pk'] !== undefined) return 'Print Already In Stock';
        return print['status'] === undefined || print['status'] === 'completed' ? 'Print Done' : 'Print Failed';
    }
    return text(msg['topic']) || 'Message';
}

/** A print as "finished prints" sends it. */
function isPrint(payload: Fields): boolean {
    return typeof payload['batch'] === 'string' && typeof payload['identity'] === 'string';
}

/** The server's own object is large, and all that is worth telling of it stands beside it. */
function withoutArchive({ archive: _archive, ...print }: Fields): Fields {
    return print;
}

/** `msg.error` of a Catch node. */
function errorOf(given: unknown): Fields | undefined {
    const error = fieldsOf(given);
    if (typeof given === 'string' && given !== '') return { message: given };
    const { message } = error;
    // Node-RED writes an Error's name before its words
    return typeof message === 'string' ? { ...error, message: message.replace(/^\w*Error: /, '') } : undefined;
}

function extraOf(payload: Fields, print: Fields | undefined, error: Fields | undefined, msg: Fields): unknown {
    if (print === undefined) return error ?? (Object.keys(payload).length > 0 ? payload : (msg['payload'] ?? {}));
    const [part, stock] = [fieldsOf(msg['part']), fieldsOf(msg['stock'])];
    return {
        name: print['name'] ?? null,
        path: print['filename'] ?? null,
        time: print['printSeconds'] ?? null,
        weight: print['weightGrams'] ?? null,
        printer: fieldsOf(print['printer'])['name'] ?? null,
        batch: print['batch'],
        url: print['url'] ?? null,
        ...(part['pk'] === undefined ? {} : { part: { pk: part['pk'], IPN: part['IPN'], url: part['url'] } }),
        ...(stock['pk'] === undefined
            ? {}
            : { stock: { pk: stock['pk'], quantity: stock['quantity'], url: stock['url'] } }),
        ...(error === undefined ? {} : { error: error['message'] }),
    };
}

/** As JSON would keep it: it is written to the disk. What cannot be is left out. */
function plain(values: Fields): Fields {
    const result: Fields = {};
    for (const [key, value] of Object.entries(values)) {
        try {
            const json = JSON.stringify(value) as string | undefined;
            if (json !== undefined) result[key] = JSON.parse(json);
        } catch {
            // a circle, or a bigint
        }
    }
    return result;
}

function fieldsOf(value: unknown): Fields {
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
        ? (value as Fields)
        : {};
}

function text(value: unknown): string {
    return typeof value === 'string' ? value : '';
}

function whole(value: unknown): number | undefined {
    return typeof value === 'number' && Number.isFinite(value) ? Math.floor(value) : undefined;
}
