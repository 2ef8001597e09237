// Pictures are asked for when their row comes into view, and kept for as many rows as a few pages have.
import type { PrintRow } from '../../../lib/admin/sidebar/wire';
import { icon, make } from '../page/elements';
import { runtime } from '../runtime';

interface Wanted {
    key: string;
    store: string;
    batch: string;
}

const MOST = 200;
/** addresses of blobs by store and batch, the least recently shown first */
const kept = new Map<string, string>();
const rows = new Map<Element, Wanted>();
let watcher: IntersectionObserver | null = null;

/** The box of a print's picture. */
export function thumbnail(store: string, print: PrintRow): HTMLElement {
    const box = make('span', { class: 'pts-thumb', 'aria-hidden': 'true' }, [icon('fa-cube')]);
    if (!print.picture) return box;
    const key = `${store}/${print.batch}`;
    const url = kept.get(key);
    if (url !== undefined) {
        keep(key, url);
        show(box, url);
        return box;
    }
    rows.set(box, { key, store, batch: print.batch });
    watcher ??= new IntersectionObserver(look, { rootMargin: '100px' });
    watcher.observe(box);
    return box;
}

function look(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
        if (!isIntersecting && target.isConnected) continue;
        watcher?.unobserve(target);
        const row = rows.get(target);
        rows.delete(target);
        if (row && isIntersecting) void ask(target, row);
    }
}

async function ask(box: Element, { key, store, batch }: Wanted): Promise<void> {
    const { body } = await runtime.thumbnail(store, batch).answer;
    if (!body || body.size === 0) return;
    const url = URL.createObjectURL(body);
    keep(key, url);
    show(box, url);
}

function keep(key: string, url: string): void {
    const before = kept.get(key);
    if (before !== undefined && before !== url) URL.revokeObjectURL(before);
    kept.delete(key);
    kept.set(key, url);
    for (const [oldest, its] of kept) {
        if (kept.size <= MOST) return;
        kept.delete(oldest);
        URL.revokeObjectURL(its);
    }
}

function show(box: Element, url: string): void {
    box.replaceChildren(make('img', { src: url, alt: '', loading: 'lazy' }));
}
