import type { Node, NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';

export type { Node, NodeAPI, NodeDef } from 'node-red';
export type Message = NodeMessageInFlow & Record<string, unknown>;

/** `node.send` of the message in hand. */
export type Send = (msg: NodeMessage | (NodeMessage | NodeMessage[] | null)[]) => void;

/** A config node by its id, where it is there and active. */
export function configNode<T extends Node>(RED: NodeAPI, id: unknown): T | null {
    return typeof id === 'string' && id !== '' ? ((RED.nodes.getNode(id) as T | null) ?? null) : null;
}

/** A number from a property of a saved flow, which may be a text once edited. */
export function numberOf(value: unknown, otherwise: number): number {
    if (typeof value === 'number') return Number.isFinite(value) ? value : otherwise;
    if (typeof value !== 'string' || value.trim() === '') return otherwise;
    const number = Number(value);
    return Number.isFinite(number) ? number : otherwise;
}

export function textOf(value: unknown, otherwise = ''): string {
    return typeof value === 'string' ? value : otherwise;
}

export function flagOf(value: unknown, otherwise: boolean): boolean {
    return typeof value === 'boolean' ? value : otherwise;
}
