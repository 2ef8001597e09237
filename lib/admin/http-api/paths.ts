import type { IncomingMessage, ServerResponse } from 'node:http';

/** Who answers requests below a path of its own. It never throws. */
export interface PathService {
    /** Whether a path below its own is one of its; missing: all are. */
    takes?(below: string): boolean;
    /** @param below path below its own */
    handle(request: IncomingMessage, response: ServerResponse, below: string, search: string): Promise<void>;
}

const FORM = /^(\/[A-Za-z0-9._~-]+)+$/;
const LONGEST = 100;

/** @returns the path without a slash at its end; null where it cannot be one (the root belongs to everybody) */
export function servicePath(text: string): string | null {
    const path = `/${text.trim().replace(/^\/+|\/+$/g, '')}`;
    return FORM.test(path) && path.length <= LONGEST ? path : null;
}

interface Claim {
    service: PathService;
    /** told when it gets the path, or has to wait for it */
    changed: () => void;
}

/** Who answers under which path. Where several want one path the first has it, the others wait. */
export class ServicePaths {
    private readonly claims = new Map<string, Claim[]>();

    /** @returns a function that gives the path back */
    claim(path: string, service: PathService, changed: () => void): () => void {
        const claim = { service, changed };
        this.claims.set(path, [...(this.claims.get(path) ?? []), claim]);
        return () => {
            const rest = (this.claims.get(path) ?? []).filter((other) => other !== claim);
            if (rest.length === 0) this.claims.delete(path);
            else this.claims.set(path, rest);
            rest[0]?.changed();
        };
    }

    holds(path: string, service: PathService): boolean {
        return this.claims.get(path)?.[0]?.service === service;
    }

    /** Whose a request's path is, and what of it is below. */
    find(path: string): { service: PathService; below: string } | null {
        const owns = [...this.claims.keys()]
            .filter((each) => path === each || path.startsWith(`${each}/`))
            .sort((a, b) => b.length - a.length);
        for (const own of owns) {
            const service = this.claims.get(own)?.[0]?.service;
            const below = path.slice(own.length) || '/';
            if (service !== undefined && service.takes?.(below) !== false) return { service, below };
        }
        return null;
    }
}
