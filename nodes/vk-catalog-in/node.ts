import { systemClock } from '../../lib/concurrency/clock';
import { inTime } from '../../lib/delivery/retry/answer-in-time';
import { albumView, itemView, type AlbumView, type ItemView } from '../../lib/destinations/vk-market/shop/shop-view';
import { ClosedError } from '../../lib/http/errors';
import type { VkAccess, VkCommunityNode } from '../runtime/flow/catalog-nodes';
import { wordsOf } from '../runtime/flow/catalog-source';
import { onInput } from '../runtime/message/run-on-input';
import { configNode, type Node, type NodeAPI, type NodeDef } from '../runtime/node-red';
import { migrate } from '../runtime/settings/migrations';
import { readSettings } from '../runtime/settings/read-settings';
import { clock, NodeStatus } from '../runtime/status/status';
import { listOf, ShopAskError, shopAskOf } from './list-action';
import { SETTINGS } from './settings';
import { ShopLooks } from './shop-looks';

const TYPE = 'vk-catalog-in';
/** Messages in one turn of the event loop: a first look brings thousands. */
const AT_ONCE = 100;

const init = (RED: NodeAPI): void => {
    function VkCatalogIn(this: Node, saved: NodeDef & Record<string, unknown>): void {
        RED.nodes.createNode(this, saved);
        const settings = readSettings(SETTINGS.settings, migrate(TYPE, saved), (text) => this.warn(text));
        const community = configNode<VkCommunityNode>(RED, settings.community);
        const status = new NodeStatus(RED, this, TYPE);
        const waiting: { topic: string; payload: AlbumView | ItemView }[] = [];
        const endings: (() => void)[] = [];
        let access: VkAccess | null = null;
        let looks: ShopLooks | null = null;
        let isLooking = false;
        let problem: { text: string; until: number | null } | null = null;
        let isClosed = false;
        let isSending = false;

        const show = (): void => {
            if (access === null) return;
            const count = access.catalog.count('items', 'community', community!.groupId);
            if (isLooking) status.show('blue', 'dot', 'reading');
            else if (problem?.until != null) status.show('yellow', 'ring', 'waiting', { time: clock(problem.until) });
            else if (problem !== null) status.show('red', 'dot', 'failed');
            else status.show('green', 'dot', 'current', { n: count });
        };
        // thousands at once would hold up the whole process
        const sendSome = (): void => {
            isSending = false;
            if (isClosed) return;
            for (const msg of waiting.splice(0, AT_ONCE)) this.send([msg, null]);
            if (waiting.length > 0) sendSoon();
        };
        const sendSoon = (): void => {
            if (!isSending) setImmediate(sendSome);
            isSending = true;
        };
        const tell = (topic: string, payload: AlbumView | ItemView): void => {
            waiting.push({ topic, payload });
            sendSoon();
        };

        const open = async (): Promise<{ at: VkAccess; looks: ShopLooks }> => {
            if (community === null) throw new NoCommunityError();
            const at = await community.ready;
            if (isClosed) throw new ClosedError();
            const { market, catalog } = at;
            endings.push(
                market.index.onChange((item, isGone) => tell('shop/item', itemView(catalog, item, isGone))),
                market.albums.onChange((album, isGone) => tell('shop/album', albumView(album, isGone))),
            );
            looks = new ShopLooks({
                market,
                clock: systemClock,
                intervalMs: settings.interval * 1000,
                looking: (is) => {
                    isLooking = is;
                    if (is) problem = null;
                    show();
                },
                failed: (error, until) => {
                    const text = wordsOf(error);
                    const isNew = problem?.text !== text;
                    problem = { text, until };
                    show();
                    if (isNew) this.error(text, { topic: 'shop/error', payload: {} });
                },
            });
            access = at;
            return { at, looks };
        };
        const opened = open();

        onInput(
            this,
            status,
            async (msg, { send }) => {
                const ask = shopAskOf(msg.payload);
                const { at, looks: those } = await opened;
                if (ask.action === 'refresh')
                    await inTime([community?.breaker ?? null], () => those.refresh(ask.whole));
                const { catalog, group } = at;
                msg.payload =
                    ask.action === 'list'
                        ? listOf(catalog, String(group), ask)
                        : {
                              items: catalog.count('items', 'community', String(group)),
                              albums: catalog.count('albums', 'community', String(group)),
                          };
                msg['topic'] = `shop/${ask.action}`;
                show();
                send([null, msg] as never);
            },
            (error) => {
                if (error instanceof ShopAskError) status.show('red', 'dot', 'unknownAction');
                else if (access !== null) show();
            },
        );

        // the catalog stays open until what is under way is written down
        community?.store?.track(
            new Promise<void>((resolve) => {
                this.on('close', () => {
                    isClosed = true;
                    for (const end of endings) end();
                    void Promise.resolve(looks?.close()).finally(resolve);
                });
            }),
        );
        if (community === null) {
            opened.catch(() => undefined);
            return status.show('grey', 'ring', 'notConfigured');
        }
        status.show('yellow', 'ring', 'connecting');
        status.watch([community.breaker]);
        opened.then(
            ({ looks: those }) => {
                show();
                those.start();
            },
            (error: unknown) => {
                if (error instanceof ClosedError) return;
                const trouble = community.isTwice ? 'twice' : (community.store?.trouble ?? 'notConfigured');
                status.show('red', 'ring', trouble);
            },
        );
    }
    RED.nodes.registerType(TYPE, VkCatalogIn as never);
};

/** The node has no community. */
class NoCommunityError extends Error {
    readonly code = 'SETTING';
    constructor() {
        super('The setting "community" is empty: choose a VK community');
        this.name = 'NoCommunityError';
    }
}

export = init;
