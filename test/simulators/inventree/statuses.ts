import type { Endpoint } from './endpoint';

const stock: [key: number, name: string, label: string, color: string][] = [
    [10, 'OK', 'OK', 'success'],
    [50, 'ATTENTION', 'Attention needed', 'warning'],
    [55, 'DAMAGED', 'Damaged', 'warning'],
    [60, 'DESTROYED', 'Destroyed', 'danger'],
    [65, 'REJECTED', 'Rejected', 'danger'],
    [70, 'LOST', 'Lost', 'dark'],
    [75, 'QUARANTINED', 'Quarantined', 'info'],
    [85, 'RETURNED', 'Returned', 'warning'],
];

export function statusLabel(status: number): string {
    return stock.find(([key]) => key === status)?.[2] ?? '';
}

/** What is no status becomes OK, without a word (recordings 203, 204). */
export function knownStatus(value: unknown): number {
    const status = Number(value);
    return stock.some(([key]) => key === status) ? status : 10;
}

function stockStatus(): unknown {
    const values = Object.fromEntries(stock.map(([key, name, label, color]) => [name, { key, name, label, color }]));
    return { status_class: 'StockStatus', values };
}

export const statusEndpoints: Endpoint[] = [
    { path: '/api/stock/status/', access: 'user', handlers: { GET: stockStatus } },
    { path: '/api/generic/status/', access: 'user', handlers: { GET: () => ({ StockStatus: stockStatus() }) } },
];
