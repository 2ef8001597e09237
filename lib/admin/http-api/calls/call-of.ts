import { ServiceError } from '../service-error';
import type { Call, Guard } from './call';
import { Query } from './query';
import type { Route } from './route';
import { ROUTES } from './routes';

/** Routes by the paths that fit them; the value in a path is the group. */
const PATTERNS: readonly { route: Route; pattern: RegExp }[] = ROUTES.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/, '([^/]+)')}$`),
}));

/**
 * Reads what is asked for. Values are judged before anything else is done.
 * @param below path below the service's own, beginning with `/`
 * @throws ServiceError 404, 405, 400
 */
export function callOf(method: string, below: string, search: string): { call: Call; guard: Guard } {
    const path = below.length > 1 ? below.replace(/\/$/, '') : below;
    const fitting = PATTERNS.filter(({ pattern }) => pattern.test(path));
    if (fitting.length === 0) throw new ServiceError(404, 'Not found');
    // HEAD is a GET whose body is left out
    const found = fitting.find(({ route }) => route.method === (method === 'HEAD' ? 'GET' : method));
    if (found === undefined) {
        const allow = fitting.map(({ route }) => route.method).join(', ');
        throw new ServiceError(405, `Method not allowed: use ${allow}`, { Allow: allow });
    }
    const { route, pattern } = found;
    const query = new Query(new URLSearchParams(search));
    if (route.query !== null) query.mustBeOf(Object.keys(route.query));
    return { call: route.call(pattern.exec(path)?.[1] ?? '', query), guard: route.guard };
}
