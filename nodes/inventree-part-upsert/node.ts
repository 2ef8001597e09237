import { RejectedError } from '../../lib/http/errors';
import type { ParameterRow } from '../../lib/destinations/inventree/part/parameter-step';
import { partParameter } from '../../lib/destinations/inventree/part/part-parameter';
import { partStep } from '../../lib/destinations/inventree/part/part-step';
import { migrate } from '../runtime/settings/migrations';
import { numberOf, type Message, type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { reachableFrom } from '../runtime/flow/reachable-steps';
import { NodeStatus } from '../runtime/status/status';
import { fixedPlaceProblem } from '../runtime/settings/fixed-place';
import { pkByRules } from '../runtime/rules/places';
import { isPerPiece, quantitySettingsOf, piecesPerPart, type QuantitySettings } from '../runtime/rules/stock-quantity';
import { parameterRow } from '../runtime/settings/parameter-rows';
import { stepNode, type StepInput } from '../runtime/message/step-node';
import { SettingError, TypedValues } from '../runtime/settings/typed-value';
import type { Print } from '../../lib/print/print';
import type { RulePart } from '../../lib/print/rules/rules';
import { readSettings } from '../runtime/settings/read-settings';
import { SETTINGS } from './settings';

const TYPE = 'inventree-part-upsert';

const init = (RED: NodeAPI): void => {
    function PartUpsert(this: Node, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const values = new TypedValues(RED, this);
        const status = new NodeStatus(RED, this, TYPE);
        const setting = readSettings(SETTINGS.settings, config);
        const flow = { quantity: undefined as QuantitySettings | null | undefined };
        const forgetFlow = (): void => void (flow.quantity = undefined);
        RED.events.on('flows:started', forgetFlow);
        this.on('close', () => void RED.events.off('flows:started', forgetFlow));

        /** Parameters are per piece where the quantity behind this node differs from print to print. */
        const quantityBehind = (): QuantitySettings | null => {
            if (flow.quantity === undefined) {
                const behind = reachableFrom(RED, this, 0).filter((node) => node.type === 'inventree-stock-create');
                flow.quantity = behind.map(quantitySettingsOf).find(isPerPiece) ?? null;
            }
            return flow.quantity;
        };

        const piecesOf = async ({ msg, print, sync, signal }: StepInput, part: RulePart): Promise<number | null> => {
            const settings = quantityBehind();
            if (settings === null) return null;
            return piecesPerPart(settings, values, msg, print, part, (template) =>
                partParameter(sync.destination, part.pk, template, signal),
            );
        };

        const rows = (msg: Message, print: Print): Promise<ParameterRow[]> =>
            Promise.all(setting.parameters.map((row) => parameterRow(row, values, msg, print)));

        stepNode(RED, this, config, {
            type: TYPE,
            step: 'part',
            status,
            run: async (input) => {
                const { msg, print, pass, sync, signal } = input;
                const part = await partStep(
                    sync.destination,
                    print,
                    {
                        category: await pkByRules(setting.rules, 'category', setting.category, {
                            values,
                            msg,
                            print,
                            part: null,
                        }),
                        ipnPrefix: (await values.text(setting.ipnPrefix, msg, print)) ?? '',
                        name: await values.text(setting.partName, msg, print),
                        description: await values.text(setting.description, msg, print),
                        keywords: (await values.text(setting.keywords, msg, print)) ?? '',
                        link: await values.text(setting.link, msg, print),
                        parameters: await rows(msg, print),
                        createTemplates: setting.createTemplates,
                        variants: setting.variants,
                        pieces: (found) => piecesOf(input, found),
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
