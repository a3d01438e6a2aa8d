/** Reads the overviews of groups from the cache, and computes missing ones. */
import { randomUUID } from 'node:crypto';
import type { Backoff } from '../../platform/backoff.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import type { Log } from '../../platform/logger.ts';
import type { CachedOverview, OverviewsStore } from './overviews-store.ts';

export interface OverviewsContext {
  readonly overviews: OverviewsStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Waits for another request that computes the same overview. */
  readonly waitForOverview: Backoff;
}

/** Bounds on what one request computes: each overview needs all the reads of its group's summary. */
const MAX_COMPUTED = 25;
const BUDGET_MS = 15_000;
/** How often it waits for another request before it computes the overview itself. */
const MAX_WAITS = 5;

/** How old an overview is. */
interface Age {
  readonly asOf: string;
  readonly ageSeconds: number;
}

/** Computes an overview; undefined if the group does not exist. */
export type Compute<T> = (groupId: string) => Promise<T | undefined>;

/** A cache that cannot be written must not fail the read. */
const tryTo = async <T>(
  { log }: Pick<OverviewsContext, 'log'>,
  write: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await write();
  } catch (error) {
    log.warn('overview-not-cached', { reason: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
};

/** @param claim undefined if this request could not get it: then the overview is not stored */
const compute = async <T extends object>(
  context: OverviewsContext,
  groupId: string,
  hours: number,
  computeOne: Compute<T>,
  claim: string | undefined,
): Promise<CachedOverview<T> | undefined> => {
  const { overviews, clock } = context;
  const asOf = clock();
  let found: CachedOverview<T> | undefined;
  try {
    // After the claim: a change of the group from now on removes the claim.
    const overview = await computeOne(groupId);
    found = overview && { overview, asOf };
    return found;
  } finally {
    if (claim !== undefined)
      await tryTo(context, () =>
        found ? overviews.save(groupId, hours, claim, found) : overviews.release(groupId, hours, claim),
      );
  }
};

const computeOnce = async <T extends object>(
  context: OverviewsContext,
  groupId: string,
  hours: number,
  computeOne: Compute<T>,
): Promise<CachedOverview<T> | undefined> => {
  const claim = randomUUID();
  for (let waits = 0; waits <= MAX_WAITS; waits++) {
    const claimed = await tryTo(context, () => context.overviews.claim<T>(groupId, hours, claim));
    if (!claimed) break;
    if (claimed.isOwn) return compute(context, groupId, hours, computeOne, claim);
    if (claimed.found) return claimed.found;
    if (waits < MAX_WAITS) await context.waitForOverview(waits);
  }
  return compute(context, groupId, hours, computeOne, undefined);
};

/**
 * The overviews of groups, in their order. `read`: the number of groups that were read; the rest is for the next request.
 * @param groupIds not empty unless there is nothing to read; a group that does not exist has no overview
 */
export const readOverviews = async <T extends object>(
  context: OverviewsContext,
  groupIds: readonly string[],
  hours: number,
  computeOne: Compute<T>,
): Promise<{ readonly items: readonly (T & Age)[]; readonly read: number }> => {
  const { overviews, clock } = context;
  const until = clock() + BUDGET_MS;
  const cached = await overviews.getMany<T>(groupIds, hours);
  const items: (T & Age)[] = [];
  let computed = 0;
  // One after the other, to spare the tables a burst.
  for (const [index, groupId] of groupIds.entries()) {
    let found = cached.get(groupId);
    if (!found) {
      if (computed === MAX_COMPUTED || (computed > 0 && clock() > until)) return { items, read: index };
      computed += 1;
      found = await computeOnce(context, groupId, hours, computeOne);
    }
    if (!found) continue;
    const { overview, asOf } = found;
    const ageSeconds = Math.max(0, Math.floor((clock() - asOf) / 1000));
    items.push({ ...overview, asOf: isoTime(asOf), ageSeconds });
  }
  return { items, read: groupIds.length };
};

/** For a change of a group's settings, which applies to its past too. */
export const forgetOverviews = async (
  context: Pick<OverviewsContext, 'overviews' | 'log'>,
  groupId: string,
): Promise<void> => {
  await tryTo(context, () => context.overviews.forget(groupId));
};
