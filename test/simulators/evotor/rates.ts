import type { Request, Response } from 'express';
import { Refusal } from './answers';

/** Requests are counted by token and address, in windows; every 200 says how many are left. */
export class Rates {
    /** requests that one token may send to one address in one window */
    limit = 1000;
    windowMs = 60_000;
    private readonly windows = new Map<string, { began: number; used: number }>();

    constructor(private readonly now: () => number) {}

    /** @throws Refusal 429 */
    count(req: Request, res: Response, token: string): void {
        const key = `${token} ${req.path}`;
        let window = this.windows.get(key);
        if (window === undefined || this.now() - window.began >= this.windowMs)
            this.windows.set(key, (window = { began: this.now(), used: 0 }));
        window.used++;
        const headers = {
            'X-RateLimit-Limit': String(this.limit),
            'X-RateLimit-Remaining': String(Math.max(0, this.limit - window.used)),
            'X-RateLimit-Reset': String(Math.ceil((window.began + this.windowMs - this.now()) / 1000)),
        };
        if (window.used > this.limit) throw new Refusal(429, null, headers);
        for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    }
}
