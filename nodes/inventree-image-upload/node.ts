import {
    filesStep,
    haveSucceeded,
    wantsFiles,
    type FileSettings,
} from '../../lib/destinations/inventree/files/files-step';
import { imageStep, type ImageResult } from '../../lib/destinations/inventree/image-step';
import { migrate } from '../runtime/settings/migrations';
import { type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { partOf, NoPartError } from '../runtime/settings/part-of';
import { NodeStatus, type Fill } from '../runtime/status/status';
import { stepNode } from '../runtime/message/step-node';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const TYPE = 'inventree-image-upload';

const FILLS: Record<ImageResult['reason'], Fill> = { uploaded: 'green', known: 'grey', kept: 'grey', none: 'grey' };

const init = (RED: NodeAPI): void => {
    function ImageUpload(this: Node, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const status = new NodeStatus(RED, this, TYPE);
        const { overwrite, attachFile, attachMost, attachPhoto, attachTimelapse, attachPage } = readSettings(
            SETTINGS.settings,
            config,
        );
        const files: FileSettings = {
            model: attachFile,
            most: attachMost * 1024 * 1024,
            photo: attachPhoto,
            timelapse: attachTimelapse,
            page: attachPage,
        };
        stepNode(RED, this, config, {
            type: TYPE,
            step: 'image',
            status,
            run: async ({ msg, print, pass, sync, signal }) => {
                const part = partOf(msg);
                const beside = async (): Promise<boolean> => {
                    const stock = sync.delivery.ledger.print(print.batch)?.stockPk;
                    const attached = await filesStep(sync.destination, print, part.pk, stock, files, signal);
                    msg['files'] = attached;
                    return haveSucceeded(attached);
                };
                const how = { overwrite, ...(wantsFiles(files) ? { beside } : {}) };
                const image = await imageStep(sync.destination, print, part, how, pass, signal);
                msg['image'] = image;
                status.show(FILLS[image.reason], 'dot', image.reason);
            },
            failureStatus: (error) => (error instanceof NoPartError ? 'noPart' : undefined),
        });
    }
    RED.nodes.registerType(TYPE, ImageUpload as never);
};

export = init;
