import { StartError } from '../errors.ts';
import type { HttpApiSpec, HttpRouteSpec } from '../types.ts';

export interface MatchedRoute {
  readonly route: HttpRouteSpec;
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly route: HttpRouteSpec;
  readonly method: string;
  readonly segments: readonly string[];
  readonly greedy: boolean;
}

/**
 * Route selection of HTTP APIs (developer guide, "Routing API requests"): the most specific path wins, literal before
 * variable before greedy; on one path the method itself before ANY; then `$default`. A slash at the end counts.
 * @throws StartError for a route key that is neither `$default` nor `METHOD /path`.
 */
export function routeMatcher(spec: HttpApiSpec): (method: string, path: string) => MatchedRoute | undefined {
  const fallback = spec.routes.find(({ routeKey }) => routeKey === '$default');
  const compiled = spec.routes.filter((route) => route !== fallback).map((route) => compile(spec, route));
  compiled.sort(bySpecificity);
  return (method, path) => {
    const segments = path.split('/').slice(1);
    for (const candidate of compiled) {
      if (candidate.method !== 'ANY' && candidate.method !== method) continue;
      const pathParameters = match(candidate, segments);
      if (pathParameters) return { route: candidate.route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

function compile(spec: HttpApiSpec, route: HttpRouteSpec): Compiled {
  const parts = /^([A-Z]+) \/(.*)$/.exec(route.routeKey);
  if (!parts) throw new StartError(`${spec.logicalId}: route key ${route.routeKey} is not supported`);
  const segments = (parts[2] as string).split('/');
  return { route, method: parts[1] as string, segments, greedy: segments.at(-1)?.endsWith('+}') ?? false };
}

function match({ segments, greedy }: Compiled, path: readonly string[]): Record<string, string> | undefined {
  if (greedy ? path.length < segments.length : path.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const name = /^\{(.+?)\+?\}$/.exec(segment)?.[1];
    const value = path[index] as string;
    if (name === undefined) {
      if (segment !== value) return undefined;
    } else if (greedy && index === segments.length - 1) {
      parameters[name] = path.slice(index).join('/');
    } else {
      if (value === '') return undefined;
      parameters[name] = value;
    }
  }
  return parameters;
}

const rank = (segment: string | undefined) =>
  segment === undefined ? 3 : segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0;

function bySpecificity(a: Compiled, b: Compiled): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
    const difference = rank(a.segments[index]) - rank(b.segments[index]);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}
