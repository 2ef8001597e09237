// Pictures are asked for when their row comes into view, and kept for as many rows as a few pages have.
import type { Asking } from '../runtime';
import { icon, make } from './elements';

type Read = () => Asking<Blob | undefined>;

interface Wanted {
    key: string;
    read: Read;
}

const MOST = 200;
/** addresses of blobs by what they are pictures of, the least recently shown first */
const kept = new Map<string, string>();
const rows = new Map<Element, Wanted>();
let watcher: IntersectionObserver | null = null;

/**
 * The box of a row's picture.
 * @param key of the picture; null: there is none
 * @param read asks the runtime for it
 */
export function thumbnail(key: string | null, read: Read): HTMLElement {
    const box = make('span', { class: 'pts-thumb', 'aria-hidden': 'true' }, [icon('fa-cube')]);
    if (key === null) return box;
    const url = kept.get(key);
    if (url !== undefined) {
        keep(key, url);
        show(box, url);
        return box;
    }
    rows.set(box, { key, read });
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

async function ask(box: Element, { key, read }: Wanted): Promise<void> {
    const { body } = await read().answer;
    if (!body || body.size === 0) return;
    // two rows may have one picture: the address that the other shows already stays good
    const url = kept.get(key) ?? URL.createObjectURL(body);
    keep(key, url);
    show(box, url);
}

function keep(key: string, url: string): void {
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
