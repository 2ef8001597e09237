/** `2026-11-22` */
export function day(date: Date = new Date()): string {
    return date.toISOString().slice(0, 10);
}

/** `2026-11-22 04:26`, as the server writes times in its answers */
export function minute(date: Date): string {
    return date.toISOString().slice(0, 16).replace('T', ' ');
}
