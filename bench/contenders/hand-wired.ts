import type { FlowNode } from '../../test/harness/node-red';
import type { Connection } from '../../test/harness/project';
import { now } from '../rpc';
import { ProbedNodeRed } from './probed';

const TAB = 'a1d0000000000000';

/** A request of the hand-wired flow: a function prepares it, an `http request` makes it. */
interface Station {
    name: string;
    /** body of the function: returns `msg` to ask, `[null, msg]` to go on with `otherwise` */
    func: string;
    otherwise?: string;
    /** what the answer is */
    ret?: 'obj' | 'bin';
}

/**
 * The best flow of core nodes that one would honestly build by hand: kept-alive connections, the Part looked for by its
 * IPN and the stock item by its batch, both parameters in one list, pictures for new Parts only, what is done kept in a
 * context file. One print at a time, since parallel writes fail on SQLite.
 */
function stations(connection: Connection): Station[] {
    const bambuddy = `${connection.bambuddyUrl}/api/v1`;
    const inventree = connection.inventreeUrl;
    const ask = (server: 'b' | 'i', method: string, url: string): string =>
        `msg.method = '${method}'; msg.url = \`${server === 'b' ? bambuddy : inventree}${url}\`; msg.headers = ${
            server === 'b'
                ? `{ 'X-API-Key': '${connection.apiKey}' }`
                : `{ Authorization: 'Token ${connection.token}', Accept: 'application/json' }`
        };`;
    return [
        { name: 'token', func: `${ask('b', 'POST', '/printers/camera/stream-token')} msg.payload = {}; return msg;` },
        {
            name: 'templates',
            func: `flow.set('token', msg.payload.token); ${ask('i', 'GET', '/api/parameter/template/?limit=500')} delete msg.payload; return msg;`,
        },
        {
            name: 'archives',
            func: `for (const one of msg.payload.results) flow.set(one.name, one.pk); ${ask('b', 'GET', '/archives/?limit=1000')} delete msg.payload; return msg;`,
        },
        {
            name: 'next',
            func: `
if (Array.isArray(msg.payload)) flow.set('queue', msg.payload.reverse());
const queue = flow.get('queue');
let archive;
do archive = queue.shift(); while (archive && flow.get('done-' + archive.id, 'file'));
if (!archive) return null;
msg = { archive };
msg.ipn = 'BMB-' + crypto.createHash('sha1').update('content_hash:' + archive.content_hash).digest('hex').slice(0, 12);
${ask('i', 'GET', '/api/part/?IPN=${msg.ipn}&limit=1')}
return msg;`,
        },
        {
            name: 'create part',
            otherwise: 'find stock',
            func: `
const found = msg.payload.results[0];
if (found) { msg.part = found.pk; msg.image = found.image; return [null, msg]; }
msg.made = true;
msg.payload = {
    name: msg.archive.print_name, IPN: msg.ipn, category: ${connection.category}, keywords: 'bambuddy',
    description: msg.archive.filament_type + ' · ' + msg.archive.filename,
    purchaseable: false, copy_category_parameters: false,
};
${ask('i', 'POST', '/api/part/')}
return msg;`,
        },
        {
            name: 'parameters',
            func: `
msg.part = msg.payload.pk;
const minutes = Math.round(msg.archive.print_time_seconds / 60);
const of = { model_type: 'part.part', model_id: msg.part };
msg.payload = [
    { ...of, template: flow.get('Weight'), data: String(msg.archive.filament_used_grams) },
    { ...of, template: flow.get('PrintTime'), data: Math.floor(minutes / 60) + 'h ' + String(minutes % 60).padStart(2, '0') + 'm' },
];
${ask('i', 'POST', '/api/parameter/')}
return msg;`,
        },
        {
            name: 'find stock',
            func: `${ask('i', 'GET', '/api/stock/?batch=bambuddy-${msg.archive.id}&limit=1')} delete msg.payload; return msg;`,
        },
        {
            name: 'create stock',
            otherwise: 'thumbnail',
            func: `
if (msg.payload.results.length > 0) return [null, msg];
msg.payload = {
    part: msg.part, location: ${connection.location}, quantity: 1, batch: 'bambuddy-' + msg.archive.id, status: 10,
    notes: 'Bambuddy archive ' + msg.archive.id + ', printed ' + msg.archive.started_at,
};
${ask('i', 'POST', '/api/stock/')}
return msg;`,
        },
        {
            name: 'thumbnail',
            otherwise: 'link',
            ret: 'bin',
            func: `
if (msg.image) return [null, msg];
${ask('b', 'GET', "/archives/${msg.archive.id}/thumbnail?token=${flow.get('token')}")}
delete msg.payload;
return msg;`,
        },
        {
            name: 'image',
            func: `
msg.payload = { image: { value: msg.payload, options: { filename: 'print.png', contentType: 'image/png' } } };
${ask('i', 'PATCH', '/api/part/${msg.part}/')}
msg.headers['content-type'] = 'multipart/form-data';
return msg;`,
        },
        {
            name: 'link',
            func: `
msg.payload = { external_url: \`${inventree}/web/part/\${msg.part}/\` };
${ask('b', 'PATCH', '/archives/${msg.archive.id}')}
return msg;`,
        },
        {
            name: 'done',
            func: `flow.set('done-' + msg.archive.id, { part: msg.part }, 'file'); return [null, { payload: null }];`,
            otherwise: 'next',
        },
    ];
}

function flowOf(connection: Connection): FlowNode[] {
    const all = stations(connection);
    const idOf = (kind: 'f' | 'r', name: string): string =>
        `a1d${kind === 'f' ? '1' : '2'}${String(all.findIndex((one) => one.name === name)).padStart(12, '0')}`;
    const nodes = all.flatMap(({ name, func, otherwise, ret }, n): FlowNode[] => [
        {
            id: idOf('f', name),
            type: 'function',
            z: TAB,
            name,
            func,
            outputs: 2,
            libs: [{ var: 'crypto', module: 'crypto' }],
            wires: [[idOf('r', name)], otherwise === undefined ? [] : [idOf('f', otherwise)]],
        },
        {
            id: idOf('r', name),
            type: 'http request',
            z: TAB,
            name,
            method: 'use',
            ret: ret ?? 'obj',
            paytoqs: 'ignore',
            url: '',
            persist: true,
            senderr: true,
            wires: [n + 1 < all.length ? [idOf('f', all[n + 1]!.name)] : []],
        },
    ]);
    return [
        { id: TAB, type: 'tab', label: 'By hand' },
        {
            id: 'a1d3000000000001',
            type: 'http in',
            z: TAB,
            url: '/import',
            method: 'post',
            wires: [['a1d3000000000002', idOf('f', 'token')]],
        },
        { id: 'a1d3000000000002', type: 'http response', z: TAB, statusCode: '200', wires: [] },
        ...nodes,
    ];
}

/** What a user would pick instead: a flow wired by hand from core nodes. */
export class HandWiredContender {
    private constructor(readonly node: ProbedNodeRed) {}

    static async start(): Promise<HandWiredContender> {
        return new HandWiredContender(
            await ProbedNodeRed.start({
                contextStorage: { default: { module: 'memory' }, file: { module: 'localfilesystem' } },
            }),
        );
    }

    stop(): Promise<void> {
        return this.node.stop();
    }

    async ready(connection: Connection): Promise<void> {
        // what an earlier flow remembers belongs to another shop
        await this.node.deploy([]);
        await this.node.deploy(flowOf(connection));
    }

    async import(): Promise<{ began: number }> {
        const began = now();
        await this.node.post('/import', {});
        return { began };
    }
}
