import { Refusal } from './errors';

/** What VK allows of calls: some a second, some a month, and none at all while its flood gate is shut. */
export class Limits {
    /** a second and token; null: as many as one likes */
    perSecond: number | null = null;
    /** of a month and application; null: no quota */
    perMonth: number | null = null;
    /** whether an `execute` counts as one, or as the calls in it (not documented) */
    countExecute: 'each' | 'one' = 'each';
    /** a call while the gate is shut keeps it shut for as long again */
    floodMs = 3_600_000;
    private floodUntil = 0;
    private readonly recent = new Map<string, number[]>();
    private readonly used = new Map<string, number>();

    constructor(private readonly now: () => number) {}

    shutGate(): void {
        this.floodUntil = this.now() + this.floodMs;
    }

    get isGateShut(): boolean {
        return this.now() < this.floodUntil;
    }

    /** Calls that count for the month in which the clock stands. */
    usedBy(client: string): number {
        return this.used.get(this.month(client)) ?? 0;
    }

    /** One request. @throws Refusal 6, 9, 29 */
    request(token: string, client: string, calls: number): void {
        if (this.isGateShut) {
            this.shutGate();
            throw new Refusal(9);
        }
        this.tooMany(token);
        const count = this.usedBy(client) + (this.countExecute === 'each' ? calls : 1);
        if (this.perMonth !== null && count > this.perMonth) throw new Refusal(29);
        this.used.set(this.month(client), count);
    }

    /** Those that are refused count as well. */
    private tooMany(token: string): void {
        if (this.perSecond === null) return;
        const since = this.now() - 1000;
        const times = (this.recent.get(token) ?? []).filter((time) => time > since);
        this.recent.set(token, [...times, this.now()]);
        if (times.length >= this.perSecond) throw new Refusal(6);
    }

    private month(client: string): string {
        return `${new Date(this.now()).toISOString().slice(0, 7)} ${client}`;
    }
}
