import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ServicePaths } from '../../lib/admin/http-api/paths';
import type { NodeAPI } from '../runtime/node-red';

const mounted = new WeakMap<object, ServicePaths>();

/**
 * Who answers under which path of Node-RED's HTTP server. There is one route for the whole process, and it looks up who
 * answers now: a node that is closed leaves nothing behind.
 * @returns null where Node-RED serves no HTTP for nodes
 */
export function servicePaths(RED: NodeAPI): ServicePaths | null {
    const { httpNodeRoot } = RED.settings as { httpNodeRoot?: string | false };
    if (httpNodeRoot === false || typeof RED.httpNode !== 'function') return null;
    const known = mounted.get(RED.httpNode);
    if (known !== undefined) return known;
    const paths = new ServicePaths();
    mounted.set(RED.httpNode, paths);
    RED.httpNode.use((request, response, next) => {
        const found = paths.find(request.path);
        if (found === null) return next();
        const search = request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '';
        through(userMiddleware(RED), request, response, (error) => {
            if (error === undefined) void found.service.handle(request, response, found.below, search);
            else next(error);
        });
    });
    return paths;
}

/** As `http in` nodes do: what a user set up for them holds here too. */
function userMiddleware(RED: NodeAPI): RequestHandler[] {
    const { httpNodeMiddleware } = RED.settings as { httpNodeMiddleware?: unknown };
    const given: unknown[] = Array.isArray(httpNodeMiddleware) ? httpNodeMiddleware : [httpNodeMiddleware];
    return given.filter((each): each is RequestHandler => typeof each === 'function');
}

function through(handlers: RequestHandler[], request: Request, response: Response, end: NextFunction): void {
    const [first, ...rest] = handlers;
    if (first === undefined) return end();
    first(request, response, (error?: unknown) => {
        if (error === undefined || error === null) through(rest, request, response, end);
        else end(error);
    });
}
