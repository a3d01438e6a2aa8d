import type { WebSocketApiSpec, WebSocketRouteSpec } from './types.ts';

/** Finds the route of a message by one member of its body, or takes `$default`, if there is one. */
export function routeSelector({ routeMember, routes }: Pick<WebSocketApiSpec, 'routeMember' | 'routes'>) {
  // A message cannot select the routes of connections.
  const ofMessages = routes.filter(({ routeKey }) => !/^\$(dis)?connect$/.test(routeKey));
  return (body: string): WebSocketRouteSpec | undefined => {
    const key = memberOf(body, routeMember);
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
