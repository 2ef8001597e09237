import { consumeStep, consumedSince, SlotsFailed } from '../../lib/destinations/inventree/consume/consume-step';
import { previewConsumption } from '../../lib/destinations/inventree/consume/preview';
import type { ConsumeSettings } from '../../lib/destinations/inventree/consume/removal';
import type { Sync } from '../../lib/sync';
import { migrate } from '../runtime/settings/migrations';
import { type Message, type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { NodeStatus } from '../runtime/status/status';
import { stepNode } from '../runtime/message/step-node';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const TYPE = 'inventree-stock-consume';
/** Prints of a preview. */
const USUAL = 50;
const MOST = 500;

const init = (RED: NodeAPI): void => {
    function StockConsume(this: Node, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const status = new NodeStatus(RED, this, TYPE);
        const { findBy, key, parameter, spools, startWith, diameter, density } = readSettings(
            SETTINGS.settings,
            config,
            (text) => this.warn(text),
        );
        const settings: ConsumeSettings = {
            spools: { by: findBy, key, parameter, table: spools },
            startWith,
            diameter,
            density,
        };

        stepNode(RED, this, config, {
            type: TYPE,
            step: 'consume',
            status,
            run: async ({ msg, print, pass, sync, signal }) => {
                const filament = await consumeStep(sync.destination, print, settings, pass, signal);
                if (filament === null) return void status.show('grey', 'dot', 'partsOnly');
                msg['filament'] = filament;
                if (filament.from === null) return void status.show('grey', 'dot', 'before');
                const short = filament.slots.reduce((sum, { shortGrams }) => sum + shortGrams, 0);
                const grams = filament.slots.reduce((sum, slot) => sum + slot.grams, 0) - short;
                if (!filament.subtracted) status.show('grey', 'dot', 'already');
                else if (short > 0) status.show('yellow', 'dot', 'short', { grams: shown(short) });
                else status.show('green', 'dot', 'subtracted', { grams: shown(grams) });
            },
            command: async (msg, sync, signal) => {
                const max = previewOf(msg.payload);
                if (max === null) return null;
                const payload = await previewConsumption(sync.destination, settings, max, signal);
                return { ...msg, topic: 'filament/preview', payload } satisfies Message;
            },
            check: (sync, signal) => problemAtDeploy(sync, settings, signal),
            failureStatus: (error) => (error instanceof SlotsFailed ? 'parked' : undefined),
        });
    }
    RED.nodes.registerType(TYPE, StockConsume as never);
};

/** From this deploy on filament is subtracted; and whether what the spools are found by is there. */
async function problemAtDeploy(
    sync: Sync,
    { spools }: ConsumeSettings,
    signal: AbortSignal,
): Promise<{ fill: 'red' | 'yellow'; key: string } | null> {
    await consumedSince(sync.delivery);
    if (spools.by === 'table') return spools.table.length === 0 ? { fill: 'yellow', key: 'tableEmpty' } : null;
    if (spools.key.trim() === '') return { fill: 'red', key: 'keyMissing' };
    if (spools.by !== 'parameter') return null;
    const template = await sync.destination.template(spools.parameter.trim(), signal);
    return template === undefined ? { fill: 'red', key: 'parameterMissing' } : null;
}

/** `preview`, or `{ action: "preview", max }`. @returns how many prints; null: it is no such message */
function previewOf(payload: unknown): number | null {
    if (payload === 'preview') return USUAL;
    if (typeof payload !== 'object' || payload === null) return null;
    const { action, max } = payload as { action?: unknown; max?: unknown };
    if (action !== 'preview') return null;
    return typeof max === 'number' && max >= 1 ? Math.min(MOST, Math.floor(max)) : USUAL;
}

function shown(grams: number): string {
    return String(Math.round(grams * 10) / 10);
}

export = init;
