import { linkStep, mayWriteLinks, type LinkResult } from '../../lib/sources/bambuddy/link-step';
import { migrate } from '../runtime/settings/migrations';
import { type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { partOf, NoPartError } from '../runtime/settings/part-of';
import { NodeStatus, type Fill, type Shape } from '../runtime/status/status';
import { stepNode } from '../runtime/message/step-node';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const TYPE = 'bambuddy-link-back';

const STATUSES: Record<LinkResult['reason'], [Fill, Shape, string]> = {
    written: ['green', 'dot', 'linked'],
    known: ['grey', 'dot', 'known'],
    kept: ['grey', 'dot', 'kept'],
    refused: ['yellow', 'dot', 'cannotWrite'],
    unfit: ['yellow', 'dot', 'unfit'],
    gone: ['grey', 'dot', 'gone'],
    none: ['grey', 'dot', 'none'],
};

const init = (RED: NodeAPI): void => {
    function LinkBack(this: Node, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const status = new NodeStatus(RED, this, TYPE);
        const { overwrite } = readSettings(SETTINGS.settings, config);
        stepNode(RED, this, config, {
            type: TYPE,
            step: 'link',
            status,
            run: async ({ msg, print, pass, sync, signal }) => {
                const part = partOf(msg);
                const url = part.url === '' ? sync.destination.client.partPage(part.pk) : part.url;
                const link = await linkStep(sync, print, url, { overwrite }, pass, signal);
                msg['link'] = link;
                status.show(...STATUSES[link.reason]);
            },
            check: async ({ bambuddy, bambuddyBreaker }, signal) => {
                if (bambuddy === null || bambuddyBreaker === null) return { fill: 'red', key: 'notConfigured' };
                return (await mayWriteLinks(bambuddy, bambuddyBreaker, signal))
                    ? null
                    : { fill: 'yellow', key: 'cannotWrite' };
            },
            failureStatus: (error) => (error instanceof NoPartError ? 'noPart' : undefined),
        });
    }
    RED.nodes.registerType(TYPE, LinkBack as never);
};

export = init;
