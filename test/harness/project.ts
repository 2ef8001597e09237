import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BambuddySimulator } from '../simulators/bambuddy';
import type { InvenTreeSimulator } from '../simulators/inventree';
import type { OctoPrintSimulator } from '../simulators/octoprint';
import type { FlowNode } from './node-red';

export const projectRoot = dirname(dirname(__dirname));

/** A shipped example, as it is imported. */
export function exampleFlow(name = 'Bambuddy to InvenTree'): FlowNode[] {
    return JSON.parse(readFileSync(join(projectRoot, 'examples', `${name}.json`), 'utf8')) as FlowNode[];
}

/**
 * An example that adds to a flow, dropped on it as the editor does it: on its tab, with its store and its source.
 * @param wires what a person draws: the type of the node in the flow, and of the one in the example
 */
export function droppedOn(flow: readonly FlowNode[], name: string, wires?: { from: string; to: string }): FlowNode[] {
    const z = nodeOf(flow, 'tab').id;
    const given = { sync: nodeOf(flow, 'sync-store').id, source: nodeOf(flow, 'bambuddy-archive-in').id };
    const dropped = exampleFlow(name).map((node) => {
        const taken = Object.entries(given).filter(([property]) => node[property] === '');
        return { ...node, z, ...Object.fromEntries(taken) };
    });
    const all = [...flow, ...dropped];
    if (wires === undefined) return all;
    const [from, to] = [nodeOf(all, wires.from), nodeOf(all, wires.to)];
    const [first = [], ...others] = from['wires'] as string[][];
    return all.map((node) => (node === from ? { ...node, wires: [[...first, to.id], ...others] } : node));
}

export interface Connection {
    bambuddyUrl: string;
    apiKey: string;
    inventreeUrl: string;
    token: string;
    category: number;
    location: number;
    /** the first words of batches and IPNs; default as shipped */
    codes?: { batch: string; ipn: string };
}

/** Where prints go in a simulated InvenTree, which listens: a new category and a new location. */
function placeOf(inventree: InvenTreeSimulator): Omit<Connection, 'bambuddyUrl' | 'apiKey'> {
    return {
        inventreeUrl: inventree.url,
        token: inventree.token,
        category: inventree.addCategory({ name: '3D prints' }).pk,
        location: inventree.addLocation({ name: 'Shelf' }).pk,
    };
}

/** Of simulated servers that listen; InvenTree gets the category and the location. */
export function connectionOf(bambuddy: BambuddySimulator, inventree: InvenTreeSimulator): Connection {
    return { bambuddyUrl: bambuddy.url, apiKey: bambuddy.apiKey, ...placeOf(inventree) };
}

/** The example with what a person fills in: two addresses, two keys, a category and a location. */
export function filledExample(
    connection: Connection,
    changes: Record<string, Record<string, unknown>> = {},
): FlowNode[] {
    const { codes } = connection;
    const filled: Record<string, Record<string, unknown>> = {
        'bambuddy-server': {
            url: connection.bambuddyUrl,
            credentials: { apiKey: connection.apiKey },
            ...(codes && { prefix: codes.batch }),
        },
        'inventree-server': { url: connection.inventreeUrl, credentials: { token: connection.token } },
        'inventree-part-upsert': {
            category: connection.category,
            categoryType: 'num',
            ...(codes && { ipnPrefix: codes.ipn }),
        },
        'inventree-stock-create': { location: connection.location, locationType: 'num' },
    };
    return exampleFlow().map((node) => ({ ...node, ...filled[node.type], ...changes[node.type] }));
}

export interface OctoConnection extends Omit<Connection, 'bambuddyUrl' | 'apiKey'> {
    octoprintUrl: string;
    octoprintKey: string;
}

/** Of simulated servers that listen; InvenTree gets the category and the location. */
export function octoConnectionOf(octoprint: OctoPrintSimulator, inventree: InvenTreeSimulator): OctoConnection {
    return { octoprintUrl: octoprint.url, octoprintKey: octoprint.apiKey, ...placeOf(inventree) };
}

