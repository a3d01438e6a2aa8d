import type { WebSocketApiSpec, WebSocketRouteSpec } from './types.ts';

/** Finds the route of a message, or takes `$default`, if there is one. */
export function routeSelector({ routeMember, routes }: Pick<WebSocketApiSpec, 'routeMember' | 'routes'>) {
  // A message cannot select the routes of connections.
  const ofMessages = routes.filter(({ routeKey }) => !/^\$(dis)?connect$/.test(routeKey));
  const ofKey = (key: unknown): WebSocketRouteSpec | undefined => {
    const own = ofMessages.find(({ routeKey }) => routeKey === key);
    return own ?? ofMessages.find(({ routeKey }) => routeKey === '$default');
  };
  return {
    ofKey,
    /** Finds the route by the member of a text that selects it. */
    ofText: (text: string) => ofKey(memberOf(text, routeMember)),
  };
}

function memberOf(body: string, member: string): unknown {
  try {
    return JSON.parse(body)[member];
  } catch {
    return undefined;
  }
}
