import type { CircuitBreaker, BreakerState } from '../../../lib/delivery/retry/circuit-breaker';
import type { Node, NodeAPI } from '../node-red';

/**
 * Where they come in a flood, so many in a second are shown: nobody sees more, and each costs a translation and a message
 * to every open editor.
 */
const MOST_A_SECOND = 4;

export type Fill = 'red' | 'green' | 'yellow' | 'blue' | 'grey';
export type Shape = 'ring' | 'dot';

/** What a node shows: what it last did, unless a server is off: then that, until it is back. */
export class NodeStatus {
    private current: { fill: Fill; shape: Shape; key: string; values?: Record<string, unknown> } | null = null;
    private off: BreakerState | null = null;
    private readonly unwatch: (() => void)[] = [];
    private shown = '';
    private room = MOST_A_SECOND;
    private last = 0;
    private timer: NodeJS.Timeout | null = null;

    constructor(
        private readonly RED: NodeAPI,
        private readonly node: Node,
        private readonly type: string,
    ) {}

    /** @param key of `<type>.status`; its values are named in the locale */
    show(fill: Fill, shape: Shape, key: string, values?: Record<string, unknown>): void {
        this.current = { fill, shape, key, values };
        this.render();
    }

    clear(): void {
        this.current = null;
        this.render();
    }

    /** Shows outages of these servers. */
    watch(breakers: readonly (CircuitBreaker | null)[], told?: (state: BreakerState) => void): void {
        for (const breaker of breakers) {
            if (breaker === null) continue;
            const changed = (state: BreakerState): void => {
                if (state.downSince !== null) this.off = state;
                else if (this.off?.server === state.server) this.off = null;
                this.render();
                told?.(state);
            };
            if (breaker.state.downSince !== null) changed(breaker.state);
            this.unwatch.push(breaker.watch(changed));
        }
    }

    /** Node-RED keeps what a node shows over a deploy: that it is not configured may no longer be true then. */
    close(): void {
        if (this.timer !== null) clearTimeout(this.timer);
        for (const stop of this.unwatch) stop();
        if (this.current?.key === 'notConfigured') this.node.status({});
    }

    /** At once; in a flood a moment later: what is shown in the end is what holds. */
    private render(): void {
        if (this.timer !== null) return;
        this.refill();
        if (this.room >= 1) return this.renderNow();
        this.timer = setTimeout(
            () => {
                this.timer = null;
                this.refill();
                this.renderNow();
            },
            ((1 - this.room) * 1000) / MOST_A_SECOND,
        );
    }

    private refill(): void {
        const now = performance.now();
        this.room = Math.min(MOST_A_SECOND, this.room + ((now - this.last) * MOST_A_SECOND) / 1000);
        this.last = now;
    }

    private renderNow(): void {
        this.room--;
        const { off, current } = this;
        const status =
            off?.downSince != null
                ? {
                      fill: 'red' as const,
                      shape: 'ring' as const,
                      text: this.text(off.trouble, { server: off.server, time: clock(off.downSince) }),
                  }
                : current === null
                  ? {}
                  : { fill: current.fill, shape: current.shape, text: this.text(current.key, current.values) };
        const shown = JSON.stringify(status);
        if (shown === this.shown) return;
        this.shown = shown;
        this.node.status(status);
    }

    private text(key: string, values?: Record<string, unknown>): string {
        return this.RED._(`${this.type}.status.${key}`, values as Record<string, string>);
    }
}

/** `14:02`, in the server's own time zone. */
export function clock(ms: number): string {
    const time = new Date(ms);
    return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
}
