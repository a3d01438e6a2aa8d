/** Sessions that replace each other: detects two NetBackup domains that use the same token. Pure. */
import { MINUTE_MS } from '../platform/clock.ts';
import { sameNetwork } from '../platform/network.ts';

/** A connection replaced another one as the session. `from`, `to`: the source addresses of the old and the new one. */
export interface Takeover {
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

const WINDOW_MS = 15 * MINUTE_MS;
const MAX_STORED = 8;
/**
 * Two domains reconnect within a minute of being replaced (PRP-7). One domain whose network connection breaks replaces its
 * own half-open connection, once.
 */
const MIN_RETURNS = 2;
/** Two domains with the same source address are detected only by the number of their takeovers. */
const MIN_SAME_ADDRESS = 6;

const recent = (takeovers: readonly Takeover[], now: number) =>
  takeovers.filter(({ at }) => now - at < WINDOW_MS);

/** The stored list with another takeover. */
export const withTakeover = (takeovers: readonly Takeover[], next: Takeover): Takeover[] =>
  [...recent(takeovers, next.at), next].slice(-MAX_STORED);

/** The addresses that seem to share a token, or undefined when there are none. */
export const sharingAddresses = (takeovers: readonly Takeover[], now: number): string[] | undefined => {
  const latest = recent(takeovers, now);
  const returns = latest.filter(
    ({ from, to }, index) =>
      !sameNetwork(from, to) && latest.slice(0, index).some((earlier) => sameNetwork(earlier.from, to)),
  );
  if (returns.length < MIN_RETURNS && latest.length < MIN_SAME_ADDRESS) return undefined;
  return [...new Set(latest.flatMap(({ from, to }) => [from, to]))].sort();
};
