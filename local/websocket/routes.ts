import { StartError } from '../errors.ts';
import type { WebSocketApiSpec, WebSocketRouteSpec } from '../types.ts';

/**
 * Compiles a route selection expression (developer guide, "WebSocket selection expressions"). A message without a route
 * of its own takes `$default`, if there is one.
 * @throws StartError for an expression other than one path into the body.
 */
export function routeSelector({ logicalId, routeSelectionExpression: expression, routes }: WebSocketApiSpec) {
  const [, dotted, braced] =
    /^\$request\.body\.([\w.-]+)$|^\$\{request\.body\.([\w.-]+)\}$/.exec(expression) ?? [];
  const path = (dotted ?? braced)?.split('.');
  if (!path) throw new StartError(`${logicalId}: RouteSelectionExpression ${expression} is not supported`);
  // A body cannot pass itself off as a connection coming or going.
  const ofMessages = routes.filter(({ routeKey }) => !/^\$(dis)?connect$/.test(routeKey));
  return (body: string): WebSocketRouteSpec | undefined => {
    const key = valueAt(body, path);
    return (
      ofMessages.find(({ routeKey }) => routeKey === key) ??
      ofMessages.find(({ routeKey }) => routeKey === '$default')
    );
  };
}

function valueAt(body: string, path: readonly string[]): unknown {
  try {
    return path.reduce((value, key) => (Object.hasOwn(value, key) ? value[key] : {}), JSON.parse(body));
  } catch {
    return undefined;
  }
}
