import { RejectedError } from '../../lib/http/errors';
import type { ParameterRow } from '../../lib/destinations/inventree/parameter-step';
import { partStep } from '../../lib/destinations/inventree/part-step';
import { migrate } from '../runtime/settings/migrations';
import { flagOf, numberOf, type Message, type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { reachableFrom } from '../runtime/flow/reachable-steps';
import { NodeStatus } from '../runtime/status/status';
import { fixedPlaceProblem } from '../runtime/settings/fixed-place';
import { parameterRow } from '../runtime/settings/parameter-rows';
import { parameterTable } from '../runtime/settings/parameter-table';
import { stepNode } from '../runtime/message/step-node';
import { SettingError, TypedValues, typedSetting } from '../runtime/settings/typed-value';
import type { Print } from '../../lib/print/print';

const TYPE = 'inventree-part-upsert';

const init = (RED: NodeAPI): void => {
    function PartUpsert(this: Node, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const values = new TypedValues(RED, this);
        const status = new NodeStatus(RED, this, TYPE);
        const setting = {
            category: typedSetting(config, 'category', { value: '', type: 'num' }),
            ipnPrefix: typedSetting(config, 'ipnPrefix', { value: 'BMB', type: 'str' }),
            name: typedSetting(config, 'partName', { value: '', type: 'auto' }),
            description: typedSetting(config, 'description', { value: '', type: 'auto' }),
            keywords: typedSetting(config, 'keywords', { value: 'bambuddy', type: 'str' }),
            link: typedSetting(config, 'link', { value: '', type: 'auto' }),
        };
        const table = parameterTable(config);
        const createTemplates = flagOf(config['createTemplates'], false);
        const flow = { perPiece: null as boolean | null };
        const forgetFlow = (): void => void (flow.perPiece = null);
        RED.events.on('flows:started', forgetFlow);
        this.on('close', () => void RED.events.off('flows:started', forgetFlow));

        /** Parameters are per piece where the quantity behind this node is the plate's count. */
        const perPiece = (): boolean =>
            (flow.perPiece ??= reachableFrom(RED, this, 0).some(
                (node) => node.type === 'inventree-stock-create' && node['quantityType'] === 'plate',
            ));

        const rows = (msg: Message, print: Print): Promise<ParameterRow[]> =>
            Promise.all(table.map((row) => parameterRow(row, values, msg, print, perPiece())));

        stepNode(RED, this, config, {
            type: TYPE,
            step: 'part',
            status,
            run: async ({ msg, print, pass, sync, signal }) => {
                const part = await partStep(
                    sync.destination,
                    print,
                    {
                        category: await values.pk(setting.category, msg, print),
                        ipnPrefix: (await values.text(setting.ipnPrefix, msg, print)) ?? '',
                        name: await values.text(setting.name, msg, print),
                        description: await values.text(setting.description, msg, print),
                        keywords: (await values.text(setting.keywords, msg, print)) ?? '',
                        link: await values.text(setting.link, msg, print),
                        parameters: await rows(msg, print),
                        createTemplates,
                        perPiece: perPiece(),
                    },
                    pass,
                    signal,
                );
                msg['part'] = part;
                status.show('green', 'dot', part.created ? 'new' : 'found', { pk: part.pk });
            },
            check: (sync, signal) => fixedPlaceProblem(sync, setting.category, signal),
            failureStatus: (error) => {
                if (error instanceof SettingError && error.setting === 'category') return 'categoryMissing';
                if (!(error instanceof RejectedError) || error.setting !== 'category') return undefined;
                return numberOf(setting.category.value, 0) > 0 ? 'categoryRefused' : 'categoryMissing';
            },
        });
    }
    RED.nodes.registerType(TYPE, PartUpsert as never);
};

export = init;