/** The OctoPrint example, filled in the same way. */
export function filledOctoPrintExample(
    connection: OctoConnection,
    changes: Record<string, Record<string, unknown>> = {},
): FlowNode[] {
    const filled: Record<string, Record<string, unknown>> = {
        'octoprint-server': { url: connection.octoprintUrl, credentials: { apiKey: connection.octoprintKey } },
        'inventree-server': { url: connection.inventreeUrl, credentials: { token: connection.token } },
        'inventree-part-upsert': { category: connection.category, categoryType: 'num' },
        'inventree-stock-create': { location: connection.location, locationType: 'num' },
    };
    return exampleFlow('OctoPrint to InvenTree').map((node) => ({
        ...node,
        ...filled[node.type],
        ...changes[node.type],
    }));
}

/** The one node of a type in a flow. */
export function nodeOf(flow: readonly FlowNode[], type: string): FlowNode {
    const found = flow.filter((node) => node.type === type);
    if (found.length !== 1) throw new Error(`${found.length} nodes of type ${type}`);
    return found[0]!;
}

/** A service API node for the source of a flow. */
export function withService(
    flow: readonly FlowNode[],
    secrets: { serviceToken: string; webhookSecret: string },
): FlowNode[] {
    const source = nodeOf(flow, 'bambuddy-archive-in');
    return [
        ...flow,
        {
            id: 'c0de000000000010',
            type: 'sync-api',
            z: source['z'],
            name: '',
            source: source.id,
            path: '/print-to-stock',
            credentials: secrets,
            x: 420,
            y: 300,
            wires: [],
        },
    ];
}

/**
 * Gives the source of a flow an address: `POST /control` with an action answers what the source answers; `GET /caught`
 * tells what Catch nodes of the tab saw.
 */
export function withControl(flow: readonly FlowNode[], type = 'bambuddy-archive-in'): FlowNode[] {
    const source = nodeOf(flow, type);
    const z = source['z'];
    // answers come from the last output
    const wires = source['wires'] as string[][];
    const answering = [...wires.slice(0, -1), [...wires.at(-1)!, 'c0de000000000003']];
    return [
        ...flow.map((node) => (node === source ? { ...source, wires: answering } : node)),
        { id: 'c0de000000000001', type: 'http in', z, url: '/control', method: 'post', wires: [[source.id]] },
        {
            id: 'c0de000000000003',
            type: 'switch',
            z,
            property: 'res',
            propertyType: 'msg',
            rules: [{ t: 'nnull' }],
            wires: [['c0de000000000004']],
        },
        { id: 'c0de000000000004', type: 'http response', z, statusCode: '', wires: [] },
        {
            id: 'c0de000000000005',
            type: 'catch',
            z,
            scope: null,
            uncaught: false,
            wires: [['c0de000000000006', 'c0de000000000007']],
        },
        {
            id: 'c0de000000000006',
            type: 'function',
            z,
            func: "const all = flow.get('caught') || []; all.push(msg.error.message); flow.set('caught', all);",
            wires: [[]],
        },
        {
            id: 'c0de000000000007',
            type: 'function',
            z,
            func: 'if (msg.res) { msg.statusCode = 400; msg.payload = { error: msg.error.message }; return msg; }',
            wires: [['c0de000000000004']],
        },
        { id: 'c0de000000000008', type: 'http in', z, url: '/caught', method: 'get', wires: [['c0de000000000009']] },
        {
            id: 'c0de000000000009',
            type: 'function',
            z,
            func: "msg.payload = flow.get('caught') || []; return msg;",
            wires: [['c0de000000000004']],
        },
    ];
}

/** Flows as earlier versions of the package saved them, every node with every property. */
export function savedFlows(): { version: string; flow: FlowNode[] }[] {
    const folder = join(projectRoot, 'test', 'fixtures', 'flows');
    return readdirSync(folder).map((file) => ({
        version: file.replace(/\.json$/, ''),
        flow: JSON.parse(readFileSync(join(folder, file), 'utf8')) as FlowNode[],
    }));
}
