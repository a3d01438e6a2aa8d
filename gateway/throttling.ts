import type { Clock } from './clock.ts';
import type { RateLimit, StageThrottling } from './types.ts';

/** A bucket counts in thousandths, which are whole numbers for whole rates and milliseconds. */
const REQUEST = 1000;

/** A bucket that is full at first. `take` is false when it has no token left. */
export function createTokenBucket({ rate, burst }: RateLimit, clock: Clock) {
  let level = burst * REQUEST;
  let at = clock.now();
  return {
    take(): boolean {
      const now = clock.now();
      level = Math.min(burst * REQUEST, level + rate * (now - at));
      at = now;
      if (level < REQUEST) return false;
      level -= REQUEST;
      return true;
    },
  };
}

/**
 * The throttling of a stage: a token bucket for each route, shared by all callers
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html). AWS documents for REST APIs that the
 * limits of a stage count for each method; for routes it does not, and calls the limits targets. The account's own limit
 * (10 000 requests a second) is not modelled.
 */
export function createThrottle({ byDefault, routes = {} }: StageThrottling, clock: Clock) {
  const buckets = new Map<string, ReturnType<typeof createTokenBucket>>();
  const rejected = new Map<string, number>();
  return {
    /** Whether a request on this route passes. */
    admits(routeKey: string): boolean {
      const limit = routes[routeKey] ?? byDefault;
      if (!limit) return true;
      const bucket = buckets.get(routeKey) ?? createTokenBucket(limit, clock);
      buckets.set(routeKey, bucket);
      if (bucket.take()) return true;
      rejected.set(routeKey, (rejected.get(routeKey) ?? 0) + 1);
      return false;
    },
    /** How many requests were refused, by route key. */
    rejected: (): Readonly<Record<string, number>> => Object.fromEntries(rejected),
  };
}
