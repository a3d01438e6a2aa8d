import { DAY_MS } from '../platform/clock.ts';
import type { Finding, Measure } from './finding.ts';
import type { ProblemKind } from './kinds.ts';

/** Undefined for what does not expire within `threshold` days. Pure. */
export const expiryFinding = (
  kind: ProblemKind,
  expiresAt: number,
  now: number,
  { threshold, from }: Pick<Measure, 'threshold' | 'from'>,
  text: string,
): Finding | undefined => {
  const since = expiresAt - threshold * DAY_MS;
  if (since > now) return undefined;
  // One change a day, with the days that are left.
  const last = Math.max(since, now - (now % DAY_MS));
  const value = Math.floor((expiresAt - now) / DAY_MS);
  return { kind, since, last, count: 1, measures: [{ name: 'daysLeft', value, threshold, from }], text };
};
