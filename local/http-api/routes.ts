import { StartError } from '../errors.ts';
import type { HttpApiSpec, HttpRouteSpec } from '../types.ts';

/** `METHOD /path`; only the last variable may be greedy. */
const ROUTE_KEY = /^[A-Z]+ (\/[^/{}]*|\/\{[a-z]\w*\})*(\/\{[a-z]\w*\+\})?$/i;

export interface MatchedRoute {
  readonly route: HttpRouteSpec;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * Route selection of HTTP APIs (developer guide, "Routing API requests"): the most specific path wins, literal before
 * variable before greedy; on one path the method itself before ANY; then `$default`. A trailing slash is significant.
 * @throws StartError for a route key that is neither `$default` nor `METHOD /path`.
 */
export function routeMatcher({ logicalId, routes }: HttpApiSpec) {
  const unknown = routes.find(({ routeKey }) => routeKey !== '$default' && !ROUTE_KEY.test(routeKey));
  if (unknown) throw new StartError(`${logicalId}: route key ${unknown.routeKey} is not supported`);
  const compiled = routes.map(compile).sort((a, b) => (a.rank < b.rank ? -1 : 1));
  return (method: string, path: string): MatchedRoute | undefined => {
    for (const { route, pattern } of compiled) {
      const match = pattern.exec(`${method} ${path}`);
      if (match) return { route, pathParameters: match.groups };
    }
    return undefined;
  };
}

/** The most specific of the matching routes has the lowest rank. */
function compile(route: HttpRouteSpec): { route: HttpRouteSpec; pattern: RegExp; rank: string } {
  const [method, path = ''] = route.routeKey.split(' ');
  if (method === '$default') return { route, pattern: /^/, rank: '\uffff' };
  const pattern = path.replace(/\{(\w+)(\+?)\}|\W/g, (text, name?: string, greedy?: string) =>
    name ? `(?<${name}>${greedy ? '.*' : '[^/]+'})` : `\\${text}`,
  );
  const [methods, methodRank] = method === 'ANY' ? ['\\S+', '1'] : [method, '0'];
  // Literal characters sort before the placeholders of variables.
  const rank = path.replace(/\{\w+\}/g, '\ufffe').replace(/\{\w+\+\}/, '\uffff');
  return { route, pattern: new RegExp(`^${methods} ${pattern}$`, 's'), rank: `${rank} ${methodRank}` };
}
