/** Sessions that push each other out: recognising two NetBackup domains that were given one token. Pure. */
import { MINUTE_MS } from '../platform/clock.ts';

/** A connection that became the session while another one was. Addresses are the two connections' source addresses. */
export interface Takeover {
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

const WINDOW_MS = 15 * MINUTE_MS;
const MAX_KEPT = 8;
/**
 * Two domains dial again within a minute of being pushed out (PRP-7). One domain whose link breaks leaves a half-open
 * connection behind it, and takes over from that once.
 */
const RETURNS = 2;
/** Behind one address nothing tells the two apart but that they never stop. */
const SAME_ADDRESS = 6;

const recent = (takeovers: readonly Takeover[], now: number) =>
  takeovers.filter(({ at }) => now - at < WINDOW_MS);

/** The list to keep, with a further takeover. */
export const withTakeover = (takeovers: readonly Takeover[], next: Takeover): Takeover[] =>
  [...recent(takeovers, next.at), next].slice(-MAX_KEPT);

/** The addresses that share a token, or undefined when nothing suggests that. */
export const sharingAddresses = (takeovers: readonly Takeover[], now: number): string[] | undefined => {
  const latest = recent(takeovers, now);
  const returns = latest.filter(
    ({ from, to }, index) => from !== to && latest.slice(0, index).some((earlier) => earlier.from === to),
  );
  if (returns.length < RETURNS && latest.length < SAME_ADDRESS) return undefined;
  return [...new Set(latest.flatMap(({ from, to }) => [from, to]))].sort();
};
