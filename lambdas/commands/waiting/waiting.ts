/** Requests that wait for NetBackup: for how long, and how many at a time. */
import { HttpProblem } from '../../platform/errors.ts';
import type { Log } from '../../platform/logger.ts';
import type { WaitingLimit, WaitingSlots } from './waiting-slots-store.ts';

/** API Gateway ends a request after 30 s. */
export const MAX_WAIT_S = 25;

/** RFC 7240 `Prefer: wait=N`, in seconds, at most {@link MAX_WAIT_S}. */
export const waitOf = (prefer: string | undefined): number | undefined => {
  const found = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer ?? '');
  return found ? Math.min(Number(found[1]), MAX_WAIT_S) : undefined;
};

/** What is limited, and the setting that raises the limit. */
const LIMITS: Readonly<Record<WaitingLimit, readonly [what: string, setting: string]>> = {
  group: ['waiting requests of this group', 'maxWaitingRequestsPerGroup'],
  deployment: ['waiting requests', 'maxWaitingRequests'],
};

const waitingLimitReached = (limit: WaitingLimit, max: number): HttpProblem => {
  const [what, setting] = LIMITS[limit];
  const detail = `The limit of ${what} (${max}) is reached; nothing was sent. Try again, or raise ${setting}.`;
  return new HttpProblem(429, 'too-many-waiting', detail, { 'retry-after': '1' });
};

/** After this a function that waited has ended, even if it was killed. */
const MARGIN_MS = 6_000;

export interface WaitingContext {
  readonly waitingSlots: WaitingSlots;
  readonly log: Log;
}

/**
 * Acquires a waiting slot, does the work, which may wait until `until` (epoch ms), and releases the slot.
 * @throws HttpProblem 429 before the work begins, when the group's or the deployment's slots are taken
 */
export const withWaitingSlot = async <T>(
  { waitingSlots, log }: WaitingContext,
  groupId: string,
  until: number,
  work: () => Promise<T>,
): Promise<T> => {
  const acquired = await waitingSlots.acquire(groupId, until + MARGIN_MS);
  if (!acquired.ok) throw waitingLimitReached(acquired.limit, acquired.max);
  try {
    return await work();
  } finally {
    await waitingSlots
      .release(acquired.slot)
      .catch((error: unknown) => log.error('waiting-slot-not-released', error));
  }
};
