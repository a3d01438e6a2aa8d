import { StartError } from '../errors.ts';
import type { WebSocketApiSpec, WebSocketRouteSpec } from '../types.ts';

/**
 * Finds the route of a message by one member of its body, or takes `$default`, if there is one.
 * @throws StartError for any other route selection expression.
 */
export function routeSelector({ logicalId, routeSelectionExpression: expression, routes }: WebSocketApiSpec) {
  const [, member] = /^\$request\.body\.(\w+)$/.exec(expression) ?? [];
  if (!member) throw new StartError(`${logicalId}: RouteSelectionExpression ${expression} is not supported`);
  // A message cannot select the routes of connections.
  const ofMessages = routes.filter(({ routeKey }) => !/^\$(dis)?connect$/.test(routeKey));
  return (body: string): WebSocketRouteSpec | undefined => {
    const key = memberOf(body, member);
    const own = ofMessages.find(({ routeKey }) => routeKey === key);
    return own ?? ofMessages.find(({ routeKey }) => routeKey === '$default');
  };
}

function memberOf(body: string, member: string): unknown {
  try {
    return JSON.parse(body)[member];
  } catch {
    return undefined;
  }
}
