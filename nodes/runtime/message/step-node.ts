import { Failure, RejectedError, type ServerName } from '../../../lib/http/errors';
import { isOfStore, NotWritable } from '../../../lib/store/engine/not-writable';
import type { Step } from '../../../lib/store/ledger/records';
import { failStep } from '../../../lib/delivery/failed-step';
import { NoPrintError, passOf, printOf, type Pass, type Print } from '../../../lib/print/print';
import type { Sync } from '../../../lib/sync';
import { onInput, type InputContext } from './run-on-input';
import { configNode, type Message, type Node, type NodeAPI } from '../node-red';
import type { SyncStoreNode } from '../flow/server-nodes';
import { NodeStatus } from '../status/status';
import { troubleOf } from '../status/store-error';
import { SettingError } from '../settings/typed-value';

/** One print in the hands of one of our nodes. */
export interface StepInput {
    msg: Message;
    print: Print;
    pass: Pass;
    sync: Sync;
    signal: AbortSignal;
    /** the node that has the print, as the flow file names it */
    node: string;
}

export interface StepNode {
    type: string;
    step: Step;
    status: NodeStatus;
    /** does the work and puts its result into `msg`; the message then goes on */
    run: (input: StepInput) => Promise<void>;
    /** looks at deploy whether all that the node needs is there. @returns the status that says what is not; null: all is well */
    check?: (sync: Sync, signal: AbortSignal) => Promise<{ fill: 'red' | 'yellow'; key: string } | null>;
    /**
     * Answers a message that is no print, but a question to the node, on its second output.
     * @returns null: it is none
     */
    command?: (msg: Message, sync: Sync, signal: AbortSignal) => Promise<Message | null>;
    /** the status that a failure shows, by what is wrong; default: `failed` */
    failureStatus?: (error: Error) => string | undefined;
}

/**
 * What the nodes that do something for a print have in common: they read the print, wait for their store, do their
 * step and send the message on. A failure for good parks the print (image and link: is noted beside it).
 */
export function stepNode(RED: NodeAPI, node: Node, config: object, definition: StepNode): void {
    const { status } = definition;
    const storeId = (config as { sync?: unknown }).sync;
    const store = (): SyncStoreNode | null => configNode<SyncStoreNode>(RED, storeId);

    const { signal } = onInput(
        node,
        status,
        (msg, context) => {
            const at = store();
            const work = handle(at, msg, context);
            at?.track(work);
            return work;
        },
        (error) => {
            if (store()?.sync == null) unusable();
            else showFailure(definition, error);
        },
    );

    async function handle(at: SyncStoreNode | null, msg: Message, context: InputContext): Promise<void> {
        const sync = await readySync(at);
        const answer = (await definition.command?.(msg, sync, context.signal)) ?? null;
        if (answer !== null) return void context.send([null, answer]);
        const print = printOf(msg.payload);
        if (print.filamentOnly === true && definition.step !== 'consume') return void send(context, msg);
        const outcome = await runStep(definition, {
            msg,
            print,
            pass: passOf(msg['sync']),
            sync,
            signal: context.signal,
            node: flowIdOf(node),
        });
        // its source sends it again: this message ends here, and nobody has to do anything
        if (outcome instanceof HeldBack)
            return void definition.status.show('yellow', 'ring', 'refused', { server: outcome.server });
        send(context, msg);
        if (outcome !== null) throw outcome;
    }

    /** Without its store the node can do nothing, and says so at the deploy and on each message alike. */
    function unusable(): void {
        const at = store();
        if (at === null) status.show('grey', 'ring', 'notConfigured');
        else status.show('red', 'ring', at.trouble ?? 'failed');
    }

    const configured = store();
    if (configured === null) return status.show('grey', 'ring', 'notConfigured');
    const breakers =
        definition.step === 'link'
            ? [configured.bambuddyBreaker]
            : definition.step === 'image'
              ? [configured.inventreeBreaker, configured.bambuddyBreaker]
              : [configured.inventreeBreaker];
    status.watch(breakers);
    configured.ready.then((sync) => checkAtDeploy(definition, sync, signal), unusable);
}

/** A server refuses something to this print; it waits for it. */
class HeldBack {
    constructor(readonly server: ServerName) {}
}

async function checkAtDeploy(definition: StepNode, sync: Sync, signal: AbortSignal): Promise<void> {
    const { status, check } = definition;
    try {
        const problem = (await check?.(sync, signal)) ?? null;
        if (problem !== null) status.show(problem.fill, 'ring', problem.key);
    } catch (error) {
        if (error instanceof Failure) status.show('red', 'ring', 'refused', { server: error.server });
    }
}

async function readySync(store: SyncStoreNode | null): Promise<Sync> {
    if (store === null) throw new SettingError('sync', 'is empty: choose a sync store');
    return store.ready;
}

/**
 * Does the step; a failure for good is noted at the print. While the ledger cannot be written it waits, and begins again.
 * @returns what failed beside the stock (image, link, filament): the message goes on all the same, because what is still wanted of
 *   the print comes behind it; null: all went well; HeldBack: the print waits, and is offered again
 * @throws what parks the print, and what is wrong with the message
 */
async function runStep(definition: StepNode, input: StepInput): Promise<Error | HeldBack | null> {
    for (;;) {
        try {
            return await tryStep(definition, input);
        } catch (error) {
            if (!(error instanceof NotWritable)) throw error;
            definition.status.show('red', 'ring', troubleOf(error));
            await input.sync.delivery.ledger.writable(input.signal);
        }
    }
}

async function tryStep(definition: StepNode, input: StepInput): Promise<Error | HeldBack | null> {
    const { sync, print, msg, node } = input;
    const { step } = definition;
    try {
        await definition.run(input);
        return null;
    } catch (error) {
        if (error instanceof NotWritable || !isPermanent(error)) throw error;
        if (isOfStore(error)) {
            sync.delivery.breakOff(print, step);
            throw error;
        }
        const consequence = await failStep(sync.delivery, print, step, error, node);
        if (consequence === 'waits' && error instanceof Failure) return new HeldBack(error.server);
        // the stock stands, and what is behind this node has nothing to do with filament
        if (step === 'consume' && consequence === 'parked') return error;
        if (consequence !== 'beside') throw error;
        msg[step] =
            step === 'image' ? { uploaded: false, reason: 'failed' } : { written: false, url: null, reason: 'failed' };
        return error;
    }
}

function send({ send: pass }: InputContext, msg: Message): void {
    pass(msg);
}

function showFailure(definition: StepNode, error: unknown): void {
    const server = error instanceof Failure && !(error instanceof RejectedError);
    const shape = server || error instanceof NoPrintError ? 'ring' : 'dot';
    definition.status.show('red', shape, failureKey(definition, error));
}

function failureKey(definition: StepNode, error: unknown): string {
    if (error instanceof NoPrintError) return 'noPrint';
    if (isOfStore(error)) return troubleOf(error);
    const own = error instanceof Error ? definition.failureStatus?.(error) : undefined;
    if (own !== undefined) return own;
    return 'failed';
}

/** All but the end of the node itself: what time heals is never thrown here. */
function isPermanent(error: unknown): error is Error {
    return error instanceof Error && (error as { code?: unknown }).code !== 'CLOSED';
}

/** The node as the flow file has it: in a subflow it runs under an id of its own. */
function flowIdOf(node: Node): string {
    return (node as Node & { _alias?: string })._alias ?? node.id;
}
