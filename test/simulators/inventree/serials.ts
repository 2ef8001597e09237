import type { StockItem } from './types';

/** `1,2`, `5-7`, and `~` for the next free one. */
export function expandSerials(text: string, taken: StockItem[]): string[] {
    const highest = Math.max(0, ...taken.map(({ serial }) => Number(serial) || 0));
    const serials = text.split(/[,\s]+/).flatMap((piece) => {
        if (piece === '~') return [String(highest + 1)];
        const range = /^(\d+)-(\d+)$/.exec(piece);
        if (!range) return piece === '' ? [] : [piece];
        const [from, to] = [Number(range[1]), Number(range[2])];
        return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => String(from + i));
    });
    return [...new Set(serials)];
}
