import { AuthError, ClosedError, ConfigError, Failure, type ServerName } from '../../lib/http/errors';
import { actionOf, ActionError } from '../../lib/sources/bambuddy/commands/action';
import type { BackfillReport } from '../../lib/sources/bambuddy/commands/backfill';
import { inTime } from '../../lib/delivery/retry/answer-in-time';
import { perform } from '../../lib/sources/bambuddy/commands/perform';
import { Source } from '../../lib/sources/bambuddy/source';
import type { Step } from '../../lib/store/ledger/records';
import type { Sync } from '../../lib/sync';
import { afterFlowsStarted, onFlowsStarted } from '../runtime/flow/flows-started';
import { onInput } from '../runtime/message/run-on-input';
import { migrate } from '../runtime/settings/migrations';
import { configNode, textOf, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { reachableFrom, stepsFrom, type FlowNode } from '../runtime/flow/reachable-steps';
import { runningSources } from '../runtime/flow/registry';
import type { SourceNode, SyncStoreNode } from '../runtime/flow/server-nodes';
import { NodeStatus } from '../runtime/status/status';
import { SettingError } from '../runtime/settings/typed-value';
import { sourceSettings } from './source-settings';
import { bambuddyAdapter } from './sidebar-adapter';

const TYPE = 'bambuddy-archive-in';
const FAILED_OUTPUT = 2;
const HISTORY_STATUS = { preview: 'preview', adopt: 'adopting', parts: 'history', all: 'history' } as const;

const init = (RED: NodeAPI): void => {
    function ArchiveIn(this: SourceNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const config = migrate(TYPE, saved);
        const status = new NodeStatus(RED, this, TYPE);
        const store = configNode<SyncStoreNode>(RED, config['sync']);
        let source: Source | null = null;
        let told = '';
        let refusing: ServerName = 'Bambuddy';

        let reached: FlowNode[] | null = null;
        let failedSteps: Step[] | null = null;
        const unlisten = onFlowsStarted(RED, () => (reached = failedSteps = null));
        const downstream = (): FlowNode[] => (reached ??= reachableFrom(RED, this, 0));
        const sync = textOf(config['sync']);
        // of a failed print nothing but its filament is of interest, whatever else its wires lead to
        const forFailed = (): Step[] =>
            (failedSteps ??= stepsFrom(reachableFrom(RED, this, FAILED_OUTPUT), sync).filter(
                (step) => step === 'consume',
            ));

        const show = (): void => {
            if (source === null) return;
            const { backfill, counts, today, paused, lastError, waiting } = source.status();
            if (paused) status.show('yellow', 'ring', 'paused');
            else if (backfill !== null) {
                status.show('blue', 'dot', HISTORY_STATUS[backfill.mode], {
                    done: backfill.done,
                    total: backfill.total,
                });
            } else if (lastError !== null) status.show('red', 'ring', 'refused', { server: refusing });
            else if ((counts['parked'] ?? 0) > 0) status.show('red', 'dot', 'parked', { n: counts['parked'] });
            else if (waiting > 0) status.show('yellow', 'dot', 'waitingPrints', { n: waiting });
            else status.show('green', 'dot', 'watching', { n: today });
        };

        const flowsStarted = afterFlowsStarted(RED);
        const opened = (async (): Promise<Source> => {
            if (store === null) throw new SettingError('sync', 'is empty: choose a sync store');
            const joined: Sync = await store.ready;
            if (joined.bambuddy === null) {
                throw new ConfigError('The sync store has no Bambuddy server: choose one.', {
                    server: 'Bambuddy',
                    setting: 'bambuddy',
                });
            }
            return new Source(
                joined,
                sourceSettings(
                    this.id,
                    config,
                    downstream,
                    (text) => this.warn(text),
                    () => forFailed().length > 0,
                ),
                ({ filamentOnly }) => (filamentOnly === true ? forFailed() : stepsFrom(downstream(), sync)),
                {
                    send: (print, { force, mode }) => {
                        const msg = { topic: 'bambuddy/print', payload: print, sync: { force, mode } };
                        this.send(print.filamentOnly === true ? [null, null, msg] : [msg, null, null]);
                    },
                    failed: (error) => {
                        if (error instanceof Failure) refusing = error.server;
                        show();
                        if (error.message === told) return;
                        told = error.message;
                        this.error(error.message, { topic: 'bambuddy/error', payload: {} });
                    },
                    progress: (report) => {
                        this.send([null, { topic: 'bambuddy/progress', payload: { ...report, prints: undefined } }]);
                    },
                    changed: () => {
                        if (source?.status().lastError === null) told = '';
                        show();
                    },
                },
            );
        })();
        this.opened = opened;
        this.kind = 'bambuddy';
        this.hasHistory = true;
        this.adapter = opened.then(bambuddyAdapter);
        this.adapter.catch(() => undefined);
        this.store = store;
        this.reached = downstream;
        runningSources.add(this);

        onInput(
            this,
            status,
            async (msg, { send }) => {
                // what is asked is judged first: a mistake in it is told even while nothing else works
                const action = actionOf(msg.payload);
                const at = await opened;
                const progress = (report: BackfillReport): void => {
                    send([
                        null,
                        { topic: 'bambuddy/progress', payload: { ...report, prints: undefined } } as never,
                    ] as never);
                };
                const onlyBegin = action.action === 'backfill';
                const payload = await inTime(at.breakers, () => perform(at, action, progress), { onlyBegin });
                show();
                msg['topic'] = `bambuddy/${action.action}`;
                msg.payload = withText(RED, payload);
                send([null, msg] as never);
            },
            (error) => {
                if (error instanceof ActionError) status.show('red', 'dot', 'unknownAction');
                else if (error instanceof AuthError) status.show('red', 'ring', 'refused', { server: error.server });
                // why there is no source was said at the deploy
                else if (source !== null) status.show('red', 'dot', 'failed');
            },
        );

        // the store stays open until the source has written down what it took
        store?.track(
            new Promise<void>((resolve) => {
                this.on('close', () => {
                    unlisten();
                    if (source === null) resolve();
                    else void source.close().finally(resolve);
                });
            }),
        );

        if (store === null) {
            opened.catch(() => undefined);
            return status.show('grey', 'ring', 'notConfigured');
        }
        status.show('yellow', 'ring', 'connecting');
        status.watch([store.bambuddyBreaker, store.inventreeBreaker]);
        opened.then(
            (made) => {
                source = made;
                // wires are known when all nodes are there
                void flowsStarted.then(() => made.start());
                show();
            },
            (error: unknown) => {
                if (!(error instanceof ClosedError)) status.show('red', 'ring', store.trouble ?? 'notConfigured');
            },
        );
    }
    RED.nodes.registerType(TYPE, ArchiveIn as never);
};

/** A backfill's answer also says in words what it found. */
function withText(RED: NodeAPI, payload: object): object {
    const report = payload as Partial<BackfillReport>;
    if (report.mode === undefined || report.reasons === undefined) return payload;
    const number = (value: number | undefined): string => (value ?? 0).toLocaleString('en-US');
    const reasons = Object.entries(report.reasons)
        .map(([reason, count]) => `${number(count)} ${reason}`)
        .join(', ');
    const skipped = number(report.skipped);
    const text = RED._(`${TYPE}.answer.${report.mode}`, {
        created: number(report.created),
        existing: number(report.existing),
        adopted: number(report.adopted),
        skipped: reasons === '' ? skipped : RED._(`${TYPE}.answer.because`, { skipped, reasons }),
        failed: number(report.failed),
    });
    // first, so that a folded debug message shows it
    return { text, ...payload };
}

export = init;
