/** Counts requests that were refused because their sender is nobody that we know. */
import type { Clock } from '../platform/clock.ts';
import { HttpProblem } from '../platform/errors.ts';
import type { Log } from '../platform/logger.ts';
import type { Keys } from './keys-store.ts';
import type { People } from './people/verify-token.ts';
import type { Sessions } from './sessions/sessions-store.ts';

/** The address is not allowed, the key, access token or session is not valid, the invitation or the route does not exist. */
export type Rejection = 'address' | 'key' | 'token' | 'session' | 'invitation' | 'route';

export interface Rejections {
  count(reason: Rejection): void;
  /** Logs the counts, with their sum as a metric, if it is time to. Called at the end of every request. */
  write(): void;
}

/** One line at most in this time, or for so many requests: a flood must not cost a line for each request. */
const INTERVAL_MS = 10_000;
const MAX_UNWRITTEN = 100;

/** Of one execution environment. What it has not written when Lambda ends it, at most 99 requests, is not counted. */
export const createRejections = (log: Log, clock: Clock): Rejections => {
  let counts: Partial<Record<Rejection, number>> = {};
  let total = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;
  return {
    count: (reason) => {
      counts[reason] = (counts[reason] ?? 0) + 1;
      total += 1;
    },
    write: () => {
      const now = clock();
      if (total === 0 || (total < MAX_UNWRITTEN && now - writtenAt < INTERVAL_MS)) return;
      log.warn('requests-rejected', counts, total);
      counts = {};
      total = 0;
      writtenAt = now;
    },
  };
};

/** The keys; a text that is no valid one is counted. */
export const countingRejectedKeys = (keys: Keys, rejections: Pick<Rejections, 'count'>): Keys => ({
  verify: async (text) => {
    const key = await keys.verify(text);
    if (!key) rejections.count('key');
    return key;
  },
});

/** The people; an access token that is not valid is counted. */
export const countingRejectedPeople = (people: People, rejections: Pick<Rejections, 'count'>): People => ({
  issuer: people.issuer,
  identify: async (token) => {
    try {
      return await people.identify(token);
    } catch (error) {
      if (error instanceof HttpProblem && error.status === 401) rejections.count('token');
      throw error;
    }
  },
});

/** The sessions; one that has ended, or never was, is counted. */
export const countingRejectedSessions = (
  sessions: Sessions,
  rejections: Pick<Rejections, 'count'>,
): Sessions => ({
  principalOf: async (value) => {
    const principal = await sessions.principalOf(value);
    if (!principal) rejections.count('session');
    return principal;
  },
});
