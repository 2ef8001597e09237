// What a part of the sidebar shows is asked for anew when it has changed: while somebody looks, and not at every change.
import type { Asking } from './runtime';

/** it is asked for anew at most this often */
const PAUSE_MS = 1000;

export interface OverviewParts<T> {
    ask: () => Asking<T>;
    take: (body: T) => void;
    fail: (request: JQueryRequest) => void;
    /** whether somebody looks at what is shown */
    isSeen: () => boolean;
}

export class OverviewLoader<T> {
    private isOutdated = true;
    private isLoading = false;
    private loadedAt = 0;
    private due: number | null = null;

    constructor(private readonly parts: OverviewParts<T>) {}

    /** Somebody looks (again): what has changed meanwhile is asked for. */
    seen(): void {
        if (this.isOutdated) void this.load();
    }

    /** What is shown has changed: it is asked for soon, or when somebody looks again. */
    changed(): void {
        this.isOutdated = true;
        if (!this.parts.isSeen() || this.due !== null) return;
        const wait = Math.max(0, this.loadedAt + PAUSE_MS - Date.now());
        this.due = setTimeout(() => {
            this.due = null;
            if (this.parts.isSeen()) void this.load();
        }, wait);
    }

    /** It is asked for when somebody looks again, or with the next change. */
    setOutdated(): void {
        this.isOutdated = true;
    }

    /** Asks at once. Where an answer is awaited already, another one is asked for after it. */
    async load(): Promise<void> {
        this.isOutdated = this.isLoading;
        if (this.isLoading) return;
        this.isLoading = true;
        this.loadedAt = Date.now();
        const { body, failed } = await this.parts.ask().answer;
        if (failed === null) this.parts.take(body);
        this.isLoading = false;
        if (this.isOutdated) this.changed();
        if (failed !== null) this.parts.fail(failed);
    }
}
