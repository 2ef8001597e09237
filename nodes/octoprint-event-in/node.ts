import { AuthError, ClosedError, ConfigError, Failure } from '../../lib/http/errors';
import { Session } from '../../lib/clients/octoprint/session';
import { durationOf, pathOf, type PrinterEvent } from '../../lib/clients/octoprint/events';
import { PrinterStateTracker } from '../../lib/sources/octoprint/inbound/printer-state-tracker';
import { printerReport } from '../../lib/sources/octoprint/inbound/printer-report';
import type { InboundEvent } from '../../lib/sources/octoprint/inbound/inbound-event';
import { servicePath } from '../../lib/admin/http-api/paths';
import { OctoPrintReceiver } from '../../lib/admin/http-api/octoprint-receiver';
import { inTime } from '../../lib/delivery/retry/answer-in-time';
import { controlOf, perform, UnknownControl } from '../../lib/sources/octoprint/control';
import type { OctoPrintSource } from '../../lib/sources/octoprint/source';
import type { Picture } from '../../lib/http/picture-type';
import { onFlowsStarted } from '../runtime/flow/flows-started';
import { onInput } from '../runtime/message/run-on-input';
import { migrate } from '../runtime/settings/migrations';
import { runningSources } from '../runtime/flow/registry';
import { configNode, type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { reachableFrom, stepsFrom, type FlowNode } from '../runtime/flow/reachable-steps';
import type { SourceAdapterNode, OctoPrintServerNode, SyncStoreNode } from '../runtime/flow/server-nodes';
import { NodeStatus } from '../runtime/status/status';
import { servicePaths } from '../sync-api/dispatch';
import { EventMessages } from './event-messages';
import { SETTINGS } from './settings';
import { sourceSettings, wantedOf } from './source-settings';
import { openSource, Refusal } from './source';
import { credentialsOf } from '../runtime/settings/declaration';
import { readSettings } from '../runtime/settings/read-settings';
import { octoPrintAdapter } from './sidebar-adapter';

const TYPE = 'octoprint-event-in';
/** Without a start of the flows the wires are looked at after this. */
const START_MS = 500;

type EventInNode = Node<{ apiSecret?: string }> & SourceAdapterNode;

const init = (RED: NodeAPI): void => {
    function EventIn(this: EventInNode, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const status = new NodeStatus(RED, this, TYPE);
        const values = readSettings(SETTINGS.settings, migrate(TYPE, saved), (text) => this.warn(text));
        const server = configNode<OctoPrintServerNode>(RED, values.server);
        const store = configNode<SyncStoreNode>(RED, values.sync);
        const settings = sourceSettings(this.id, values);
        const tracker = new PrinterStateTracker(wantedOf(values), settings.progressEvery);
        let source: OctoPrintSource | null = null;
        let session: Session | null = null;
        let refused: string | null = null;
        let told = '';
        let closed = false;
        let releasePrefix: (() => void) | null = null;

        let reached: FlowNode[] | null = null;
        const unlisten = onFlowsStarted(RED, () => (reached = null));
        const downstream = (): FlowNode[] => (reached ??= reachableFrom(RED, this, 1));

        const show = (): void => {
            if (server === null) return status.show('grey', 'ring', 'notConfigured');
            if (refused !== null) return status.show('red', 'ring', refused);
            const now = source?.status();
            if (now?.paused === true) return status.show('yellow', 'ring', 'paused');
            const parked = source?.deadLetters.list().length ?? 0;
            if (now?.lastError != null) return status.show('red', 'ring', 'failed');
            if (parked > 0) return status.show('red', 'dot', 'parked', { n: parked });
            if (now !== undefined && now.waiting > 0)
                return status.show('yellow', 'dot', 'waitingPrints', { n: now.waiting });
            if (settings.live && session?.isConnected !== true) return status.show('yellow', 'ring', 'connecting');
            status.show('green', 'dot', now === undefined ? 'listening' : 'watching', { n: now?.today ?? 0 });
        };
        const fail = (error: Error): void => {
            show();
            if (error.message === told || error instanceof ClosedError) return;
            told = error.message;
            this.error(error.message, { topic: 'octoprint/error', payload: {} });
        };

        const messages = new EventMessages(RED, server?.client ?? null, (msg) => this.send([msg, null, null]));
        const tell = (happened: PrinterEvent[]): void => {
            for (const one of happened) messages.send(one, tracker.printer, 'live');
        };
        const tellSource = ({ event, extra }: PrinterEvent, picture: Picture | null): void => {
            const { origin } = extra;
            const [path, time] = [pathOf(extra), durationOf(extra)];
            if (source === null || path === null) return;
            if (event === 'PrintStarted' && origin === 'local') source.printStarted(path);
            if (event === 'PrintDone' && time !== null)
                source.printDone(path, origin === 'local' ? 'local' : 'sdcard', time, picture);
        };

        const opened = openSource(
            { server, store, settings },
            () => stepsFrom(downstream(), store?.id ?? ''),
            {
                send: (print, { force, mode }) =>
                    this.send([null, { topic: 'octoprint/print', payload: print, sync: { force, mode } }, null]),
                failed: fail,
                changed: () => {
                    if (source?.status().lastError === null) told = '';
                    show();
                },
            },
            (leave) => {
                // closed before the store was open
                if (closed) leave();
                else releasePrefix = leave;
            },
        );
        this.kind = 'octoprint';
        this.hasHistory = false;
        this.store = store;
        this.adapter = opened.then((made) => {
            if (made !== null) return octoPrintAdapter(made);
            throw new ConfigError('No OctoPrint server is chosen.', { server: 'OctoPrint', setting: 'server' });
        });
        this.adapter.catch(() => undefined);
        // without a store it brings no prints
        if (store !== null) runningSources.add(this);

        const listen = (): void => {
            if (!settings.live || server?.client == null) return;
            let looked: string | null = null;
            session = new Session(server.client, tracker.subscription, {
                message: (message) => {
                    const { happened, event } = tracker.heard(message);
                    tell(happened);
                    source?.printing.heard(printerReport(tracker.printer, server.client!.deviceIdentifier));
                    const { job } = tracker;
                    // its begin was told before we listened: a file that deletes itself is looked at while it is there
                    if (job !== looked && job !== null) source?.printStarted(job);
                    looked = job;
                    if (event === null) return;
                    const { type, payload } = event;
                    const extra = (payload ?? {}) as Record<string, unknown>;
                    tellSource({ event: type, extra, key: null, topic: '', milestone: null }, null);
                    const isFile = type === 'MetadataStatisticsUpdated' || type === 'FileRemoved';
                    const path = pathOf(extra);
                    if (isFile && extra['storage'] === 'local' && path !== null) source?.fileChanged(path);
                },
                connected: () => {
                    tracker.joined();
                    if (refused === 'keyRefused') refused = null;
                    source?.connected();
                    show();
                },
                lost: (error) => {
                    source?.printing.lost();
                    if (error instanceof AuthError) refused = 'keyRefused';
                    if (error instanceof Failure && !(error.code === 'UNAVAILABLE')) fail(error);
                    else show();
                },
            });
            session.start();
        };

        const paths = settings.webhook ? servicePaths(RED) : null;
        const path = settings.webhook ? servicePath(values.path) : null;
        const receiver = new OctoPrintReceiver({
            apiSecret: (this.credentials?.apiSecret ?? '').trim(),
            onEvent: (heard: InboundEvent, picture) => {
                const { happened, printer } = heard;
                // what comes by both ways is told once
                const isWanted = tracker.isWanted(happened);
                if (isWanted) messages.send(happened, printer, 'webhook', heard);
                tellSource(happened, picture);
            },
            failed: fail,
        });
        const showPath = (): void => {
            if (!settings.webhook) return;
            if (paths === null) refused = 'httpOff';
            else if (path === null) refused = 'badPath';
            else if (!paths.holds(path, receiver)) refused = 'pathTwice';
            else if (refused === 'pathTwice') refused = null;
            show();
        };
        const releasePath = paths === null || path === null ? null : paths.claim(path, receiver, showPath);

        onInput(
            this,
            status,
            async (msg, { send }) => {
                const control = controlOf(msg.payload);
                const at = await opened;
                if (at === null)
                    throw new ConfigError('Select a sync store: without one finished prints are not detected.', {
                        server: 'OctoPrint',
                        setting: 'sync',
                    });
                msg.payload = await inTime(at.breakers, () => perform(at, control));
                show();
                msg['topic'] = `octoprint/${control.action}`;
                send([null, null, msg] as never);
            },
            (error) => status.show('red', 'dot', error instanceof UnknownControl ? 'unknownAction' : 'failed'),
        );

        // the store stays open until the source has written down what it took
        store?.track(
            new Promise<void>((resolve) => {
                this.on('close', () => {
                    if (source === null) resolve();
                    else void source.close().finally(resolve);
                });
            }),
        );
        this.on('close', () => {
            closed = true;
            unlisten();
            session?.close();
            releasePath?.();
            releasePrefix?.();
        });

        if (server?.problem != null) {
            refused = 'badAddress';
            fail(server.problem);
        }
        status.watch([server?.breaker ?? null, store?.inventreeBreaker ?? null]);
        opened.then(
            (made) => {
                if (closed) return void made?.close();
                source = made;
                afterFlowsStarted(RED, () => {
                    if (closed) return;
                    made?.start();
                    listen();
                });
                show();
            },
            (error: unknown) => {
                if (error instanceof ClosedError) return;
                refused ??= error instanceof Refusal ? error.conflict : (store?.trouble ?? 'notConfigured');
                // the events need no store
                if (!closed) listen();
                fail(error instanceof Error ? error : new Error(String(error)));
            },
        );
        showPath();
        show();
    }
    RED.nodes.registerType(TYPE, EventIn as never, { credentials: credentialsOf(SETTINGS) });
};

/** Runs once the flows that are being started are all there: wires are known then. */
function afterFlowsStarted(RED: NodeAPI, run: () => void): void {
    const timer = setTimeout(go, START_MS);
    function go(): void {
        clearTimeout(timer);
        unlisten();
        run();
    }
    const unlisten = onFlowsStarted(RED, go);
}

export = init;
