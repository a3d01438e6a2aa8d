import { StartError } from '../errors.ts';
import type { WebSocketApiSpec, WebSocketRouteSpec } from '../types.ts';

const EXPRESSION = /^\$request\.body\.([\w.-]+)$|^\$\{request\.body\.([\w.-]+)\}$/;
const LIFECYCLE = ['$connect', '$disconnect'];

/** Finds the route of a message; undefined if none matches and there is no `$default`. */
export type SelectRoute = (body: string) => WebSocketRouteSpec | undefined;

/**
 * Compiles a route selection expression (developer guide, "WebSocket selection expressions").
 * @throws StartError for an expression other than one path into the body.
 */
export function routeSelector(spec: WebSocketApiSpec): SelectRoute {
  const match = EXPRESSION.exec(spec.routeSelectionExpression);
  if (!match) {
    throw new StartError(
      `${spec.logicalId}: RouteSelectionExpression ${spec.routeSelectionExpression} is not supported`,
    );
  }
  const path = (match[1] ?? match[2] ?? '').split('.');
  const routes = new Map(spec.routes.map((route) => [route.routeKey, route]));
  const fallback = routes.get('$default');
  return (body) => {
    const value = valueAt(body, path);
    // A body cannot pass itself off as a connection coming or going.
    if (typeof value !== 'string' || LIFECYCLE.includes(value)) return fallback;
    return routes.get(value) ?? fallback;
  };
}

function valueAt(body: string, path: readonly string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
